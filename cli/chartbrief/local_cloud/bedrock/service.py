"""The service's operations, without HTTP: a request as boto3 is given it, a response as boto3 returns it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Mapping
from typing import Any

from chartbrief.local_cloud.bedrock.budget import Budget
from chartbrief.local_cloud.bedrock.converse import ANSWER_FAULTS, Conversation, answer, read_conversation
from chartbrief.local_cloud.bedrock.invocation_job import JOB_FAULTS, RECORD_FAULTS, InvocationJob
from chartbrief.local_cloud.bedrock.job_pages import select_jobs
from chartbrief.local_cloud.bedrock.job_views import describe, job_arn, state_change
from chartbrief.local_cloud.bedrock.limits import Limits
from chartbrief.local_cloud.executor.errors import ServiceError, invalid
from chartbrief.local_cloud.faults import Faults
from chartbrief.local_cloud.local_model import LocalModel
from chartbrief.local_cloud.validate_request import check_request

Request = Mapping[str, Any]
THREAD_PREFIX = "model-invocation-job/"
FAULTS = (*ANSWER_FAULTS, *RECORD_FAULTS, *JOB_FAULTS, "lost-event")


class Bedrock:
    """`bedrock` and `bedrock-runtime` for one account.

    Attributes:
        faults: what is to go wrong; nothing, unless a test plans it.
        created: requests of the jobs that were started, in order.
    """

    def __init__(
        self,
        model: LocalModel,
        s3: Any,
        events: Any,
        *,
        limits: Limits | None = None,
        models: Collection[str] = (),
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Set the service up; nothing runs yet.

        Args:
            model: what answers prompts, whichever model a request names.
            s3, events: boto3 clients for a job's files and for its events.
            limits: quotas and sizes; the service's own by default, with at least 100 records a job.
            models: identifiers that requests may name, also as inference profiles of a geography and in ARNs; any, if
                there are none.
            clock: seconds since the epoch.
        """
        self._model, self._s3, self._events = model, s3, events
        self._limits, self._models, self._clock = limits or Limits(), frozenset(models), clock
        self._budget = Budget(self._limits.requests_per_minute, self._limits.tokens_per_minute, clock)
        self._jobs: dict[str, InvocationJob] = {}
        self._calls: list[tuple[float, float]] = []
        self._lock = threading.Lock()
        self.faults = Faults(FAULTS)
        self.created: list[Request] = []

    def converse(self, request: Request) -> dict[str, Any]:
        """Answer a conversation.

        Raises:
            ServiceError: ValidationException, ThrottlingException, ModelTimeoutException and others.
        """
        check_request("bedrock-runtime", "Converse", request)
        self._check_model(request)
        conversation = read_conversation(request, self._model, self._limits)
        settle = self._budget.take(conversation.input_tokens + conversation.most_tokens)
        used = 0
        started = time.time()
        try:
            body = self._answer(conversation)
            used = body["usage"]["totalTokens"]
        finally:
            settle(used)
            self._calls.append((started, time.time()))
        return body

    def create_model_invocation_job(self, request: Request) -> dict[str, Any]:
        """Start a batch job in the background.

        Raises:
            ServiceError: ConflictException for a name that another request took, ValidationException,
                ServiceQuotaExceededException.
        """
        check_request("bedrock", "CreateModelInvocationJob", request)
        self._check_model(request)
        if request.get("modelInvocationType") != "Converse":
            raise invalid("modelInvocationType InvokeModel is not run locally: use Converse.")
        job = InvocationJob(dict(request), self._s3, self._limits, self._clock, self.faults)
        with self._lock:
            if earlier := next((j for j in self._jobs.values() if j.request["jobName"] == request["jobName"]), None):
                return _same_job(earlier, request)
            if sum(not other.ended for other in self._jobs.values()) >= self._limits.open_jobs:
                raise ServiceError("ServiceQuotaExceededException", "Too many batch jobs are submitted or in progress.")
            self._jobs[job.id] = job
            self.created.append(dict(request))
        work = threading.Thread(
            target=job.run, args=(self._ask_for_job, self._announce), name=THREAD_PREFIX + job.id, daemon=True
        )
        work.start()
        return {"jobArn": job_arn(job.id)}

    def get_model_invocation_job(self, request: Request) -> dict[str, Any]:
        """Return a job's request and state."""
        check_request("bedrock", "GetModelInvocationJob", request)
        return describe(self._job(request))

    def list_model_invocation_jobs(self, request: Request) -> dict[str, Any]:
        """Return the jobs that a request selects, page by page."""
        check_request("bedrock", "ListModelInvocationJobs", request)
        return select_jobs(list(self._jobs.values()), request)

    def stop_model_invocation_job(self, request: Request) -> dict[str, Any]:
        """Ask a job to stop."""
        check_request("bedrock", "StopModelInvocationJob", request)
        job = self._job(request)
        if not job.stop(self._announce):
            raise ServiceError("ConflictException", f"The job is {job.status} and cannot be stopped.")
        return {}

    def busy(self) -> bool:
        """Say whether a batch job has not ended."""
        return any(not job.ended for job in list(self._jobs.values()))

    def times(self) -> dict[str, list[tuple[float, float]]]:
        """Return when the model was asked, and when jobs ran that have ended (seconds since the epoch)."""
        jobs = list(self._jobs.values())
        calls = [*self._calls, *(call for job in jobs for call in list(job.calls))]
        return {"model": calls, "job": [(job.submitted_at, job.ended_at) for job in jobs if job.ended_at is not None]}

    def _ask_for_job(self, model_input: Any) -> dict[str, Any]:
        check_request("bedrock-runtime", "Converse", {**model_input, "modelId": "batch"})
        return self._answer(read_conversation(model_input, self._model, self._limits))

    def _answer(self, conversation: Conversation) -> dict[str, Any]:
        return answer(conversation, self._model, self.faults.take(conversation.prompt, ANSWER_FAULTS))

    def _check_model(self, request: Request) -> None:
        kind, _, name = str(request["modelId"]).rpartition("/")
        # Whose model an application's own profile is, nobody can tell from its identifier.
        known = kind.endswith("application-inference-profile") or {name, name.partition(".")[2]} & self._models
        if self._models and not known:
            raise invalid("The provided model identifier is invalid.")

    def _job(self, request: Request) -> InvocationJob:
        job = self._jobs.get(str(request["jobIdentifier"]).rpartition("/")[2])
        if job is None:
            raise ServiceError("ResourceNotFoundException", "Could not find a model invocation job by that name.", 404)
        return job

    def _announce(self, job: InvocationJob) -> None:
        if not (job.ended and self.faults.take(str(job.request["jobName"]), ("lost-event",))):
            self._events.put_events(Entries=[state_change(job)])


def _same_job(earlier: InvocationJob, request: Request) -> dict[str, Any]:
    token = request.get("clientRequestToken")
    if token is None or token != earlier.request.get("clientRequestToken"):
        raise ServiceError("ConflictException", "A model invocation job with this jobName already exists.")
    return {"jobArn": job_arn(earlier.id)}
