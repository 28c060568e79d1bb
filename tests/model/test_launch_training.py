"""`train --on sagemaker` through the real SDK to moto: what is started, what is told, and what comes back."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("sagemaker", reason="model tests have an environment of their own: make test-model")

from tests.model.sagemaker_account import BUCKET, Account, sagemaker_account
from tests.model.training_service import LINES, Service, launch, started, write_code, write_notes

from note_summarizer.deployment import launch_training as launching
from note_summarizer.training.options import TrainOptions, parse_hyperparameters, parse_options


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Account]:
    code = write_code(tmp_path / "code")
    monkeypatch.setattr(launching, "source_folder", lambda: code)
    with sagemaker_account(monkeypatch) as account:
        yield account


@pytest.fixture
def options(tmp_path: Path) -> TrainOptions:
    return write_notes(tmp_path)


def test_a_job_is_started_followed_and_brought_back(account: Account, options: TrainOptions, tmp_path: Path) -> None:
    Service(account)
    told: list[str] = []
    run = launch(account, options, out=tmp_path / "runs" / "ward", tell=told.append)
    assert (run.status, run.seconds, run.billed_seconds) == ("Completed", 600, 180)
    assert sorted(p.name for p in (tmp_path / "runs").rglob("*")) == ["config.json", "model", "run.json", "ward"]
    assert [line for line in told if line.startswith("metric ")] == LINES
    assert [line for line in told if "is InProgress: Training" in line]
    in_container = parse_options(parse_hyperparameters(started(account)["HyperParameters"]))
    assert in_container == options.model_copy(update={"train": "/opt/ml/input/data/train/train.jsonl"})
    assert run.as_json()["folder"] == str(tmp_path / "runs" / "ward")


def test_a_checkpoint_here_goes_along(account: Account, options: TrainOptions, tmp_path: Path) -> None:
    Service(account)
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "config.json").write_text("{}")
    launch(account, options.model_copy(update={"checkpoint": str(tmp_path / "model")}))
    channels = {c["ChannelName"]: c["DataSource"]["S3DataSource"]["S3Uri"] for c in started(account)["InputDataConfig"]}
    assert set(channels) == {"train", "checkpoint", "code", "sm_drivers"}
    assert f"{channels['checkpoint']}config.json".removeprefix(f"s3://{BUCKET}/") in account.objects()
    assert json.loads(started(account)["HyperParameters"]["checkpoint"]) == "/opt/ml/input/data/checkpoint"
