"""What cannot work stops early, with one sentence, and leaves nothing half-written under the final name."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("torch", reason="model tests have an environment of their own: make test-model")

from tests.model.causal_checkpoints import POSITIONS, write_gpt2
from tests.model.seq2seq_checkpoints import write_pegasus
from tests.model.training_runs import Recorder, run_training, write_pairs
from transformers import BertConfig, BertForMaskedLM
from typer.testing import CliRunner

from chartbrief.app import app
from note_summarizer.errors import OutputError
from note_summarizer.training.interruption import TrainingInterruptedError
from note_summarizer.training.run_folder import MODEL

pytestmark = pytest.mark.filterwarnings("default")


@pytest.fixture
def pairs(tmp_path: Path) -> Path:
    return write_pairs(tmp_path / "pairs.csv", 12)


def refused(out: Path, *arguments: object) -> str:
    """What the command says on stderr when it stops; it must be one line, and nothing may have been written."""
    result = CliRunner().invoke(app, ["model", "train", "--out", str(out), *map(str, arguments)])
    assert result.exit_code == 2, result.output
    assert not out.exists()
    assert result.stderr.count("\n") == 1
    return result.stderr


def test_a_missing_column_is_named_with_those_there_are(tmp_path: Path, pairs: Path) -> None:
    said = refused(tmp_path / "run", "--checkpoint", "x", "--train", pairs, "--summary-column", "impression")
    assert "pairs.csv has no column impression; it has note, summary" in said


def test_empty_summaries_are_named_by_record(tmp_path: Path) -> None:
    path = tmp_path / "pairs.csv"
    path.write_text("note,summary\nThe secret note.,\nAnother.,fine\n , fine\n")
    said = refused(tmp_path / "run", "--checkpoint", "x", "--train", path)
    assert "note is empty or not text in record 3; summary is empty or not text in record 1" in said
    assert "secret" not in said


def test_a_note_in_two_files_stops_the_run_unless_it_is_to_be_left_out(tmp_path: Path, pairs: Path) -> None:
    test = write_pairs(tmp_path / "test.csv", 3)  # the same generator: the first three notes of the other file
    said = refused(tmp_path / "run", "--checkpoint", "x", "--train", pairs, "--test", test)
    assert "records 1, 2, 3 of the test data stand in the train data too" in said
    assert "--drop-shared" in said
    write_pegasus(tmp_path / "checkpoint")
    recorder = Recorder()
    run = run_training(tmp_path / "run", recorder, checkpoint=str(tmp_path / "checkpoint"), train=str(pairs),
                       test=str(test), drop_shared=True, epochs=1, variants=1)  # fmt: skip
    assert sum(run.record["splits"].values()) == 12
    assert any("3 notes" in text for text in recorder.told)


def last_word(out: Path, *arguments: object) -> str:
    """The last line on stderr of a run that stops before it has a model."""
    result = CliRunner().invoke(app, ["model", "train", "--out", str(out), *map(str, arguments)])
    assert result.exit_code == 2, result.output
    assert not (out / MODEL).exists()
    return result.stderr.splitlines()[-1]


def test_a_checkpoint_of_another_family_is_refused_by_name(tmp_path: Path, pairs: Path) -> None:
    config = BertConfig(num_hidden_layers=1, hidden_size=16, num_attention_heads=2, vocab_size=50)
    BertForMaskedLM(config).save_pretrained(tmp_path / "bert")
    said = last_word(tmp_path / "run", "--checkpoint", tmp_path / "bert", "--train", pairs)
    assert "bert is a bert model, neither a sequence-to-sequence nor a decoder-only one" in said
    assert "google/flan-t5-base or gpt2" in said


def test_a_checkpoint_without_a_tokenizer_is_said_in_a_sentence(tmp_path: Path, pairs: Path) -> None:
    write_gpt2(tmp_path / "gpt2")
    for name in ("tokenizer.json", "tokenizer_config.json"):
        (tmp_path / "gpt2" / name).unlink()
    said = last_word(tmp_path / "run", "--checkpoint", tmp_path / "gpt2", "--train", pairs)
    assert "gpt2 has no tokenizer: fetch tokenizer.json" in said


def test_a_decoder_without_room_for_note_and_summary_says_how_much_it_has(tmp_path: Path, pairs: Path) -> None:
    given = ("--checkpoint", write_gpt2(tmp_path / "gpt2"), "--train", pairs, "--max-output-tokens", 40)
    said = last_word(tmp_path / "long", *given, "--max-input-tokens", 150)
    room = int(said.split("ask for at most ")[1].rstrip("."))
    assert f"this model has {POSITIONS} positions, no more" in said
    assert 0 < room < POSITIONS - 40
    assert f"ask for at most {room}" in last_word(tmp_path / "over", *given, "--max-input-tokens", room + 1)
    said = last_word(tmp_path / "none", *given[:-1], POSITIONS - 8)
    assert "no room for a note" in said


@pytest.mark.parametrize("wrong", ["nothing/there", "./nothing"])
def test_a_checkpoint_that_is_not_there_is_said_in_a_sentence(tmp_path: Path, pairs: Path, wrong: str,
                                                              monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    result = CliRunner().invoke(
        app, ["model", "train", "--out", str(tmp_path / "run"), "--checkpoint", wrong, "--train", str(pairs)]
    )
    assert result.exit_code == 2
    assert wrong in result.stderr.splitlines()[-1]


def test_an_optimizer_that_torch_does_not_have_is_answered_with_those_it_has(tmp_path: Path, pairs: Path) -> None:
    said = refused(tmp_path / "run", "--checkpoint", "x", "--train", pairs, "--optimizer", "Adamm")
    assert "Adamm" in said
    assert "AdamW" in said


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=700k", "tmpfs", folder], capture_output=True)
    if mounted.returncode:
        pytest.skip("a disk that is full can only be made by root")
    yield folder
    subprocess.run(["umount", folder], check=True)


def test_a_full_disk_is_said_and_the_run_goes_on_when_there_is_room(
    tmp_path: Path, pairs: Path, small_disk: Path
) -> None:
    options = {"checkpoint": str(write_pegasus(tmp_path / "checkpoint")), "train": str(pairs), "variants": 1}
    out = small_disk / "run"
    with pytest.raises(OutputError, match="full: make room"):
        run_training(out, **options)
    assert not (out / MODEL).exists()
    subprocess.run(["mount", "-o", "remount,size=50m", small_disk], check=True)
    assert (run_training(out, **options).model / "model.safetensors").is_file()


def test_an_interrupted_run_has_no_model_yet(tmp_path: Path, pairs: Path) -> None:
    options = {"checkpoint": str(write_pegasus(tmp_path / "checkpoint")), "train": str(pairs), "variants": 1}
    with pytest.raises(TrainingInterruptedError):
        run_training(tmp_path / "run", Recorder(terminate_at=1), **options)
    assert not list((tmp_path / "run").glob(f"{MODEL}*"))
