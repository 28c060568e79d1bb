"""SageMaker in one process: the executor's own service behind boto3's interface, and a model without weights."""

import io
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import httpx
from botocore.exceptions import ClientError
from tests.functional.first_sentence import FirstSentence

from chartbrief.local_cloud.contracts import server as contracts
from chartbrief.local_cloud.executor.container import Container
from chartbrief.local_cloud.executor.errors import ServiceError
from chartbrief.local_cloud.executor.service import THREAD_PREFIX, Service
from chartbrief.local_cloud.validate_request import check_request

MODEL = {"name": "toy", "version": "1", "sha256": "0" * 64}
PATIENCE_SECONDS = 20.0
NEVER_END, STOPPED = "never end", "stopped"


def summarize(text: str) -> dict[str, Any]:
    """Answer as a container does: the note's first sentence, or an error object for a note that says "refuse me"."""
    if "refuse me" in text:
        return {"error": {"code": "Refused", "message": "no"}}
    return {"summary_text": text.split(".")[0] + ".", "parts": 1, "model": MODEL}


class ToyContainer(Container):
    """A container without a process. A request that holds the word POISON fails as a whole, as foreign ones do."""

    def __init__(self) -> None:
        super().__init__("http://toy")
        self.requests = 0
        self.is_broken = False
        self.before_answer: Callable[[], None] = lambda: None

    def wait_until_ready(self) -> None:
        return

    def execution_parameters(self) -> dict[str, Any]:
        return {}

    def post(self, body: bytes, content_type: str, accept: str, timeout: float) -> httpx.Response:
        self.requests += 1
        self.before_answer()
        if self.is_broken or b"POISON" in body:
            return httpx.Response(400, text="Traceback: " + body.decode())
        answers = [json.dumps(summarize(json.loads(line)["inputs"])) + "\n" for line in body.splitlines()]
        return httpx.Response(200, text="".join(answers), headers={"content-type": accept})


def wait_for_jobs() -> None:
    """Wait until no job runs in this process: a job's last act, after its status is final, is to announce it."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    running = [thread for thread in threading.enumerate() if thread.name.startswith(THREAD_PREFIX)]
    for thread in running:
        thread.join(max(0.0, deadline - time.monotonic()))
    assert not any(thread.is_alive() for thread in running)


class ForeignContainer(Container):
    """A container that is not ours, without a process; `faults` plans what it does wrong."""

    def __init__(self, dialect: str) -> None:
        super().__init__("http://foreign")
        self._server = contracts.Container(contracts.FAMILIES[dialect], FirstSentence())
        self.faults = self._server.faults
        self.before_answer: Callable[[], None] = lambda: None

    def wait_until_ready(self) -> None:
        return

    def execution_parameters(self) -> dict[str, Any]:
        return {}

    def post(self, body: bytes, content_type: str, accept: str, timeout: float) -> httpx.Response:
        self.before_answer()
        status, answer = self._server.invoke(body, content_type)
        return httpx.Response(status, content=answer, headers={"content-type": "application/json"})


class SageMaker:
    """The two SageMaker clients in one; `fail_next` makes the coming calls of an operation fail with given codes.

    Jobs that are created inside of `jobs_that("CapacityError: none")` fail with that reason, and those inside of
    `jobs_that(NEVER_END)` are in progress until they are stopped.
    """

    def __init__(
        self, session: Any, model: str, endpoint: str, dialect: str = "chartbrief", async_output: str = ""
    ) -> None:
        self.container: Any = ToyContainer() if dialect == "chartbrief" else ForeignContainer(dialect)
        self.created: list[dict[str, Any]] = []
        self.fail_next: dict[str, list[str]] = {}
        self.called: set[str] = set()
        self._ends: dict[str, str] = {}
        self.end = ""
        self._service = Service(
            self.container, session.client("s3"), session.client("events"), model, endpoint, async_output
        )

    def create_transform_job(self, **request: Any) -> Any:
        answer = self._call("create_transform_job", request)
        self.created.append(request)
        if self.end:
            self._ends[request["TransformJobName"]] = self.end
        return answer

    def describe_transform_job(self, **request: Any) -> Any:
        found = self._call("describe_transform_job", request)
        moments = ("CreationTime", "TransformStartTime", "TransformEndTime")
        found |= {name: datetime.fromtimestamp(found[name], UTC) for name in moments if name in found}
        end = self._ends.get(found["TransformJobName"])
        if end == NEVER_END:
            return {**found, "TransformJobStatus": "InProgress", "TransformEndTime": None}
        if end == STOPPED:
            return {**found, "TransformJobStatus": "Stopped"}
        return {**found, "FailureReason": end} if end else found

    def stop_transform_job(self, **request: Any) -> Any:
        name = request["TransformJobName"]
        if self._ends.get(name) == NEVER_END:
            self._ends[name] = STOPPED
            self.called.add("stop_transform_job")
            return {}
        return self._call("stop_transform_job", request)

    def forget(self) -> None:
        """Know no job any more, as if they were of another account."""
        self._service._jobs.clear()

    def lose_endpoint(self) -> None:
        """Know no endpoint any more."""
        self._service._endpoint = ""

    @contextmanager
    def jobs_that(self, end: str) -> Iterator[None]:
        """Jobs that are created in the block end so, without an answer."""
        self.end, self.container.is_broken = end, True
        try:
            yield
            wait_for_jobs()
        finally:
            self.end, self.container.is_broken = "", False

    def invoke_endpoint(self, **request: Any) -> Any:
        check_request("sagemaker-runtime", "InvokeEndpoint", request)
        arguments = [request[name] for name in ("EndpointName", "Body", "ContentType", "Accept")]
        answer = self._translated("invoke_endpoint", lambda: self._service.invoke_endpoint(*arguments))
        return {"Body": io.BytesIO(answer.content)}

    def invoke_endpoint_async(self, **request: Any) -> Any:
        return self._call("invoke_endpoint_async", request)

    def wait_for_async_requests(self) -> None:
        self._service.wait_for_async_requests()

    def _call(self, operation: str, request: dict[str, Any]) -> Any:
        service = "sagemaker-runtime" if operation.startswith("invoke") else "sagemaker"
        check_request(service, operation.title().replace("_", ""), request)
        return self._translated(operation, lambda: getattr(self._service, operation)(request))

    def _translated(self, operation: str, call: Callable[[], Any]) -> Any:
        self.called.add(operation)
        if self.fail_next.get(operation):
            raise ClientError(
                {"Error": {"Code": self.fail_next[operation].pop(0), "Message": "made to fail"}}, operation
            )
        try:
            return call()
        except ServiceError as error:
            answer = {"Error": {"Code": error.code, "Message": str(error)}, **error.more}
            raise ClientError(answer, operation) from error  # type: ignore[arg-type]
