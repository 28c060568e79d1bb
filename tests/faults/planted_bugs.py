"""Three bugs, as somebody could write them, put into the product for as long as a test wants to see them found."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import Any
from unittest.mock import patch

from tests.faults.queues import Message, Queue

from chartbrief.local_cloud.executor.service import Service
from notes_pipeline.aws import inference
from notes_pipeline.aws.table import Table

Bug = Callable[[], AbstractContextManager[None]]


@contextmanager
def unconditional_writes() -> Iterator[None]:
    """A row is put whatever is there: of two that claim a note, the later one wins, not the newer one."""

    def put(table: Table, row: dict[str, Any], condition: str = "", **values: Any) -> bool:
        return original(table, row)

    original = Table.put
    with patch.object(Table, "put", put):
        yield


@contextmanager
def jobs_named_by_the_clock() -> Iterator[None]:
    """A job is named after its batch and the moment it is created at: created again, it is another job."""

    def request(batch_id: str, place: Any, **more: Any) -> Any:
        moment = int(1000 * inference.clients.sagemaker().clock.seconds)
        return {**original(batch_id, place, **more), "TransformJobName": f"{batch_id[:40]}-{moment}"}

    def describe(service: Service, body: dict[str, Any]) -> dict[str, Any]:
        names = [name for name in service._jobs if name.startswith(body["TransformJobName"][:40])]
        return found(service, {"TransformJobName": names[-1] if names else body["TransformJobName"]})

    original, found = inference._request, Service.describe_transform_job
    with patch.object(inference, "_request", request), patch.object(Service, "describe_transform_job", describe):
        yield


@contextmanager
def deleted_before_the_effect() -> Iterator[None]:
    """A message is taken off its queue when it is handed out, not when it was dealt with."""

    def receive(queue: Queue, messages: list[Message]) -> None:
        queue.delete(messages)

    with patch.object(Queue, "receive", receive):
        yield


BUGS: Mapping[str, Bug] = {
    "a conditional write is skipped": unconditional_writes,
    "a job's name is from the clock": jobs_named_by_the_clock,
    "a message is deleted before its effect": deleted_before_the_effect,
}
