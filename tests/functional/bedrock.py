"""Bedrock in one process: the local cloud's own service behind boto3's interface, and a model without weights."""

import threading
import time
from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError
from tests.functional.first_sentence import FirstSentence

from chartbrief.local_cloud.bedrock import Bedrock, Limits
from chartbrief.local_cloud.bedrock.service import THREAD_PREFIX
from chartbrief.local_cloud.executor.errors import ServiceError
from chartbrief.local_cloud.local_model import LocalModel

PATIENCE_SECONDS = 20.0


def wait_for_bedrock_jobs() -> None:
    """Wait until no batch job runs in this process: a job's last act, after its status is final, is to announce it."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    running = [thread for thread in threading.enumerate() if thread.name.startswith(THREAD_PREFIX)]
    for thread in running:
        thread.join(max(0.0, deadline - time.monotonic()))
    assert not any(thread.is_alive() for thread in running)


class BedrockClient:
    """The two Bedrock clients in one; `fail_next` makes the coming calls of an operation fail with given codes.

    What the model does wrong is planned with `service.faults.plan("throttle", times=2, containing="fever")`; the kinds
    are `chartbrief.local_cloud.bedrock.FAULTS`.
    """

    def __init__(self, session: Any, limits: Limits | None = None, **options: Any) -> None:
        self.model: LocalModel = options.pop("model", None) or FirstSentence()
        s3, events = session.client("s3"), session.client("events")
        self.service = Bedrock(self.model, s3, events, limits=limits or Limits(min_records=1), **options)
        self.fail_next: dict[str, list[str]] = {}
        self.called: list[str] = []
        self.hangs = False

    @property
    def created(self) -> list[dict[str, Any]]:
        """Requests of the jobs that were started, in order."""
        return [dict(request) for request in self.service.created]

    def converse(self, **request: Any) -> Any:
        return self._call("converse", request)

    def create_model_invocation_job(self, **request: Any) -> Any:
        return self._call("create_model_invocation_job", request)

    def get_model_invocation_job(self, **request: Any) -> Any:
        found = self._call("get_model_invocation_job", request)
        return {**found, "status": "InProgress"} if self.hangs else found

    def list_model_invocation_jobs(self, **request: Any) -> Any:
        return self._call("list_model_invocation_jobs", request)

    def stop_model_invocation_job(self, **request: Any) -> Any:
        return self._call("stop_model_invocation_job", request)

    def _call(self, operation: str, request: dict[str, Any]) -> Any:
        self.called.append(operation)
        if self.fail_next.get(operation):
            code = self.fail_next[operation].pop(0)
            raise ClientError({"Error": {"Code": code, "Message": "made to fail"}}, operation)
        run: Callable[[dict[str, Any]], Any] = getattr(self.service, operation)
        try:
            return run(request)
        except ServiceError as error:
            answer = {"Error": {"Code": error.code, "Message": str(error)}}
            status = {"ResponseMetadata": {"HTTPStatusCode": error.status}}
            raise ClientError({**answer, **status}, operation) from error  # type: ignore[arg-type]
