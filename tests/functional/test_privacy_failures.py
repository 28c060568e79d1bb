"""Marks in what goes wrong: services, models and kept objects that quote a note, handlers that break on one."""

import json
from collections.abc import Callable
from typing import Any
from unittest.mock import patch

import httpx
import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError
from pydantic import BaseModel, ValidationError
from tests.functional.canaries import Canaries
from tests.functional.canary_files import canary_files
from tests.functional.emissions import Emissions
from tests.functional.stack import Event, Stack, queue_event

from notes_pipeline.handlers import batch_due, notes_uploaded, summaries_written, transform_finished

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
        f"{canaries.mark(f'id-{n}')},{canaries.mark(f'patient-{n}')},{canaries.text(f'note-{n}')}\n" for n in (1, 2)
    )
    return stack.drop(f"ehr/{canaries.mark('file-name')}-{name}", ROW + "".join(rows))


def run(emissions: Emissions, *messages: Event) -> None:
    """Some rounds of the flow, whatever fails; each message is given once a round, as long as it fails."""
    stack = emissions.stack
    for _ in range(ROUNDS):
        for message in messages:
            emissions.invoke("NotesUploadedFunction", queue_event("notes_uploaded", message))
        emissions.invoke("BatchDueFunction", {})
        stack.start()
        for queue, function in (
            ("TransformFinishedQueue", "TransformFinishedFunction"),
            ("SummariesWrittenQueue", "SummariesWrittenFunction"),
        ):
            for body in stack.take(queue):
                emissions.invoke(function, queue_event("transform_finished", body))


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

    def call(client: BaseClient, name: str, request: dict[str, Any]) -> Any:
        if name != operation or len(failed) >= 6:
            return original(client, name, request)
        failed.append(name)
        quoted = f"cannot do {request!r} with {canaries.text('quoted')}"
        raise ClientError({"Error": {"Code": "InternalError", "Message": quoted}}, name)

    with patch.object(BaseClient, "_make_api_call", call), emissions.collected():
        for _ in range(ROUNDS):
            emissions.invoke("NotesUploadedFunction", queue_event("notes_uploaded", message))
            emissions.invoke("BatchDueFunction", {})
    with emissions.collected():
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


@pytest.mark.parametrize("parameters", [{}, {"EndpointName": "ep", "EndpointMaxNotes": "100"}], ids=["job", "endpoint"])
@pytest.mark.parametrize("evil", EVIL)
def test_a_model_that_throws_the_note_back_is_not_repeated(
    aws: None, canaries: Canaries, evil: str, parameters: dict[str, str]
) -> None:
    stack = Stack(MaxAttempts="2", **parameters)
    stack.sagemaker.container.post = EVIL[evil]
    emissions = Emissions(stack, canaries)
    with emissions.collected():
        run(emissions, drop(stack, canaries))
    assert stack.books() in ({"quarantined": 2}, {"summarized": 2})
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
    "another shape": lambda body, text: json.dumps({"note_uid": text, text: text, "inputs": {text: text}}).encode(),
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
        break_them()
        emissions.invoke("BatchDueFunction", {})
        stack.start()
        break_them()
        for queue, function in (
            ("TransformFinishedQueue", "TransformFinishedFunction"),
            ("SummariesWrittenQueue", "SummariesWrittenFunction"),
        ):
            for body in stack.take(queue):
                emissions.invoke(function, queue_event("transform_finished", body))
                break_them()
                emissions.invoke(function, queue_event("transform_finished", body))
        run(emissions, drop(stack, canaries, "b.csv"))
    assert emissions.leaks() == {}


def validation_error(text: str) -> Exception:
    class Loud(BaseModel):
        number: int

    try:
        Loud.model_validate({"number": text})
    except ValidationError as error:
        return error
    raise AssertionError


ERRORS: dict[str, Callable[[str], Exception]] = {
    "memory": MemoryError,
    "key": KeyError,
    "decode": lambda text: UnicodeDecodeError("utf-8", text.encode(), 0, 1, text),
    "encode": lambda text: UnicodeEncodeError("utf-8", text, 0, 1, text),
    "json": lambda text: json.JSONDecodeError(text, text, 0),
    "pydantic": validation_error,
    "file": lambda text: FileNotFoundError(2, text, text),
    "group": lambda text: ExceptionGroup(text, [ValueError(text)]),
}
STEPS = {
    "NotesUploadedFunction": (notes_uploaded, "stage_object"),
    "BatchDueFunction": (batch_due, "start_batches"),
    "TransformFinishedFunction": (transform_finished, "collect_batch"),
    "SummariesWrittenFunction": (summaries_written, "publish_batch"),
}


@pytest.mark.parametrize("function", STEPS)
@pytest.mark.parametrize("kind", ERRORS)
def test_a_handler_that_breaks_says_which_kind_of_error_it_was_and_no_more(
    emissions: Emissions, canaries: Canaries, kind: str, function: str
) -> None:
    module, step = STEPS[function]
    error = ERRORS[kind](canaries.text("error"))
    error.__cause__ = ValueError(canaries.text("cause"))
    error.add_note(canaries.text("remark"))
    body = {"batch_id": "cb-1", "detail": {"batch_id": "cb-1"}}
    message = drop(emissions.stack, canaries) if function == "NotesUploadedFunction" else body
    with patch.object(module, step, side_effect=error), emissions.collected():
        emissions.invoke(function, queue_event("transform_finished", message))
    told = str([emissions.private["logs"], emissions.private["errors"]])
    assert type(error).__name__ in told
    assert emissions.leaks() == {}


@pytest.mark.parametrize("function", ["NotesUploadedFunction", "TransformFinishedFunction", "SummariesWrittenFunction"])
def test_a_message_that_is_none_is_not_repeated(emissions: Emissions, canaries: Canaries, function: str) -> None:
    mark = canaries.mark("message")
    poison: list[Any] = [
        mark,
        [mark],
        {mark: mark},
        {"detail": mark},
        {"detail": {"object": mark, "batch_id": {mark: 1}}},
    ]
    event = queue_event("transform_finished", *poison)
    event["Records"] += [{**event["Records"][0], "messageId": "last", "body": f'{{"{mark}'}]
    with emissions.collected():
        emissions.invoke(function, event)
    assert emissions.leaks() == {}


def test_a_dead_letter_is_the_message_as_it_was_and_no_more(emissions: Emissions, canaries: Canaries) -> None:
    stack, sqs = emissions.stack, emissions.stack.session.client("sqs")
    url, name = stack.name("NotesUploadedQueue"), "NotesUploadedDeadLetterQueue"
    sqs.send_message(QueueUrl=url, MessageBody=json.dumps(drop(stack, canaries)))
    broken = patch.object(notes_uploaded, "stage_object", side_effect=KeyError(canaries.text("error")))
    with broken, emissions.collected():
        while messages := sqs.receive_message(QueueUrl=url, AttributeNames=["All"]).get("Messages"):
            emissions.invoke("NotesUploadedFunction", queue_event("notes_uploaded", json.loads(messages[0]["Body"])))
            sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=messages[0]["ReceiptHandle"], VisibilityTimeout=0)
    lies = sqs.receive_message(QueueUrl=stack.name(name), AttributeNames=["All"], MessageAttributeNames=["All"])
    assert canaries.found_in(lies["Messages"]) == {"file-name"}
    assert emissions.leaks() == {}


def test_the_files_of_a_drop_that_failed_everywhere_are_marked(canaries: Canaries) -> None:
    assert canaries.found_in(canary_files(canaries)) >= {"note-csv-1", "mrn-csv-2", "cut-json", "long"}
