"""An interrupted training, gone on with, ends with the very weights of an uninterrupted one."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("torch", reason="model tests have an environment of their own: make test-model")

from tests.model.seq2seq_checkpoints import write_pegasus
from tests.model.training_runs import Killed, Recorder, run_training, write_pairs

from note_summarizer.artifact import sha256_of
from note_summarizer.errors import OutputError
from note_summarizer.training.interruption import TrainingInterruptedError
from note_summarizer.training.run_folder import CHECKPOINTS, METRICS, MODEL

pytestmark = pytest.mark.filterwarnings("default")
STEPS_PER_EPOCH = 5
SHARED = {"dropout": 0.1, "epochs": 3, "optimizer": "AdamW", "gradient_accumulation": 1}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("resume")
    write_pegasus(folder / "checkpoint")
    write_pairs(folder / "train.csv", 20)
    write_pairs(folder / "validation.csv", 5, seed=6)
    return folder


def options(place: Path) -> dict[str, object]:
    names = ("train", "validation")
    return {**SHARED, "checkpoint": str(place / "checkpoint"), **{name: str(place / f"{name}.csv") for name in names}}


@pytest.fixture(scope="module")
def uninterrupted(place: Path) -> tuple[str, str]:
    """Hash of the weights, and the measurements."""
    run = run_training(place / "whole", **options(place))
    return sha256_of(run.model / "model.safetensors"), (place / "whole" / METRICS).read_text()


@pytest.mark.parametrize("step", [2, STEPS_PER_EPOCH, STEPS_PER_EPOCH + 1, 3 * STEPS_PER_EPOCH - 1])
def test_sigterm_leaves_a_checkpoint_that_the_same_call_goes_on_from(
    place: Path, tmp_path: Path, uninterrupted: tuple[str, str], step: int
) -> None:
    out = tmp_path / "run"
    with pytest.raises(TrainingInterruptedError):
        run_training(out, Recorder(terminate_at=step), **options(place))
    assert not (out / MODEL).exists()
    again = Recorder()
    run = run_training(out, again, **options(place))
    assert again.steps[0] == step, "it must go on, not start over"
    assert sha256_of(run.model / "model.safetensors") == uninterrupted[0]
    assert (out / METRICS).read_text() == uninterrupted[1]


@pytest.mark.parametrize("step", [1, 4, STEPS_PER_EPOCH + 3])
def test_a_killed_run_goes_on_from_its_last_whole_checkpoint(
    place: Path, tmp_path: Path, uninterrupted: tuple[str, str], step: int
) -> None:
    out = tmp_path / "run"
    with pytest.raises(Killed):
        run_training(out, Recorder(kill_at=step), checkpoint_minutes=0.0001, **options(place))
    # As if it had been killed while it wrote the next one.
    half = out / CHECKPOINTS / "checkpoint-99"
    half.mkdir(parents=True)
    (half / "trainer_state.json").write_text("{")
    again = Recorder()
    run = run_training(out, again, checkpoint_minutes=0.0001, **options(place))
    assert again.steps[0] in (step - 1, step)
    assert sha256_of(run.model / "model.safetensors") == uninterrupted[0]


def test_a_finished_run_is_not_trained_again_and_another_is_refused(place: Path, tmp_path: Path) -> None:
    out = tmp_path / "run"
    run_training(out, **{**options(place), "epochs": 1})
    again = Recorder()
    run_training(out, again, **{**options(place), "epochs": 1})
    assert again.steps == []
    assert "finished" in again.told[-1]
    with pytest.raises(OutputError, match="seed") as caught:
        run_training(out, **{**options(place), "epochs": 1, "seed": 14})
    assert "--force" in str(caught.value)
    assert "other_files" not in [path.name for path in out.iterdir()]


def test_a_folder_of_other_things_is_left_alone(place: Path, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(OutputError, match="other files"):
        run_training(tmp_path, **options(place))
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_early_stopping_counts_the_same_after_an_interruption(place: Path, tmp_path: Path) -> None:
    # A learning rate of next to nothing: no epoch is better than the first.
    flat = {**options(place), "learning_rate": 1e-12, "patience": 2, "epochs": 6}
    whole = run_training(tmp_path / "whole", **flat)
    assert whole.record["best"]["epochs_run"] == 3
    with pytest.raises(TrainingInterruptedError):
        run_training(tmp_path / "run", Recorder(terminate_at=STEPS_PER_EPOCH + 2), **flat)
    assert run_training(tmp_path / "run", **flat).record["best"] == whole.record["best"]
