"""SageMaker and Bedrock in this process: the local cloud's own, whose jobs end when and how the simulator says."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import httpx
from tests.faults.clock import Clock
from tests.faults.notes import MARK
from tests.functional.bedrock import BedrockClient
from tests.functional.first_sentence import FirstSentence
from tests.functional.sagemaker import SageMaker

from chartbrief.local_cloud.bedrock import Limits
from chartbrief.local_cloud.executor.service import Service
from notes_pipeline.core.options import option_facts

JOB_SECONDS = 400.0
# How a job may end; `some` and `stopped` leave outputs of a part of it.
REASONS = {
    "capacity": "CapacityError: Unable to provision requested ML compute capacity.",
    "internal": "InternalServerError: We encountered an internal error. Please try again.",
    "memory": "AlgorithmError: Please use an instance type with more memory, exit code: 137",
}
# One that never ends does so only when it is stopped.
ENDS = ("completed", "some", "none", "stopped", "never", *REASONS)
_STOPS_WITHIN = 30.0
BEDROCK_ENDS = {"some": "job-partial", "none": "job-failed", "capacity": "job-expired", "internal": "job-failed"}
CREATION_REFUSALS = ("ThrottlingException", "ResourceLimitExceeded", "LimitExceeded")


@dataclass
class Pending:
    """Work of a service that is done at a moment: a job, or an asynchronous request."""

    due: float
    work: Callable[[], None]
    job: Any = None
    asker: Any = None


class Model(FirstSentence):
    """Counts how often it answered for each version of a note."""

    def __init__(self, told: Callable[[bytes], None]) -> None:
        super().__init__()
        self._told = told

    def summarize(self, note: str) -> str:
        self._told(note.encode())
        return super().summarize(note)


class Services:
    """What answers notes, and what is counted there.

    Attributes:
        asked: how often a model was sent each version of a note.
        answered: how often it answered.
        pending: jobs and asynchronous requests that have not ended.
        ends: how the coming jobs end, in turn; afterwards all complete.
    """

    def __init__(self, session: Any, parameters: dict[str, str], work_bucket: str, clock: Clock) -> None:
        option = option_facts(parameters["SummarizerOption"], parameters["ModelId"], parameters["ModelDialect"])
        spoken = option.dialect if option.service == "sagemaker" else "chartbrief"
        output = f"s3://{work_bucket}/batches/async" if parameters["EndpointKind"] == "async" else ""
        given = (parameters["ModelName"], parameters["EndpointName"])
        self.sagemaker = SageMaker(session, *given, spoken, output)
        container = self.sagemaker.container
        container.post = self._counting(container.post)
        s3, events = session.client("s3"), session.client("events")
        self._make_sagemaker = lambda: Service(container, s3, events, *given, output)
        self._make_bedrock = lambda: BedrockClient(
            session, self._quota, clock=clock.read, model=Model(self._note_answered)
        )
        self._quota = Limits(min_records=int(parameters["BedrockBatchMinRecords"]))
        self._clock = clock
        self.when_asked: Callable[[str], None] = lambda mark: None
        self.asking: Callable[[], Any] = lambda: None
        self.reset()

    def reset(self) -> None:
        """Forget every job and every count."""
        self.asked, self.answered = Counter[str](), Counter[str]()
        self.pending: list[Pending] = []
        self.ends: list[str] = []
        self.failing: int | None = None
        self._requests = 0
        self.sagemaker._service = self._make_sagemaker()
        self.bedrock = self._make_bedrock()
        self._clock.later = self._later

    def _later(self, work: Callable[[], None]) -> None:
        due = self._clock.seconds + JOB_SECONDS
        self.pending.append(Pending(due, work, getattr(work, "job", None), self.asking()))

    def _counting(self, post: Callable[..., httpx.Response]) -> Callable[..., httpx.Response]:
        def counted(body: bytes, *more: Any) -> httpx.Response:
            for mark in MARK.findall(body):
                self.asked[mark.decode()] += 1
            self._requests += 1
            if b"POISON" in body:
                return httpx.Response(400, text="bad input")
            if self.failing is not None and self._requests > self.failing:
                return httpx.Response(500, text="broken")
            answer = post(body, *more)
            if answer.status_code == 200:
                self._note_answered(body)
            return answer

        return counted

    def _note_answered(self, body: bytes) -> None:
        for mark in MARK.findall(body):
            self.answered[mark.decode()] += 1
            self.when_asked(mark.decode())

    def notice_stops(self) -> None:
        """Let jobs end that would not have, and were stopped."""
        for one in self.pending:
            if one.due == float("inf") and one.job._stopped.is_set():
                one.due = self._clock.seconds + _STOPS_WITHIN

    def end_next(self, place: int = 0) -> str:
        """Let a pending piece of work end; return how it did."""
        pending = self.pending.pop(place)
        end = self.ends.pop(0) if self.ends else "completed"
        if end == "never" and pending.job is not None:
            pending.due = float("inf")
            self.pending.append(pending)
            return end
        self._requests = 0
        self.failing = {"some": 1, "none": 0}.get(end)
        if end in REASONS and hasattr(pending.job, "_end"):
            pending.job._end("Failed", REASONS[end])
        else:
            self._prepare(pending.job, end)
            pending.work()
        self.failing = None
        return end

    def _prepare(self, job: Any, end: str) -> None:
        if job is None:
            return
        if hasattr(job, "counts") and end in BEDROCK_ENDS:
            self.bedrock.service.faults.plan(BEDROCK_ENDS[end], containing=str(job.request["jobName"]))
        elif end == "stopped":
            job.stop(lambda job: None) if hasattr(job, "counts") else job.stop()
