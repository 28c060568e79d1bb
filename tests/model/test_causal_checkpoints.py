"""Decoder-only checkpoints: described by their configuration, converted, summarized with, or refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

pytest.importorskip("torch", reason="model tests have an environment of their own: make test-model")

import torch
from tests.model.causal_checkpoints import CAUSAL_WRITERS, POSITIONS, write_gpt2

from note_summarizer.artifact import load_artifact
from note_summarizer.convert import convert_checkpoint, first_token
from note_summarizer.engine import SummaryEngine
from note_summarizer.errors import CheckpointError
from note_summarizer.load_checkpoint import load_model
from note_summarizer.model_family import SUMMARIZE
from note_summarizer.note_tokens import NoteTokenizer
from note_summarizer.resolve_model import describe_checkpoint, resolve_model

# transformers and torch warn of themselves.
pytestmark = pytest.mark.filterwarnings("default")


def _edit(folder: Path, **changes: object) -> None:
    for name in ("config.json", "generation_config.json"):
        path = folder / name
        path.write_text(json.dumps(json.loads(path.read_text()) | changes))


@pytest.mark.parametrize(("family", "end"), [("gpt2", "<|endoftext|>"), ("bloom", "</s>")])
def test_prompt_note_and_answer_share_the_positions(family: str, end: str, tmp_path: Path) -> None:
    artifact = describe_checkpoint(CAUSAL_WRITERS[family](tmp_path / family))
    assert (artifact.family, artifact.prompt_suffix, artifact.end_token) == ("causal", SUMMARIZE, end)
    prompt = NoteTokenizer(artifact).prompt_tokens
    assert prompt > 0
    assert artifact.max_input_tokens + prompt + artifact.max_output_tokens == POSITIONS


def test_an_answer_as_long_as_the_configuration_says(tmp_path: Path) -> None:
    folder = write_gpt2(tmp_path / "gpt2")
    _edit(folder, max_new_tokens=30, max_length=50)
    assert describe_checkpoint(folder).max_output_tokens == 30


@pytest.mark.parametrize("ends", [None, [0, 5]])
def test_a_checkpoint_without_one_end_is_refused(ends: object, tmp_path: Path) -> None:
    folder = write_gpt2(tmp_path / "gpt2")
    _edit(folder, eos_token_id=ends)
    with pytest.raises(CheckpointError, match="set one eos_token_id"):
        describe_checkpoint(folder)


def test_too_few_positions_for_a_note_are_told(tmp_path: Path) -> None:
    folder = write_gpt2(tmp_path / "gpt2")
    _edit(folder, n_positions=20)
    with pytest.raises(CheckpointError, match="20 positions, too few"):
        describe_checkpoint(folder)


def test_a_model_of_another_kind_is_refused(tmp_path: Path) -> None:
    folder = write_gpt2(tmp_path / "bert")
    _edit(folder, model_type="bert", architectures=["BertForMaskedLM"])
    with pytest.raises(CheckpointError, match="bert model, neither a sequence-to-sequence nor a decoder-only one"):
        describe_checkpoint(folder)


def test_a_converted_model_keeps_the_checkpoints_own_prompt(tmp_path: Path) -> None:
    folder = write_gpt2(tmp_path / "gpt2")
    described = json.loads(describe_checkpoint(folder).described()) | {
        "prompt_prefix": "Note: ",
        "prompt_suffix": "\n=",
    }
    (folder / "artifact.json").write_text(json.dumps(described))
    limits = {"max_input_tokens": 64, "max_output_tokens": 32}
    convert_checkpoint(folder, tmp_path / "out", name="x", version="1", quantization="float32", **limits)
    found = load_artifact(tmp_path / "out")
    assert (found.family, found.prompt_prefix, found.prompt_suffix) == ("causal", "Note: ", "\n=")
    assert (found.end_token, found.quantization) == ("<|endoftext|>", "float32")


def test_no_first_piece_is_forced_on_what_goes_on_with_a_prompt(tmp_path: Path) -> None:
    folder = write_gpt2(tmp_path / "gpt2")
    _edit(folder, forced_bos_token_id=5)
    assert first_token(folder) == ""


def test_a_checkpoint_in_other_files_is_written_anew(tmp_path: Path) -> None:
    folder = write_gpt2(tmp_path / "gpt2")
    weights = load_model(str(folder), causal=True).state_dict()
    (folder / "model.safetensors").unlink()
    torch.save(weights, folder / "pytorch_model.bin")
    found = resolve_model(str(folder), tmp_path)
    assert (found.family, found.weights) == ("causal", "model.safetensors")
    assert found.weights_file.is_file()


def test_parts_of_a_long_note_leave_room_for_prompt_and_answer(tmp_path: Path) -> None:
    artifact = describe_checkpoint(write_gpt2(tmp_path / "gpt2"))
    note = " ".join(f"Pain of {number} out of 10 at {number}:00." for number in range(40))
    # Past its last position a GPT-2 fails.
    (summary,) = SummaryEngine.open(artifact, 1).summarize([note])
    assert summary.parts > 2


def test_pretraining_and_distillation_take_no_decoder_only_model(tmp_path: Path) -> None:
    folder = str(write_gpt2(tmp_path / "gpt2"))
    with pytest.raises(CheckpointError, match="not a sequence-to-sequence one"):
        load_model(folder)
    assert load_model(folder, causal=True).config.model_type == "gpt2"
