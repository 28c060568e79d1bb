"""AWS for one process of a benchmark: boto3's clients as they are, with the network taken out and calls counted."""

from __future__ import annotations

import json
import time
from collections import Counter
from pathlib import Path
from typing import Any

import boto3
from benchmarks.big.object_store import ObjectStore, in_memory
from benchmarks.big.table_store import TableStore
from botocore.awsrequest import AWSPreparedRequest, AWSResponse

CREDENTIALS = {"aws_access_key_id": "testing", "aws_secret_access_key": "testing", "region_name": "us-east-1"}


class Cloud:
    """Buckets, a table, queues and jobs in a folder.

    Attributes:
        calls: made so far, by operation.
        latency: seconds that every call takes before it is answered.
    """

    def __init__(self, folder: Path, latency: float = 0.0) -> None:
        self.folder, self.latency = folder, latency
        self.objects, self.table = ObjectStore(folder), TableStore(folder)
        self.calls = Counter[str]()

    def install(self) -> None:
        """Let every client that is made from now on talk to this cloud."""
        make = boto3.client

        def client(name: str, **options: Any) -> Any:
            made = make(name, **CREDENTIALS, **options)  # type: ignore[call-overload]
            made.meta.events.register("before-send", self._send)
            return made

        boto3.client = client  # type: ignore[assignment]

    def _send(self, request: AWSPreparedRequest, **_: Any) -> AWSResponse:
        if self.latency:
            time.sleep(self.latency)
        target = request.headers.get("X-Amz-Target")
        if target is None:
            self.calls[f"S3 {request.method}"] += 1
            status, headers, raw = self.objects.answer(
                request.method, request.url, _text(request.headers), request.body
            )
            return AWSResponse(request.url, status, headers, raw)
        service, _, operation = (target.decode() if isinstance(target, bytes) else target).partition(".")
        self.calls[f"{service.partition('_')[0]} {operation}"] += 1
        status, body = self._answer(service, operation, json.loads(request.body))
        return AWSResponse(request.url, status, {}, in_memory(json.dumps(body).encode()))

    def _answer(self, service: str, operation: str, request: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        if service.startswith("DynamoDB"):
            return self.table.answer(operation, request)
        if service == "AmazonSQS":
            return 200, self._queue(operation, request)
        return 200, self._job(operation, request)

    def _queue(self, operation: str, request: dict[str, Any]) -> dict[str, Any]:
        entries = request["Entries"] if operation == "SendMessageBatch" else [request]
        name = request["QueueUrl"].rpartition("/")[2]
        with (self.folder / f"{name}.jsonl").open("a") as file:
            file.writelines(entry["MessageBody"] + "\n" for entry in entries)
        sent = [{"Id": entry.get("Id", ""), "MessageId": "m", "MD5OfMessageBody": ""} for entry in entries]
        return {"Successful": sent, "Failed": []} if operation == "SendMessageBatch" else {"MessageId": "m"}

    def _job(self, operation: str, request: dict[str, Any]) -> dict[str, Any]:
        if operation == "PutEvents":
            return {"FailedEntryCount": 0, "Entries": [{"EventId": "e"}]}
        jobs = self.folder / "jobs"
        jobs.mkdir(exist_ok=True)
        path = jobs / f"{request['TransformJobName']}.json"
        if operation == "CreateTransformJob":
            path.write_text(json.dumps(request))
            return {"TransformJobArn": f"arn:aws:sagemaker:us-east-1:1:transform-job/{path.stem}"}
        now = time.time()
        return {**json.loads(path.read_text()), "TransformJobStatus": "Completed", "CreationTime": now - 60} | {
            "TransformStartTime": now - 60,
            "TransformEndTime": now,
        }

    def take(self, queue: str) -> list[dict[str, Any]]:
        """Take every message off a queue."""
        path = self.folder / f"{queue}.jsonl"
        found = [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []
        path.unlink(missing_ok=True)
        return found


def _text(headers: Any) -> dict[str, str]:
    return {name: value.decode() if isinstance(value, bytes) else str(value) for name, value in headers.items()}
