"""The flow with one AWS call failing, every call in its turn: done again, everything comes out the same."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError
from moto import mock_aws
from tests.functional.sagemaker import wait_for_jobs
from tests.functional.stack import Event, Stack, failed, queue_event

from notes_pipeline.aws import clients
from notes_pipeline.errors import PipelineError

FIRST = "note_id,note\n1,Fever and cough.\n2,\n3,Please refuse me.\n"
AMENDED = "note_id,note\n1,Cough alone.\n3,Please refuse me.\n4,Chest pain.\n"
TRIES = 6
# A handler that raises has no metrics to publish, and the library says so.
pytestmark = pytest.mark.filterwarnings("ignore:No application metrics to publish")


class Fault:
    """Makes the n-th call of the handlers' clients fail: before it is made, or after it was, its answer lost."""

    def __init__(self, at: int, after: bool) -> None:
        self.left, self.after = at, after
        self._original = BaseClient._make_api_call

    @contextmanager
    def armed(self) -> Iterator[None]:
        ours = (clients.s3(), clients.dynamodb(), clients.sqs(), clients.events())
        fault = self

        def call(client: BaseClient, operation: str, request: dict[str, Any]) -> Any:
            if not any(client is one for one in ours):
                return fault._original(client, operation, request)
            fault.left -= 1
            error = ClientError({"Error": {"Code": "InternalError", "Message": "made to fail"}}, operation)
            if fault.left == 0 and not fault.after:
                raise error
            answer = fault._original(client, operation, request)
            if fault.left == 0:
                raise error
            return answer

        with patch.object(BaseClient, "_make_api_call", call):
            yield


def deliver(stack: Stack, fault: Fault, function: str, event: Event) -> None:
    """Invoke until it goes well, as queues and schedules do."""
    for _ in range(TRIES):
        try:
            with fault.armed():
                if not failed(stack.invoke(function, event)):
                    return
        except PipelineError:
            continue
    raise AssertionError(f"{function} never went well")


def flow(parameters: dict[str, str], fault: Fault) -> dict[str, Any]:
    """Drop, amend, summarize everything; return what is left behind, without times."""
    with mock_aws():
        stack = Stack(**parameters)
        for body in (FIRST, AMENDED):
            message = queue_event("notes_uploaded", stack.drop("ehr/a.csv", body))
            deliver(stack, fault, "NotesUploadedFunction", message)
        rounds = 0
        while not rounds or (
            rounds < TRIES and (stack.rows("SHARD#", waiting=True) or stack.rows("BATCH#", waiting=True))
        ):
            rounds += 1
            deliver(stack, fault, "BatchDueFunction", {})
            wait_for_jobs()
            for body in stack.take("TransformFinishedQueue"):
                deliver(stack, fault, "TransformFinishedFunction", queue_event("transform_finished", body))
        records = stack.records("by_note/") + stack.records("quarantine/")
        for record in records:
            record.pop("summarized_at", None)
        return {
            "books": stack.books(),
            "records": sorted(records, key=str),
            "notes": sorted((row["pk"], row["status"], row["content_sha256"]) for row in stack.rows("NOTE#")),
            "waiting": stack.rows("SHARD#", waiting=True) + stack.rows("BATCH#", waiting=True),
            "jobs": len(stack.sagemaker.created),
        }


def without_versions(left: dict[str, Any]) -> dict[str, Any]:
    """Moto draws version ids at random, and everything named after them differs from run to run."""
    for record in left["records"]:
        record["source"].pop("version_id")
        record.pop("batch_id", None)
    return {**left, "records": sorted(left["records"], key=str)}


@pytest.mark.parametrize(
    ("parameters", "after"), [({}, False), ({"EndpointName": "ep"}, True)], ids=["job-not-made", "endpoint-answer-lost"]
)
def test_whichever_call_fails_everything_comes_out_the_same(
    monkeypatch: pytest.MonkeyPatch, parameters: dict[str, str], after: bool
) -> None:
    for name, value in (
        ("DEFAULT_REGION", "us-east-1"),
        ("ACCESS_KEY_ID", "testing"),
        ("SECRET_ACCESS_KEY", "testing"),
    ):
        monkeypatch.setenv(f"AWS_{name}", value)
    fault = Fault(-1, after)
    expected = without_versions(flow(parameters, fault))
    calls = -1 - fault.left
    assert expected["books"] == {"quarantined": 2, "superseded": 1, "duplicate": 0} | expected["books"]
    assert expected["waiting"] == []
    assert calls > 40
    for at in range(1, calls + 1):
        assert without_versions(flow(parameters, Fault(at, after))) == expected, f"call {at}"
