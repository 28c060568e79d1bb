"""Training jobs that fail, are interrupted, or are never started."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("sagemaker", reason="model tests have an environment of their own: make test-model")

from tests.model.sagemaker_account import BUCKET, ROLE, Account, sagemaker_account
from tests.model.training_service import JOB, Service, launch, write_code, write_notes

from note_summarizer.deployment import launch_training as launching
from note_summarizer.deployment.follow_job import LOGS
from note_summarizer.deployment.training_job import TrainingJobOptions
from note_summarizer.errors import DataError, DeploymentError, ModelBuildError, OptionsError, OutputError
from note_summarizer.training.options import TrainOptions


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Account]:
    code = write_code(tmp_path / "code")
    monkeypatch.setattr(launching, "source_folder", lambda: code)
    with sagemaker_account(monkeypatch) as account:
        yield account


@pytest.fixture
def options(tmp_path: Path) -> TrainOptions:
    return write_notes(tmp_path)


def test_a_failed_job_says_why_and_where_its_checkpoints_are(account: Account, options: TrainOptions) -> None:
    Service(account, TrainingJobStatus="Failed", FailureReason="AlgorithmError: out of memory")
    with pytest.raises(DeploymentError, match=r"out of memory.*--checkpoints s3://team-models/.*/checkpoints goes on"):
        launch(account, options)


def test_without_waiting_one_is_told_how_to_follow(account: Account, options: TrainOptions) -> None:
    told: list[str] = []
    run = launch(account, options, wait=False, tell=told.append)
    assert run.status == "InProgress"
    assert f"aws logs tail {LOGS} --log-stream-name-prefix {run.job} --follow" in told[-1]


@pytest.mark.parametrize("stop", [True, False])
def test_ctrl_c_stops_the_job_or_says_that_it_goes_on(account: Account, options: TrainOptions, stop: bool) -> None:
    def interrupt(answer: dict[str, Any]) -> dict[str, Any]:
        if len(account.asked("DescribeTrainingJob")) > 1:  # the first is the SDK's, when it has started the job
            raise KeyboardInterrupt
        return answer

    account.change_answer("DescribeTrainingJob", interrupt)
    told: list[str] = []
    with pytest.raises(KeyboardInterrupt):
        launch(account, options, tell=told.append, stop_when_interrupted=lambda: stop)
    assert len(account.asked("StopTrainingJob")) == stop
    assert ("is being stopped" if stop else "goes on, and is billed") in told[-1]


def test_an_archive_that_would_write_elsewhere_is_refused(
    account: Account, options: TrainOptions, tmp_path: Path
) -> None:
    service = Service(account)
    service.files["model"] = {"../../evil.txt": "x"}
    with pytest.raises(DeploymentError, match="cannot be unpacked safely"):
        launch(account, options, out=tmp_path / "runs" / "ward")
    assert [path.name for path in tmp_path.rglob("*") if "evil" in path.name] == []
    assert list((tmp_path / "runs").iterdir()) == []


def test_a_log_that_may_not_be_read_does_not_end_the_waiting(account: Account, options: TrainOptions) -> None:
    Service(account)
    account.refuse("DescribeLogStreams")
    told: list[str] = []
    assert launch(account, options, tell=told.append).status == "Completed"
    assert len([line for line in told if "log cannot be read" in line]) == 1


@pytest.mark.parametrize(
    ("changes", "job", "error", "said"),
    [
        ({"note_column": "text"}, JOB, DataError, "text"),
        ({"test": f"s3://{BUCKET}/nothing.csv"}, JOB, DataError, "nothing.csv does not exist"),
        ({}, TrainingJobOptions("no-such-bucket", role=ROLE), DataError, "There is no bucket no-such-bucket"),
        ({}, TrainingJobOptions(BUCKET, role=ROLE, instance_type="m5"), OptionsError, "--instance-type"),
        ({"optimizer": "A'dam"}, JOB, OptionsError, "apostrophe"),
    ],
)
def test_what_cannot_work_is_found_before_anything_is_uploaded(
    account: Account,
    options: TrainOptions,
    changes: dict[str, Any],
    job: TrainingJobOptions,
    error: type[ModelBuildError],
    said: str,
) -> None:
    with pytest.raises(error, match=said):
        launch(account, options.model_copy(update=changes), job)
    assert account.objects() == set()
    assert account.asked("CreateTrainingJob") == []


def test_a_run_folder_that_is_there_is_not_touched(account: Account, options: TrainOptions, tmp_path: Path) -> None:
    (tmp_path / "ward").mkdir()
    (tmp_path / "ward" / "run.json").touch()
    with pytest.raises(OutputError, match="exists already"):
        launch(account, options, out=tmp_path / "ward")
    assert account.asked("CreateTrainingJob") == []
