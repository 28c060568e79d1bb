"""The repetition penalty means the same in both back ends, and does what it is for."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

pytest.importorskip("torch", reason="model tests have an environment of their own: make test-model")

from tests.model.seq2seq_checkpoints import write_pegasus

from note_summarizer.convert import convert_checkpoint
from note_summarizer.demo.data import draw_pairs
from note_summarizer.engine import SummaryEngine
from note_summarizer.resolve_model import describe_checkpoint

pytestmark = pytest.mark.filterwarnings("default")


@pytest.mark.parametrize("beams", [1, 4])
def test_both_back_ends_answer_alike_under_a_penalty(tmp_path: Path, beams: int) -> None:
    checkpoint = describe_checkpoint(write_pegasus(tmp_path / "checkpoint"))
    converted = convert_checkpoint(
        checkpoint.folder,
        tmp_path / "converted",
        name="tiny",
        version="0",
        max_input_tokens=checkpoint.max_input_tokens,
        max_output_tokens=checkpoint.max_output_tokens,
        quantization="float32",
    )
    notes = [pair.note for pair in draw_pairs(4, "validation", 8, (0.1, 0.3))]
    settings = {"beam_size": beams, "length_penalty": 1.0, "style": "prose", "restore_case": False}
    answers = {
        penalty: [
            [
                found.summary_text
                for found in SummaryEngine.open(
                    replace(artifact, repetition_penalty=penalty, **settings),
                    1,  # type: ignore[arg-type]
                ).summarize(notes)
            ]
            for artifact in (checkpoint, converted)
        ]
        for penalty in (1.0, 1.3)
    }
    assert answers[1.0][0] == answers[1.0][1]
    assert answers[1.3][0] == answers[1.3][1]
    assert answers[1.0] != answers[1.3]
