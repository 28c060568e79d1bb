"""The entry point, run as SageMaker's container runs it: its layout, its variables, SIGTERM, and a second start."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("torch", reason="model tests have an environment of their own: make test-model")

from tests.model.causal_checkpoints import write_gpt2
from tests.model.seq2seq_checkpoints import write_pegasus
from tests.model.training_runs import write_pairs

from note_summarizer.resolve_model import resolve_model

SOURCE = Path(__file__).resolve().parents[2] / "model_build"
HYPERPARAMETERS = {
    "epochs": "4",
    "batch-size": "2",
    "learning_rate": "1e-3",
    "max_output_tokens": "12",
    "threads": "1",
    "variants": "1",
    "optimizer": '"AdamW"',
    "name": '"ward"',
    "sagemaker_program": '"train.py"',
}


@pytest.fixture(params=["pegasus", "gpt2"])
def container(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """What SageMaker lays out before it starts the training script."""
    for folder in ("input/config", "input/data/train", "input/data/model", "model", "output/data", "checkpoints"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "input/config/hyperparameters.json").write_text(json.dumps(HYPERPARAMETERS))
    (tmp_path / "input/data/model").rmdir()
    {"pegasus": write_pegasus, "gpt2": write_gpt2}[request.param](tmp_path / "input/data/model")
    write_pairs(tmp_path / "input/data/train/pairs.csv", 24, patients=12)
    return tmp_path


def start(container: Path, **variables: str) -> subprocess.Popen[str]:
    environment = {**os.environ, "SM_BASE_DIR": str(container), "HF_HUB_OFFLINE": "1", **variables}
    environment["SM_CHANNEL_TRAIN"] = str(container / "input/data/train")
    # The container has this folder as its working directory, and nothing of the repository beside it.
    return subprocess.Popen(
        [sys.executable, "train.py"],
        cwd=SOURCE,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_a_spot_interruption_costs_nothing_and_the_result_is_where_sagemaker_looks(container: Path) -> None:
    first = start(container)
    lines = []
    assert first.stdout is not None
    for line in first.stdout:
        lines.append(line)
        if "validation_rouge1" in line and "epoch=1" in line:
            break
    first.send_signal(signal.SIGTERM)
    out, err = first.communicate(timeout=900)
    assert first.returncode == 143, err
    assert "a checkpoint was written" in out
    assert not any((container / "model").iterdir())

    again = start(container)
    out, err = again.communicate(timeout=1500)
    assert again.returncode == 0, err
    epochs = [line.split("epoch=")[1].strip() for line in out.splitlines() if "metric validation_rouge1" in line]
    assert epochs == ["2", "3", "4"][-len(epochs) :]
    assert "1" not in epochs, "it must go on, not start over"
    assert resolve_model(str(container / "model"), container).name == "ward"
    assert {"config.json", "model.safetensors", "generation_config.json", "tokenizer.json", "artifact.json"} <= {
        path.name for path in (container / "model").iterdir()
    }
    left = {path.name for path in (container / "output/data").iterdir()}
    assert {"run.json", "metrics.jsonl", "training.png", "evaluation", "splits.json"} <= left
    assert "checkpoints" not in left
    record = json.loads((container / "output/data/run.json").read_text())
    assert record["splits"] == {"train": 20, "validation": 2, "test": 2}
    assert record["settings"]["epochs"] == 4


def test_a_job_that_cannot_work_says_why_where_sagemaker_shows_it(container: Path) -> None:
    job = start(container, SM_HPS=json.dumps({"epochs": "4", "optimizr": "Adam"}))
    _, err = job.communicate(timeout=900)
    assert job.returncode == 1
    assert "optimizr" in err
    assert (container / "output/failure").read_text() == err.strip()
    assert not any((container / "model").iterdir())
