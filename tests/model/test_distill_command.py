"""`chartbrief model distill` and its training job: refusals, SIGTERM, and a result where it is looked for."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("torch", reason="model tests have an environment of their own: make test-model")

from tests.model.distillations import write_pairs, write_untrained
from tests.model.training_runs import TRAINING_NOISE
from typer.testing import CliRunner, Result

from chartbrief.app import app
from note_summarizer.convert import convert_checkpoint
from note_summarizer.evaluation.report import PAGE
from note_summarizer.load_checkpoint import load_model
from note_summarizer.resolve_model import resolve_model

pytestmark = pytest.mark.filterwarnings(TRAINING_NOISE, "ignore::DeprecationWarning", "ignore::UserWarning")
SOURCE = Path(__file__).resolve().parents[2] / "model_build"
SMALL = ("--epochs", "1", "--batch-size", "8", "--variants", "1", "--threads", "1", "--max-output-tokens", "8")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("distil")
    write_untrained(folder / "teacher")
    write_pairs(folder / "train.csv", 24, 3)
    write_pairs(folder / "more.csv", 12, 6, ("note",))
    return folder


def typed(place: Path, *arguments: str) -> Result:
    given = ["model", "distill", "--teacher", str(place / "teacher"), "--train", str(place / "train.csv"), *SMALL]
    return CliRunner().invoke(app, [*given, *arguments])


def test_json_is_the_runs_record_and_the_result_is_a_model_with_fewer_layers(place: Path, tmp_path: Path) -> None:
    out = tmp_path / "run"
    asked = ("--notes", str(place / "more.csv"), "--encoder-layers", "1", "--name", "small", "--out", str(out))
    done = typed(place, *asked, "--json")
    assert done.exit_code == 0, done.output
    record = json.loads(done.stdout)
    assert record == json.loads((out / "run.json").read_text())
    assert record["splits"] == {"train": 20 + 20 + 12, "validation": 2, "test": 2}
    assert [system["name"] for system in record["evaluation"]["systems"][:2]] == ["teacher", "student"]
    assert record["distillation"]["layers"] == {"encoder": [0], "decoder": [0]}
    assert (out / "evaluation" / PAGE).is_file()
    config = load_model(str(out / "model")).config
    assert (config.encoder_layers, config.decoder_layers) == (1, 1)
    assert resolve_model(str(out), tmp_path).name == "small"
    assert "bed 6" not in done.stderr, "no note is told"


@pytest.mark.parametrize(
    ("arguments", "said", "status"),
    [
        (["--decoder-layers", "4"], "decoder-layers: 4 layers cannot be copied out of 3: ask for 1 to 3.", 2),
        (["--encoder-layers", "3"], "encoder-layers: 3 layers cannot be copied out of 2: ask for 1 to 2.", 2),
        (["--decoder-layers", "0"], "decoder-layers: input should be greater than or equal to 1", 2),
        (["--labels", "guesses"], "labels: input should be 'references', 'pseudo' or 'both'", 2),
        (["--labels", "references", "--notes", "m.csv"], "have labels pseudo or both", 2),
        (["--notes", "nowhere.csv"], "nowhere.csv does not exist", 2),
        (["--teacher", "./nowhere"], "./nowhere does not exist", 2),
        (["--optimizer", "Atom"], "Atom", 2),
        (["--epochs", "0"], "epochs: input should be greater than or equal to 1", 2),
    ],
)
def test_what_cannot_work_is_one_line_and_leaves_nothing(
    place: Path, tmp_path: Path, arguments: list[str], said: str, status: int
) -> None:
    done = typed(place, "--out", str(tmp_path / "run"), *arguments)
    assert (done.exit_code, done.stderr.count("\n")) == (status, 1), done.output
    assert said in done.stderr
    assert not (tmp_path / "run").exists()


def test_a_converted_teacher_has_no_layers_to_copy(place: Path, tmp_path: Path) -> None:
    limits = {"max_input_tokens": 64, "max_output_tokens": 8}
    convert_checkpoint(place / "teacher", tmp_path / "served", name="a", version="1", **limits)  # type: ignore[arg-type]
    done = typed(place, "--teacher", str(tmp_path / "served"), "--out", str(tmp_path / "run"))
    assert (done.exit_code, (tmp_path / "run").exists()) == (2, False)
    assert "holds a converted model only: name the checkpoint that it was made of." in done.stderr


HYPERPARAMETERS = {
    "epochs": "4",
    "batch-size": "2",
    "learning_rate": "1e-3",
    "max_output_tokens": "8",
    "threads": "1",
    "variants": "1",
    "decoder-layers": "2",
    "name": '"small"',
    "sagemaker_program": '"distill.py"',
}


@pytest.fixture
def container(place: Path, tmp_path: Path) -> Path:
    """What SageMaker lays out before it starts the script."""
    for folder in ("input/config", "input/data/train", "input/data/notes", "model", "output/data", "checkpoints"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "input/config/hyperparameters.json").write_text(json.dumps(HYPERPARAMETERS))
    (tmp_path / "input/data/model").symlink_to(place / "teacher")
    (tmp_path / "input/data/train/pairs.csv").write_bytes((place / "train.csv").read_bytes())
    (tmp_path / "input/data/notes/more.csv").write_bytes((place / "more.csv").read_bytes())
    return tmp_path


def start(container: Path, **variables: str) -> subprocess.Popen[str]:
    environment: dict[str, Any] = {**os.environ, "SM_BASE_DIR": str(container), "HF_HUB_OFFLINE": "1", **variables}
    return subprocess.Popen(
        [sys.executable, "distill.py"],
        cwd=SOURCE,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_a_job_that_is_interrupted_goes_on_and_leaves_the_student_where_sagemaker_looks(container: Path) -> None:
    first = start(container)
    assert first.stdout is not None
    for line in first.stdout:
        if "validation_rouge1" in line and "epoch=1" in line:
            break
    first.send_signal(signal.SIGTERM)
    _, err = first.communicate(timeout=300)
    assert first.returncode == 143, err
    assert not any((container / "model").iterdir())
    again = start(container)
    out, err = again.communicate(timeout=600)
    assert again.returncode == 0, err
    assert "epoch=1\n" not in out, "it must go on, not start over"
    assert "times as fast" in out
    assert resolve_model(str(container / "model"), container).name == "small"
    assert load_model(str(container / "model")).config.decoder_layers == 2
    left = {path.name for path in (container / "output/data").iterdir()}
    assert {"run.json", "pseudo_labels.jsonl", "evaluation", "splits.json"} <= left
    assert not {"checkpoints", "student"} & left


def test_a_job_that_cannot_work_says_why_where_sagemaker_shows_it(container: Path) -> None:
    job = start(container, SM_HPS=json.dumps({"checkpoint": '"other"'}))
    _, err = job.communicate(timeout=300)
    assert job.returncode == 1
    assert (container / "output/failure").read_text() == err.strip()
    assert "checkpoint: a student starts with its teacher's layers and tokenizer: leave it out." in err
