"""Marks in what goes wrong: services, models and kept objects that quote a note, handlers that break on one."""

import json
from collections.abc import Callable
from typing import Any
from unittest.mock import patch

import httpx
import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError
from tests.functional.canaries import Canaries
from tests.functional.emissions import Emissions
from tests.functional.sagemaker import wait_for_jobs
from tests.functional.stack import Event, Stack, queue_event

from notes_pipeline.aws import clients

# A handler that raises has no metrics to publish, and the library says so.
pytestmark = pytest.mark.filterwarnings("ignore:No application metrics to publish")
ROUNDS = 4
ROW = "note_id,patient_id,note\n"


@pytest.fixture
def canaries() -> Canaries:
    return Canaries()


@pytest.fixture
def stack(aws: None) -> Stack:
    return Stack(FhirOutput="yes", MaxAttempts="2")


@pytest.fixture
def emissions(stack: Stack, canaries: Canaries) -> Emissions:
    return Emissions(stack, canaries)


def drop(stack: Stack, canaries: Canaries, name: str = "a.csv") -> Event:
    rows = (
        f'{canaries.mark(f"id-{n}")},{canaries.mark(f"patient-{n}")},"{canaries.text(f"note-{n}")}"\n' for n in (1, 2)
    )
    return stack.drop(f"ehr/{canaries.mark('file-name')}-{name}", ROW + "".join(rows))


def run(emissions: Emissions, *messages: Event) -> None:
    """Some rounds of the flow, whatever fails; each message is given once a round, as long as it fails."""
    for _ in range(ROUNDS):
        for message in messages:
            emissions.invoke("NotesUploadedFunction", queue_event("notes_uploaded", message))
        emissions.invoke("BatchDueFunction", {})
        wait_for_jobs()
        finish(emissions)


def finish(emissions: Emissions, before_each: Callable[[], None] = lambda: None) -> None:
    """Give every message that waits to its function, once."""
    for queue in ("TransformFinished", "SummariesWritten"):
        for body in emissions.stack.take(f"{queue}Queue"):
            before_each()
            emissions.invoke(f"{queue}Function", queue_event("transform_finished", body))


OPERATIONS = (
    "GetObject",
    "HeadObject",
    "PutObject",
    "ListObjectsV2",
    "Query",
    "GetItem",
    "PutItem",
    "UpdateItem",
    "BatchGetItem",
    "BatchWriteItem",
    "TransactWriteItems",
    "SendMessage",
    "PutEvents",
)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_service_that_quotes_the_request_in_its_error_is_not_repeated(
    emissions: Emissions, canaries: Canaries, operation: str
) -> None:
    message, original, failed = drop(emissions.stack, canaries), BaseClient._make_api_call, []
    ours = (clients.s3(), clients.dynamodb(), clients.sqs(), clients.events())

    def call(client: BaseClient, name: str, request: dict[str, Any]) -> Any:
        if name != operation or len(failed) >= 3 or not any(client is one for one in ours):
            return original(client, name, request)
        failed.append(name)
        quoted = f"cannot do {request!r} with {canaries.text('quoted')}"
        raise ClientError({"Error": {"Code": "InternalError", "Message": quoted}}, name)

    with patch.object(BaseClient, "_make_api_call", call), emissions.collected():
        run(emissions, message)
    assert failed
    assert emissions.leaks() == {}


def answers(body: Callable[[dict[str, Any]], Any], status: int = 200) -> Callable[..., httpx.Response]:
    """A container that answers each line with what is made of it."""

    def post(content: bytes, _: str, accept: str, __: float) -> httpx.Response:
        lines = [json.dumps(body(json.loads(line))) + "\n" for line in content.splitlines()]
        return httpx.Response(status, text="".join(lines), headers={"content-type": accept})

    return post


MODEL = {"name": "toy", "version": "1", "sha256": "0" * 64}
EVIL: dict[str, Callable[..., httpx.Response]] = {
    "refuses the request with the note in its answer": answers(lambda asked: asked, 400),
    "fails with the note in its answer": answers(lambda asked: asked, 500),
    "answers with the note and no summary": answers(lambda asked: asked),
    "answers with text": answers(lambda asked: asked["inputs"]),
    "names an error after the note": answers(
        lambda asked: {"error": {"code": word(asked), "message": asked["inputs"]}}
    ),
    "has a number named after it": answers(
        lambda asked: {"summary_text": "Fever.", "parts": word(asked), "model": MODEL}
    ),
    "has fields named after it": answers(lambda asked: {"summary_text": "Fever.", word(asked): 1, "model": MODEL}),
    "calls its model so": answers(lambda asked: {"summary_text": "Fever.", "model": {word(asked): word(asked)}}),
    "summarizes with the note itself": answers(
        lambda asked: {"summary_text": asked["inputs"], "parts": 1, "model": MODEL}
    ),
}


def word(asked: dict[str, Any]) -> str:
    """The mark in a note: fever and MARK since ..."""
    return str(asked["inputs"].split()[2])


@pytest.mark.parametrize("parameters", [{}, {"EndpointName": "ep", "EndpointMaxNotes": "9"}], ids=["job", "endpoint"])
@pytest.mark.parametrize("evil", EVIL)
def test_a_model_that_throws_the_note_back_is_not_repeated(
    aws: None, canaries: Canaries, evil: str, parameters: dict[str, str]
) -> None:
    stack = Stack(MaxAttempts="2", **parameters)
    stack.sagemaker.container.post = EVIL[evil]
    emissions = Emissions(stack, canaries)
    with emissions.collected():
        run(emissions, drop(stack, canaries))
    assert sum(stack.books().values()) == 2
    assert emissions.leaks() == {}


KEPT = {
    "shards": ("WorkBucket", "staged/", lambda key: not key.endswith(".notes.jsonl")),
    "sidecars": ("WorkBucket", "staged/", lambda key: key.endswith(".notes.jsonl")),
    "outputs": ("WorkBucket", "batches/", lambda key: "/output/" in key),
    "records": ("WorkBucket", "batches/", lambda key: "/records/" in key),
    "codes": ("WorkBucket", "batches/", lambda key: "/codes/" in key),
    "groups": ("SummariesBucket", "groups/", lambda key: not key.endswith(".parquet")),
    "summaries": ("SummariesBucket", "by_note/", lambda _: True),
}
BROKEN: dict[str, Callable[[bytes, str], bytes]] = {
    "cut off": lambda body, _: body[: len(body) // 2],
    "another shape": lambda body, text: json.dumps({"note_uid": text, text: text, "inputs": text}).encode(),
    "no encoding": lambda body, text: text.encode("utf-16-le") + b"\xff" + body,
}


@pytest.mark.parametrize("kept", KEPT)
@pytest.mark.parametrize("broken", BROKEN)
def test_a_kept_object_that_is_broken_is_not_quoted(
    emissions: Emissions, canaries: Canaries, kept: str, broken: str
) -> None:
    stack, (bucket, prefix, chosen) = emissions.stack, KEPT[kept]
    s3, name = stack.session.client("s3"), stack.name(bucket)

    def break_them() -> None:
        for key, body in stack.objects(bucket, prefix).items():
            if chosen(key):
                s3.put_object(Bucket=name, Key=key, Body=BROKEN[broken](body, canaries.text("broken")))

    with emissions.collected():
        emissions.invoke("NotesUploadedFunction", queue_event("notes_uploaded", drop(stack, canaries)))
        if kept != "shards":  # the model would be asked with them, and not we
            break_them()
        emissions.invoke("BatchDueFunction", {})
        wait_for_jobs()
        finish(emissions, break_them)
        run(emissions, drop(stack, canaries, "b.csv"))
    assert emissions.leaks() == {}
