"""Decoding that is measured on a run is what its model then uses, wherever it is loaded."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace

import pytest

pytest.importorskip("torch", reason="model tests have an environment of their own: make test-model")

from tests.model.distillations import FINDINGS, SETTINGS, write_pairs, write_untrained
from tests.model.training_runs import TRAINING_NOISE, Recorder, run_training

from note_summarizer.distillation.choose_decoding import choose_decoding
from note_summarizer.errors import DataError
from note_summarizer.evaluation.measure_decoding import measure_decoding, searches
from note_summarizer.generation import Generation
from note_summarizer.load_checkpoint import load_model
from note_summarizer.long_notes.read_note import NoteSummary
from note_summarizer.pairs import Pair
from note_summarizer.resolve_model import resolve_model

pytestmark = [pytest.mark.filterwarnings("default"), pytest.mark.filterwarnings(TRAINING_NOISE)]
PAIRS = [Pair(f"{finding}, bed {n}", summary, n) for n, (finding, summary) in enumerate(FINDINGS.items())]


class Clock:
    """A search takes its beams' time; the first round is disturbed."""

    def __init__(self) -> None:
        self.now, self.calls = 0.0, 0

    def summarize(self, notes: Sequence[str], search: Generation) -> list[NoteSummary]:
        self.calls += 1
        self.now += search.beam_size * (3 if self.calls < 10 else 1)
        said = {pair.note: pair.summary for pair in PAIRS}
        return [NoteSummary(said[note] if search.beam_size > 1 else "Asthma.", 1, 9, 1, 0, 0) for note in notes]


def test_every_search_is_scored_and_timed_by_its_better_round() -> None:
    clock, told = Clock(), list[str]()
    wanted = searches(Generation(4, 16, 1.0, 1.0))
    found = measure_decoding(clock.summarize, PAIRS, wanted, processor_seconds=lambda: clock.now, tell=told.append)
    assert [one.generation for one in found] == wanted
    assert [one.notes_per_second for one in found] == pytest.approx([6 / one.generation.beam_size for one in found])
    assert [one.rouge_l == 100 for one in found] == [one.generation.beam_size > 1 for one in found]
    assert 0 < next(one.rouge_l for one in found if one.generation.beam_size == 1) < 50
    assert (clock.calls, len(told)) == (1 + 2 * len(wanted), 2)
    with pytest.raises(DataError, match="no validation notes"):
        measure_decoding(clock.summarize, [], wanted)


def test_the_choice_is_written_into_the_model_and_the_record(tmp_path: Path) -> None:
    files = {name: str(write_pairs(tmp_path / f"{name}.csv", 12, n)) for n, name in enumerate(("train", "validation"))}
    start = write_untrained(tmp_path / "start")
    run = run_training(tmp_path / "run", epochs=1, beams=8, **{**SETTINGS, **files, "checkpoint": str(start)})
    (tmp_path / "scratch").mkdir()
    before = resolve_model(str(run.folder), tmp_path / "scratch")
    recorder = Recorder()
    chosen = choose_decoding(run, recorder, 1, loss=100.0).generation
    after = resolve_model(str(run.folder), tmp_path / "scratch")
    assert before.beam_size == 8
    assert chosen.beam_size < 8, "any loss is allowed, and a narrower beam is faster"
    assert (after.beam_size, after.length_penalty) == (chosen.beam_size, chosen.length_penalty)
    assert (after.sha256, after.max_output_tokens) == (before.sha256, before.max_output_tokens)
    loaded = load_model(str(run.model)).generation_config
    assert (loaded.num_beams, loaded.length_penalty) == (chosen.beam_size, chosen.length_penalty)
    record = SimpleNamespace(**json.loads((run.folder / "run.json").read_text())["decoding"])
    assert record.chosen["beam_size"] == chosen.beam_size
    assert len(record.measured) == 10
    assert sum(line.endswith(": chosen") for line in recorder.told) == 1
