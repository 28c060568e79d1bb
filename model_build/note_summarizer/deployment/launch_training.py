"""`train --on sagemaker`: the same training as a SageMaker training job, followed to its end and brought back here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from note_summarizer.deployment.connections import Aws, open_aws, refusals_told, require_sdk
from note_summarizer.deployment.fetch_run import fetch_run, require_free
from note_summarizer.deployment.follow_job import follow_job
from note_summarizer.deployment.job_trainer import job_trainer, quiet_sdk, sdk_refusals_told, staged_code
from note_summarizer.deployment.training_data import (
    check_local_data,
    options_in_container,
    plan_channels,
    require_bucket,
    require_sources,
    upload,
    written,
)
from note_summarizer.deployment.training_job import TrainingJobOptions, check_hyperparameters, source_folder
from note_summarizer.deployment.waiting import Patience, Tell
from note_summarizer.errors import DeploymentError
from note_summarizer.training.options import TrainOptions


@dataclass(frozen=True)
class TrainingRun:
    """A training job that was started.

    Attributes:
        status: `Completed`, or `InProgress` if nobody waited for it.
        model, output: S3 addresses of its archives, once it is completed.
        seconds, billed_seconds: how long it trained, and what is paid for: less with spot capacity.
        folder: the run folder here, if it was fetched.
    """

    job: str
    status: str
    hyperparameters: dict[str, str]
    model: str | None = None
    output: str | None = None
    seconds: int | None = None
    billed_seconds: int | None = None
    folder: Path | None = None

    def as_json(self) -> dict[str, Any]:
        """Return plain structures for scripts."""
        return {**asdict(self), "folder": str(self.folder) if self.folder else None}


def launch_training(
    options: TrainOptions,
    job: TrainingJobOptions,
    out: Path | None = None,
    tell: Tell = lambda _: None,
    wait: bool = True,
    stop_when_interrupted: Callable[[], bool] = lambda: False,
    aws: Aws | None = None,
    patience: Patience | None = None,
    region: str | None = None,
) -> TrainingRun:
    """Train on SageMaker: check, upload, start, follow, and fetch the run folder.

    Args:
        out: where the run folder is put when the job is done; nowhere, if it is not given.
        tell: called with each line of the job's log and each change of its state.
        wait: follow the job; otherwise return as soon as it is started.
        stop_when_interrupted: asked on Ctrl-C whether to stop the job too; otherwise it goes on.

    Raises:
        OptionsError, DataError, CheckpointError: something cannot work; nothing was started.
        DeploymentError: AWS refused, or the job failed; the message has SageMaker's reason.
    """
    job.check()
    require_sdk()
    if out is not None:
        require_free(out)
    channels = plan_channels(options)
    parameters = options_in_container(options, channels).hyperparameters()
    check_hyperparameters(parameters)
    _read_local_data(options)
    code, aws = source_folder(), aws or open_aws(region)
    tell(f"Training in {aws.place}")
    require_bucket(job.bucket, aws)
    require_sources(channels, aws)
    name = _start(job, code, channels, parameters, aws, tell)
    if not wait:
        tell(f"The job {name} runs. Follow it with: {follow_command(name)}")
        return TrainingRun(name, "InProgress", parameters)
    with _interruption_told(name, aws, stop_when_interrupted, tell):
        found = follow_job(name, aws, patience or Patience(), tell)
    return _finished(found, parameters, out, aws, tell)


def follow_command(job: str) -> str:
    """Return the command with which a job's log can be followed."""
    return f"aws logs tail /aws/sagemaker/TrainingJobs --log-stream-name-prefix {job} --follow"


def _read_local_data(options: TrainOptions) -> None:
    from note_summarizer.pairs.read_pairs import read_pairs  # here, because it brings `datasets`

    check_local_data(options, read_pairs)


def _start(job: TrainingJobOptions, code: Path, channels: Any, parameters: dict[str, str], aws: Aws, tell: Tell) -> str:
    """Upload the data, start the job, and return its name."""
    from sagemaker.core.training.configs import InputData

    place = f"{job.place}/data/{_moment()}"
    inputs = []
    for channel in channels:
        address = upload(channel, place, job.kms_key, aws) if channel.is_local else channel.source
        tell(f"channel {channel.name}: {address}")
        inputs.append(InputData(channel_name=channel.name, data_source=address))
    doing = "Starting the training job"
    with staged_code(code) as folder, quiet_sdk(), refusals_told(doing), sdk_refusals_told():
        trainer = job_trainer(job, folder, parameters, aws)
        trainer.train(input_data_config=inputs, wait=False, logs=False)
    return str(trainer._latest_training_job.training_job_name)


def _moment() -> str:
    return datetime.now(UTC).strftime("%Y%m%d-%H%M%S-%f")


@contextmanager
def _interruption_told(name: str, aws: Aws, stop: Callable[[], bool], tell: Tell) -> Iterator[None]:
    try:
        yield
    except KeyboardInterrupt:
        if stop():
            with refusals_told(f"Stopping the job {name}"):
                aws.sagemaker.stop_training_job(TrainingJobName=name)
            tell(f"The job {name} is being stopped.")
        else:
            tell(
                f"The job {name} goes on, and is billed until it ends. Follow it with: {follow_command(name)}; stop it"
                f" with: aws sagemaker stop-training-job --training-job-name {name}"
            )
        raise


def _finished(found: dict[str, Any], parameters: dict[str, str], out: Path | None, aws: Aws, tell: Tell) -> TrainingRun:
    name, status = found["TrainingJobName"], found["TrainingJobStatus"]
    if status != "Completed":
        reason = found.get("FailureReason") or "it was stopped before its end"
        checkpoints = found.get("CheckpointConfig", {}).get("S3Uri", "")
        raise DeploymentError(
            f"The training job {name} is {status}: {reason}. Its log: {follow_command(name)}; what it had reached is in"
            f" {checkpoints}, and a job with --checkpoints {checkpoints} goes on from there."
        )
    model = found["ModelArtifacts"]["S3ModelArtifacts"]
    output = written(f"{model.rpartition('/')[0]}/output.tar.gz", aws)
    folder = fetch_run(model, output, out) if out else None
    if folder:
        tell(f"The run is in {folder}.")
    times = found.get("TrainingTimeInSeconds"), found.get("BillableTimeInSeconds")
    return TrainingRun(name, status, parameters, model, output, *times, folder)
