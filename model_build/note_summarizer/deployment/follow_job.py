"""Following a training job: its state and its log lines, as they come, until it ends."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ClientError

from note_summarizer.deployment.connections import Aws, is_missing, refusals_told
from note_summarizer.deployment.waiting import Patience, Tell

LOGS = "/aws/sagemaker/TrainingJobs"
ENDED = frozenset({"Completed", "Failed", "Stopped"})
NUMBER = r"[-+0-9.eE]+"
# The lines that the training prints: `metric validation_rouge1=31.2 step=80 epoch=2.0`.
METRIC = re.compile(rf"metric (\w+)=({NUMBER}) step=(\d+) epoch=({NUMBER})")


def metric_definitions() -> list[dict[str, str]]:
    """Return what CloudWatch is to read off the log as metrics, by name."""
    names = ("train_loss", "validation_loss", *(f"validation_rouge{kind}" for kind in ("1", "2", "L", "Lsum")))
    return [{"name": name, "regex": rf"metric {name}=({NUMBER})"} for name in names]


@dataclass
class JobLog:
    """A job's log, read on from where it was read to."""

    job: str
    aws: Aws
    _tokens: dict[str, str] = field(default_factory=dict)
    _readable: bool = True

    def new_lines(self, tell: Tell) -> Iterator[str]:
        """Yield the lines that came since the last call; a log that may not be read is said so once."""
        # boto3: the SDK's log handler signs with the first session of the process, whoever's that was, and a line
        # that comes while it lists the streams is given only at the next look.
        try:
            for stream in self._streams():
                yield from self._lines(stream)
        except ClientError as error:
            if not is_missing(error) and self._readable:
                self._readable = False
                tell(f"The job's log cannot be read ({error.response['Error']['Code']}); waiting without it.")

    def _streams(self) -> list[str]:
        if not self._readable:
            return []
        pages = self.aws.client("logs").get_paginator("describe_log_streams")
        found = pages.paginate(logGroupName=LOGS, logStreamNamePrefix=f"{self.job}/")
        return [stream["logStreamName"] for page in found for stream in page["logStreams"]]

    def _lines(self, stream: str) -> Iterator[str]:
        logs = self.aws.client("logs")
        while True:
            where = {"nextToken": self._tokens[stream]} if stream in self._tokens else {}
            answer = logs.get_log_events(logGroupName=LOGS, logStreamName=stream, startFromHead=True, **where)
            yield from (event["message"].rstrip("\n") for event in answer["events"])
            # The end is where the service gives back the token that it was given.
            if answer["nextForwardToken"] == self._tokens.get(stream):
                return
            self._tokens[stream] = answer["nextForwardToken"]


def follow_job(job: str, aws: Aws, patience: Patience, tell: Tell) -> dict[str, Any]:
    """Tell a job's state and log lines until it has ended; return its description.

    There is no limit to the waiting: the job has one of its own.

    Raises:
        DeploymentError: SageMaker does not say how the job stands.
    """
    log, before = JobLog(job, aws), ""
    while True:
        found = describe_job(job, aws)
        state = f"{found['TrainingJobStatus']}: {found.get('SecondaryStatus', '')}"
        if state != before:
            tell(f"job {job} is {state}{_message(found)}")
            before = state
        for line in log.new_lines(tell):
            tell(line)
        if found["TrainingJobStatus"] in ENDED:
            return found
        time.sleep(patience.poll)


def describe_job(job: str, aws: Aws) -> dict[str, Any]:
    """Return what SageMaker says of a training job."""
    with refusals_told(f"Looking at the training job {job}"):
        found: dict[str, Any] = aws.sagemaker.describe_training_job(TrainingJobName=job)
    return found


def _message(found: dict[str, Any]) -> str:
    moves = found.get("SecondaryStatusTransitions") or [{}]
    said = str(moves[-1].get("StatusMessage") or "")
    return f" ({said})" if said else ""
