"""One transform job: reads its files, asks the container, writes `.out` objects, ends."""

from __future__ import annotations

import gzip
import json
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
from botocore.exceptions import BotoCoreError, ClientError

from chartbrief.local_cloud.executor import mini_batches
from chartbrief.local_cloud.executor.container import Container
from chartbrief.local_cloud.executor.errors import TransformFileError
from chartbrief.local_cloud.executor.transform_request import TransformRequest

Changed = Callable[["TransformJob"], None]
_FAILED = "AlgorithmError: See job logs for more information"
_NO_INPUT = "ClientError: No S3 objects found under the given S3 location"


class TransformJob:
    """A job and its state; `run` is called once, in a thread of its own."""

    def __init__(self, request: TransformRequest, s3: Any, container: Container, changed: Changed) -> None:
        self.request = request
        self.status = "InProgress"
        self.failure_reason = ""
        self.created_at = time.time()
        self.started_at: float | None = None
        self.ended_at: float | None = None
        self._s3, self._container, self._changed = s3, container, changed
        self._stopped = threading.Event()

    def stop(self) -> None:
        """Ask the job to stop; files under way are given up."""
        if self.status == "InProgress":
            self.status = "Stopping"
            self._stopped.set()
            self._changed(self)

    def run(self) -> None:
        """Do the job: every file, spread over the instances; each `.out` only if all of its file went well."""
        self._changed(self)
        try:
            failed = self._run_files()
        except (BotoCoreError, ClientError, TransformFileError, httpx.HTTPError, ValueError) as error:
            self._end("Failed", f"ClientError: {type(error).__name__}")
            return
        if failed is None:
            self._end("Failed", _NO_INPUT)
        elif self._stopped.is_set():
            self._end("Stopped", "")
        else:
            self._end("Failed" if failed else "Completed", _FAILED if failed else "")

    def _run_files(self) -> int | None:
        files = self._files()
        if not files:
            return None
        suggested = self._container.execution_parameters()
        self.started_at = time.time()
        # A file is never spread over instances: each instance takes whole files, one after another.
        with ThreadPoolExecutor(self.request.instances) as instances:
            results = list(instances.map(lambda file: self._try_file(file, suggested), files))
        return results.count(False)

    def _files(self) -> list[tuple[str, str, str]]:
        """Return (bucket, key, name below the prefix) of every input."""
        bucket, key = self.request.input_uri
        if self.request.input_kind == "ManifestFile":
            prefix, *names = json.loads(self._read(bucket, key))
            where, _, base = prefix["prefix"].removeprefix("s3://").partition("/")
            return [(where, base + name, name) for name in names]
        pages = self._s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=key)
        keys = [item["Key"] for page in pages for item in page.get("Contents", [])]
        # A prefix is not a folder: "note-1" also takes "note-10".
        folder = key.rpartition("/")[0]
        return [(bucket, found, found[len(folder) :].lstrip("/")) for found in keys]

    def _read(self, bucket: str, key: str) -> bytes:
        body: bytes = self._s3.get_object(Bucket=bucket, Key=key)["Body"].read()
        return body

    def _try_file(self, file: tuple[str, str, str], suggested: dict[str, Any]) -> bool:
        bucket, key, name = file
        try:
            output = self._transform(self._read(bucket, key), suggested)
        except (TransformFileError, httpx.HTTPError, BotoCoreError, ClientError, OSError):
            return False
        if self._stopped.is_set():
            return False
        to_bucket, to_prefix = self.request.output_uri
        self._s3.put_object(Bucket=to_bucket, Key=f"{to_prefix.rstrip('/')}/{name}.out".lstrip("/"), Body=output)
        return True

    def _transform(self, body: bytes, suggested: dict[str, Any]) -> bytes:
        request = self.request
        if request.compression == "Gzip":
            body = gzip.decompress(body)
        records = mini_batches.split_records(body, request)
        strategy = request.strategy or str(suggested.get("BatchStrategy", "MULTI_RECORD")).title().replace("_", "")
        largest = request.max_payload_mb if request.max_payload_mb is not None else suggested.get("MaxPayloadInMB", 6)
        workers = request.max_concurrent or int(suggested.get("MaxConcurrentTransforms", 1))
        inputs = mini_batches.filter_inputs(records, request)
        batches = list(mini_batches.pack(inputs, strategy, largest))
        with ThreadPoolExecutor(max(1, workers)) as pool:
            answers = [answer for found in pool.map(self._ask, batches) for answer in found]
        return mini_batches.assemble(mini_batches.join_outputs(records, answers, request), request)

    def _ask(self, batch: Sequence[bytes]) -> list[bytes]:
        if self._stopped.is_set():
            raise TransformFileError("the job was stopped")
        body = mini_batches.payload(batch, self.request)
        answer = self._container.invoke(
            body, self.request.content_type, self.request.accept, self.request.timeout, self.request.retries
        )
        return mini_batches.split_answer(answer, len(batch), self.request)

    def _end(self, status: str, reason: str) -> None:
        self.status, self.failure_reason, self.ended_at = status, reason, time.time()
        self._changed(self)
