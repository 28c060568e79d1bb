"""The functions with the environment that the template gives them, on a cloud in a folder; each call is a process."""

from __future__ import annotations

import json
import shutil
import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import boto3
from benchmarks.big.call import call
from benchmarks.big.cloud import CREDENTIALS, Cloud
from benchmarks.big.model import run_job
from moto import mock_aws

from chartbrief.cloud import DEFAULT_TEMPLATE
from chartbrief.local_cloud.resources import Resources
from chartbrief.local_cloud.template import Template
from chartbrief.local_cloud.wiring import read_functions

Took = dict[str, Any]
_FUNCTIONS = {
    "notes_uploaded": "NotesUploadedFunction",
    "batch_due": "BatchDueFunction",
    "transform_finished": "TransformFinishedFunction",
}


class Stack:
    """Files go in, functions are called, books are read."""

    def __init__(self, folder: Path, latency: float = 0.0, **parameters: str) -> None:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        self.cloud, self.latency = Cloud(folder), latency
        self._environments = _environments(parameters)
        self.took: list[tuple[str, Took]] = []

    def call(self, function: str, event: Mapping[str, Any], **options: Any) -> Took:
        """Call a function and note what it took."""
        environment = self._environments[_FUNCTIONS[function]]
        took = call(self.cloud.folder, function, dict(event), environment=environment, latency=self.latency, **options)
        self.took.append((function, took))
        return took

    def bucket(self, name: str) -> str:
        """Return what a bucket is called."""
        return self._environments["NotesUploadedFunction"][name]

    def messages(self, function: str, bodies: Sequence[Mapping[str, Any]]) -> Took:
        """Call a function with messages of its queue."""
        records = [
            {"messageId": str(number), "body": json.dumps(body), "eventSource": "aws:sqs", "receiptHandle": "r"}
            | {"attributes": {}, "messageAttributes": {}, "md5OfBody": "", "eventSourceARN": "", "awsRegion": ""}
            for number, body in enumerate(bodies)
        ]
        return self.call(function, {"Records": records})

    def dropped(self, key: str) -> dict[str, Any]:
        """Return the event about a file that lies in the bucket of notes."""
        item = {"key": key, "version-id": uuid.uuid4().hex, "sequencer": "01"}
        detail = {"bucket": {"name": self.bucket("NOTES_BUCKET")}, "object": item}
        return {"time": "2031-01-01T00:00:00Z", "detail": detail}

    def take(self, queue: str) -> list[dict[str, Any]]:
        """Take every message off a queue."""
        return self.cloud.take(f"local-{queue}")

    def run_jobs(self) -> tuple[list[str], int]:
        """Answer every job that was created and not answered; return their batches and how many notes they had."""
        batches, notes = [], 0
        for job in sorted((self.cloud.folder / "jobs").glob("*.json")):
            marker = job.with_suffix(".done")
            if not marker.exists():
                notes += run_job(self.cloud.objects, self.bucket("WORK_BUCKET"), job)
                marker.touch()
                batches.append(job.stem)
        return batches, notes

    def books(self) -> dict[str, int]:
        """Count receipts by status."""
        rows = self.cloud.table.database.execute(
            "SELECT json_extract(item, '$.status.S'), COUNT(*) FROM rows WHERE sk LIKE 'RECORD#%' GROUP BY 1"
        )
        return dict(rows.fetchall())

    def scalar(self, query: str) -> int:
        """Return one figure of the ledger."""
        return int(self.cloud.table.database.execute(query).fetchone()[0] or 0)

    def summaries(self) -> tuple[int, int]:
        """Return how many summaries there are, and how many different notes they are of."""
        keys = self.cloud.objects.keys(self.bucket("SUMMARIES_BUCKET"), "by_note/")
        return len(keys), len({key.split("/")[1] for key in keys})


def _environments(parameters: Mapping[str, str]) -> dict[str, dict[str, str]]:
    given = {"ModelName": "stand-in", "EndpointName": "none", "MaxWaitSeconds": "0"} | dict(parameters)
    with mock_aws():
        resources = Resources(Template(DEFAULT_TEMPLATE, given), boto3.Session(**CREDENTIALS))
        resources.create_all()
        return {function.name: function.environment for function in read_functions(resources)}


def total_calls(took: Sequence[Took]) -> Counter[str]:
    """Return the calls of several calls of functions."""
    return sum((Counter(each["calls"]) for each in took), Counter())
