"""What SageMaker does with a training job, for moto, whose jobs write nothing."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

from tests.model.sagemaker_account import BUCKET, ROLE, Account, archive_of

from note_summarizer.deployment.follow_job import LOGS
from note_summarizer.deployment.launch_training import TrainingRun, launch_training
from note_summarizer.deployment.training_job import TrainingJobOptions
from note_summarizer.deployment.waiting import Patience
from note_summarizer.training.options import TrainOptions

JOB = TrainingJobOptions(BUCKET, role=ROLE)

LINES = ["metric train_loss=2.31 step=40 epoch=1", "metric validation_rouge1=31.2 step=80 epoch=2"]


class Service:
    """What SageMaker does with a job: it runs, logs, and in the end has written two archives."""

    def __init__(self, account: Account, **end: Any) -> None:
        self.account, self.end = account, end
        self.looks = 0
        self.files = {"model": {"config.json": "{}"}, "output": {"run.json": "{}"}}
        account.change_answer("DescribeTrainingJob", self.describe)

    def describe(self, answer: dict[str, Any]) -> dict[str, Any]:
        self.looks += 1
        if self.looks < 3:
            return {**answer, "TrainingJobStatus": "InProgress", "SecondaryStatus": "Training"}
        if self.looks == 3:
            self._write(answer["TrainingJobName"])
        place = f"s3://{BUCKET}/chartbrief/training/jobs/{answer['TrainingJobName']}/output"
        artifacts = {"S3ModelArtifacts": f"{place}/model.tar.gz"}
        times = {"TrainingTimeInSeconds": 600, "BillableTimeInSeconds": 180}
        return {**answer, "TrainingJobStatus": "Completed", "ModelArtifacts": artifacts, **times, **self.end}

    def _write(self, job: str) -> None:
        for name, files in self.files.items():
            key = f"chartbrief/training/jobs/{job}/output/{name}.tar.gz"
            self.account.aws.s3.put_object(Bucket=BUCKET, Key=key, Body=archive_of(files))
        logs, stream = self.account.aws.client("logs"), f"{job}/algo-1-1"
        logs.create_log_group(logGroupName=LOGS)
        logs.create_log_stream(logGroupName=LOGS, logStreamName=stream)
        events = [{"timestamp": int(time.time() * 1000), "message": line} for line in LINES]
        logs.put_log_events(logGroupName=LOGS, logStreamName=stream, logEvents=events)


def write_code(folder: Path) -> Path:
    """A small folder in place of model_build/."""
    (folder / "demo_model").mkdir(parents=True)
    for name in ("train.py", "requirements.txt", "demo_model/model.bin"):
        (folder / name).touch()
    return folder


def write_notes(folder: Path) -> TrainOptions:
    """A data file whose name tells too much, and options that train on it."""
    notes = folder / "Jane Doe 1950.jsonl"
    pairs = [{"note": f"Cough for {i} days.", "summary": f"cough {i} d"} for i in range(2, 10)]
    notes.write_text("".join(json.dumps(pair) + "\n" for pair in pairs))
    return TrainOptions(train=str(notes), checkpoint="google/pegasus-xsum", epochs=2, learning_rate=3e-4)


def launch(account: Account, options: TrainOptions, job: TrainingJobOptions = JOB, **more: Any) -> TrainingRun:
    """Launch without pauses between the looks."""
    return launch_training(options, job, aws=account.aws, patience=Patience(0, 1), **more)


def started(account: Account) -> dict[str, Any]:
    """The request of the one job that was started."""
    (request,) = account.asked("CreateTrainingJob")
    return request
