"""Marks in errors and in messages: what a handler breaks on is told by its kind, what is no message not at all."""

import json
from collections.abc import Callable
from typing import Any
from unittest.mock import patch

import pytest
from pydantic import BaseModel, ValidationError
from tests.functional.canaries import Canaries
from tests.functional.emissions import Emissions
from tests.functional.stack import Event, Stack, queue_event

from notes_pipeline.handlers import batch_due, notes_uploaded, summaries_written, transform_finished

# A handler that raises has no metrics to publish, and the library says so.
pytestmark = pytest.mark.filterwarnings("ignore:No application metrics to publish")


@pytest.fixture
def canaries() -> Canaries:
    return Canaries()


@pytest.fixture
def emissions(stack: Stack, canaries: Canaries) -> Emissions:
    return Emissions(stack, canaries)


def drop(stack: Stack, canaries: Canaries) -> Event:
    return stack.drop(f"ehr/{canaries.mark('file-name')}.txt", canaries.text("note"))


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
    batch = "cb-" + "0" * 40
    body = {"batch_id": batch, "detail": {"batch_id": batch}}
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
