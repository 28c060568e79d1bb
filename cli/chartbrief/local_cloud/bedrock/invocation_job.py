"""One batch inference job from Submitted to its end.

States: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_ModelInvocationJobSummary.html; what it writes:
https://docs.aws.amazon.com/bedrock/latest/userguide/batch-inference-results.html
"""

from __future__ import annotations

import secrets
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from chartbrief.local_cloud.bedrock.job_input import InputFile, JobInputError, Record, read_input
from chartbrief.local_cloud.bedrock.job_output import record_line, write_outputs
from chartbrief.local_cloud.bedrock.limits import Limits
from chartbrief.local_cloud.executor.errors import ServiceError
from chartbrief.local_cloud.faults import Faults

# Answers a modelInput with the body of a Converse response.
Ask = Callable[[Any], dict[str, Any]]
Changed = Callable[["InvocationJob"], None]
JOB_FAULTS = ("job-failed", "job-expired", "job-partial")
RECORD_FAULTS = ("missing-record", "duplicate-record", "unknown-record")
_ENDED = ("Completed", "PartiallyCompleted", "Failed", "Stopped", "Expired")
_WORKERS = 8
_HOUR = 3600.0
_DEFAULT_HOURS = 24


class InvocationJob:
    """A job and its state; `run` is called once, in a thread of its own.

    Attributes:
        counts: records in total, processed, successful and failed; input and output tokens.
        calls: when the model was asked and had answered (seconds since the epoch), one pair a record.
    """

    def __init__(
        self, request: Mapping[str, Any], s3: Any, limits: Limits, clock: Callable[[], float], faults: Faults
    ) -> None:
        self.id = secrets.token_hex(6)
        self.request = request
        self.status, self.message = "Submitted", ""
        self.submitted_at = self.modified_at = clock()
        self.ended_at: float | None = None
        self.expires_at = self.submitted_at + _HOUR * request.get("timeoutDurationInHours", _DEFAULT_HOURS)
        self.counts: Counter[str] = Counter()
        self.calls: list[tuple[float, float]] = []
        self._s3, self._limits, self._clock, self._faults = s3, limits, clock, faults
        self._stopped = threading.Event()
        self._lock = threading.Lock()

    @property
    def ended(self) -> bool:
        """Whether nothing more will happen."""
        return self.status in _ENDED

    def stop(self, changed: Changed) -> bool:
        """Ask the job to stop; return whether that was still possible."""
        with self._lock:
            if self.ended or self.status == "Stopping":
                return False
            self.status, self.modified_at = "Stopping", self._clock()
        self._stopped.set()
        changed(self)
        return True

    def run(self, ask: Ask, changed: Changed) -> None:
        """Do the job; `changed` is told of every state."""
        changed(self)
        fault = self._faults.take(str(self.request["jobName"]), JOB_FAULTS)
        try:
            status, message = self._work(ask, changed, fault)
        except JobInputError as error:
            status, message = "Failed", str(error)
        except (BotoCoreError, ClientError) as error:
            status, message = "Failed", f"The job's role cannot use the S3 locations ({type(error).__name__})."
        except Exception as error:  # noqa: BLE001 - a job that nobody ends would keep a run waiting for ever
            status, message = "Failed", f"The job failed because of an internal error ({type(error).__name__})."
        with self._lock:
            self.status, self.message = status, message
            self.modified_at = self.ended_at = self._clock()
        changed(self)

    def _work(self, ask: Ask, changed: Changed, fault: str | None) -> tuple[str, str]:
        self._enter("Validating", changed)
        files = read_input(self._s3, self.request["inputDataConfig"]["s3InputDataConfig"]["s3Uri"], self._limits)
        self.counts["total"] = sum(len(file.records) for file in files)
        self._enter("Scheduled", changed)
        if fault == "job-failed":
            return "Failed", "The job failed because of an internal error."
        if fault == "job-expired" or self._clock() >= self.expires_at:
            return "Expired", "The job did not begin within its timeout."
        self._enter("InProgress", changed)
        outputs = self._process(files, ask, half=fault == "job-partial")
        write_outputs(self._s3, self.request["outputDataConfig"]["s3OutputDataConfig"], self.id, outputs, self.counts)
        if self._stopped.is_set():
            return "Stopped", ""
        if self.counts["processed"] < self.counts["total"]:
            return "PartiallyCompleted", "Not all records could be processed within the timeout."
        return "Completed", ""

    def _enter(self, status: str, changed: Changed) -> None:
        with self._lock:
            if self._stopped.is_set():
                return  # it is Stopping, and goes on from there to Stopped
            self.status, self.modified_at = status, self._clock()
        changed(self)

    def _process(self, files: list[InputFile], ask: Ask, *, half: bool) -> dict[str, list[bytes]]:
        outputs: dict[str, list[bytes]] = {}
        with ThreadPoolExecutor(_WORKERS, "bedrock-record") as pool:
            for file in files:
                records = file.records[: len(file.records) // 2] if half else file.records
                found = pool.map(lambda record: self._answer(record, ask), records)
                lines = [line for answered in found for line in answered]
                # In no promised order: here never in the input's, so that nobody comes to rely on it.
                outputs[file.name] = lines[::-1]
        return outputs

    def _answer(self, record: Record, ask: Ask) -> list[bytes]:
        if self._stopped.is_set() or self._clock() >= self.expires_at:
            return []
        started = time.time()
        try:
            output, error = ask(record.model_input), None
        except ServiceError as refused:
            output, error = None, refused
        usage = (output or {}).get("usage", {})
        with self._lock:
            self.calls.append((started, time.time()))
            self.counts["processed"] += 1
            self.counts["error" if error else "success"] += 1
            self.counts["input_tokens"] += usage.get("inputTokens", 0)
            self.counts["output_tokens"] += usage.get("outputTokens", 0)
        return self._lines(record, output, error)

    def _lines(self, record: Record, output: Any, error: ServiceError | None) -> list[bytes]:
        fault = self._faults.take(str(record.model_input), RECORD_FAULTS)
        named = Record(secrets.token_hex(6), record.model_input) if fault == "unknown-record" else record
        times = {"missing-record": 0, "duplicate-record": 2}.get(fault or "", 1)
        return [record_line(named, output, error)] * times
