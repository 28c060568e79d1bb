"""A pretraining run: it learns, resumes exactly, is served and gone on from; and what cannot work ends early."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

torch = pytest.importorskip("torch", reason="model tests have an environment of their own: make test-model")

from safetensors.torch import load_file  # noqa: E402
from tests.model.pretraining_runs import STEPS, small_options, write_notes  # noqa: E402
from tests.model.training_runs import Killed, Recorder  # noqa: E402
from transformers import AutoTokenizer, PegasusTokenizer  # noqa: E402

from note_summarizer.engine import SummaryEngine  # noqa: E402
from note_summarizer.errors import CheckpointError, DataError, OptionsError, OutputError  # noqa: E402
from note_summarizer.pretraining.job import main  # noqa: E402
from note_summarizer.pretraining.pretrain import pretrain  # noqa: E402
from note_summarizer.resolve_model import resolve_model  # noqa: E402
from note_summarizer.training.interruption import TrainingInterruptedError  # noqa: E402

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::UserWarning")


@pytest.fixture(scope="module")
def notes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_notes(tmp_path_factory.mktemp("notes") / "notes.jsonl")


@pytest.fixture(scope="module")
def run(notes: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("runs") / "whole"
    pretrain(small_options(notes, dropout=0.1), out, Recorder())
    return out


def weights(out: Path) -> dict[str, torch.Tensor]:
    return dict(load_file(out / "model" / "model.safetensors"))


def metrics(out: Path) -> list[dict[str, float]]:
    return [json.loads(line) for line in (out / "metrics.jsonl").read_text().splitlines()]


def test_a_run_leaves_what_repeats_it_and_nothing_half_done(run: Path) -> None:
    record = json.loads((run / "run.json").read_text())
    assert record["status"] == "finished"
    assert (record["options"]["seed"], record["settled"]["steps"], record["corpus"]["notes"]) == (13, STEPS, 60)
    assert record["versions"]["torch"] == torch.__version__
    assert len(record["data"][0]["sha256"]) == 64
    names = {"run.json", "metrics.jsonl", "pretraining.png", "model", "tokenizer"}
    assert {path.name for path in run.iterdir()} == names
    assert (run / "pretraining.png").read_bytes()[:4] == b"\x89PNG"
    assert [row["step"] for row in metrics(run)] == list(range(1, STEPS + 1))


def test_the_loss_on_held_out_notes_falls(run: Path) -> None:
    losses = [row["validation_loss"] for row in metrics(run)]
    assert losses[-1] < losses[0] - 0.2


def test_the_result_is_served_and_fine_tuned_with_dropout(run: Path, tmp_path: Path) -> None:
    artifact = resolve_model(str(run), tmp_path)
    assert (artifact.name, artifact.max_input_tokens) == ("pretrained-tiny", 128)
    assert len(SummaryEngine.open(artifact, threads=1).summarize(["Fever since yesterday. No pain."])) == 1
    assert type(AutoTokenizer.from_pretrained(run / "model")) is PegasusTokenizer
    assert json.loads((run / "model" / "config.json").read_text())["dropout"] == 0.1


@pytest.mark.parametrize("at", [1, 4])
def test_a_terminated_run_ends_as_an_uninterrupted_one(run: Path, notes: Path, tmp_path: Path, at: int) -> None:
    options, out = small_options(notes, dropout=0.1), tmp_path / "run"
    with pytest.raises(TrainingInterruptedError):
        pretrain(options, out, Recorder(terminate_at=at))
    assert not (out / "model").exists()
    again = Recorder()
    pretrain(options, out, again)
    assert again.steps[0] == at
    assert all(torch.equal(weight, weights(out)[name]) for name, weight in weights(run).items())
    assert [row["step"] for row in metrics(out)] == list(range(1, STEPS + 1))


@pytest.mark.parametrize(("at", "minutes"), [(0, 5.0), (5, 1e-6)])
def test_a_killed_run_ends_as_an_uninterrupted_one(
    run: Path, notes: Path, tmp_path: Path, at: int, minutes: float
) -> None:
    out = tmp_path / "run"
    with pytest.raises(Killed):
        pretrain(small_options(notes, dropout=0.1, checkpoint_minutes=minutes), out, Recorder(kill_at=at))
    pretrain(small_options(notes, dropout=0.1), out, Recorder())
    assert all(torch.equal(weight, weights(out)[name]) for name, weight in weights(run).items())


def test_a_finished_run_is_not_repeated_and_another_one_not_mixed_in(run: Path, notes: Path) -> None:
    before, recorder = weights(run), Recorder()
    pretrain(small_options(notes, dropout=0.1), run, recorder)
    assert recorder.steps == []
    assert "nothing to pretrain" in recorder.told[0]
    with pytest.raises(OutputError, match=r"other options or data \(ratio\)"):
        pretrain(small_options(notes, dropout=0.1, ratio=0.4), run, Recorder())
    assert all(torch.equal(weight, weights(run)[name]) for name, weight in before.items())


def test_a_checkpoint_is_gone_on_from_with_its_own_tokenizer(run: Path, notes: Path, tmp_path: Path) -> None:
    more = pretrain(small_options(notes, checkpoint=str(run), steps=2), tmp_path / "more", Recorder())
    assert more["settled"]["rate"] == 1e-3
    assert not (tmp_path / "more" / "tokenizer").exists()
    first = metrics(tmp_path / "more")[0]["train_loss"]
    assert first < metrics(run)[0]["train_loss"] - 0.2


def test_minutes_become_steps_once(notes: Path, tmp_path: Path) -> None:
    options = small_options(notes, steps=None, minutes=0.02)
    record = pretrain(options, tmp_path / "run", Recorder())
    assert record["settled"]["steps"] == metrics(tmp_path / "run")[-1]["step"] >= 1


@pytest.mark.parametrize(
    ("lines", "more", "error", "said"),
    [
        (['{"note": "One sentence only."}'], {}, DataError, "None of the 1 notes has two sentences"),
        (['{"note": "Two. Of them."}', '{"note": " "}'], {}, DataError, "note is empty or not text in record 2"),
        (['{"text": "x"}'], {}, DataError, "has no column note"),
        (['{"note": "One. Two."}'], {"size": "huge"}, OptionsError, "no model size 'huge'"),
        (['{"note": "One. Two."}'], {"checkpoint": "nowhere/x"}, CheckpointError, "nowhere/x cannot be loaded"),
    ],
)
def test_what_cannot_work_ends_early(
    tmp_path: Path, lines: list[str], more: dict[str, str], error: type[Exception], said: str
) -> None:
    source = tmp_path / "notes.jsonl"
    source.write_text("\n".join(lines) + "\n")
    with pytest.raises(error, match=said):
        pretrain(small_options(source, **more), tmp_path / "out", Recorder())
    assert not (tmp_path / "out").exists()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", folder], capture_output=True)
    if mounted.returncode:
        pytest.skip("a disk that is full can only be made by root")
    yield folder
    subprocess.run(["umount", folder], check=True)


def test_a_full_disk_is_said_and_the_run_goes_on_when_there_is_room(notes: Path, small_disk: Path) -> None:
    out = small_disk / "run"
    with pytest.raises(OutputError, match="full: make room"):
        pretrain(small_options(notes, checkpoint_minutes=1e-6), out, Recorder())
    assert not list(out.rglob("state.pt")) + list(out.glob("model"))
    subprocess.run(["mount", "-o", "remount,size=60m", small_disk], check=True)
    pretrain(small_options(notes), out, Recorder())
    assert (out / "model" / "model.safetensors").is_file()


def test_the_training_job_reads_its_channel_and_leaves_the_model(notes: Path, tmp_path: Path) -> None:
    channel, config = tmp_path / "input" / "data" / "notes", tmp_path / "input" / "config"
    channel.mkdir(parents=True)
    config.mkdir()
    (channel / "notes.jsonl").write_bytes(notes.read_bytes())
    asked = {"size": "tiny", "steps": "1", "tokens_per_batch": "400", "threads": "1", "lower_case": "true"}
    (config / "hyperparameters.json").write_text(json.dumps(asked))
    assert main([], {"SM_BASE_DIR": str(tmp_path)}) == 0
    assert (tmp_path / "model" / "model.safetensors").is_file()
    assert (tmp_path / "output" / "data" / "pretraining.png").is_file()
    assert json.loads((tmp_path / "model" / "artifact.json").read_text())["restore_case"] is True


def test_a_failed_job_says_why_where_sagemaker_looks(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "output").mkdir()
    assert main(["--steps", "3"], {"SM_BASE_DIR": str(tmp_path)}) == 1
    assert "channel notes holds no data file" in (tmp_path / "output" / "failure").read_text()
    assert "channel notes" in capsys.readouterr().err
