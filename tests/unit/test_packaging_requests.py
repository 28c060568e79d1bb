"""What both servers make of a request: nothing that a record says may fail the request or be quoted back."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.serving_engines import ARTIFACT, EchoEngine

from note_summarizer.generation import Generation
from note_summarizer.serving.errors import RequestError
from note_summarizer.serving.handler import input_fn, output_fn, predict_fn
from note_summarizer.serving.requests import Reply, answer_request, read_request

LINES, JSON = "application/jsonlines", "application/json"


class Context:
    """The part of the container's context that the handler uses."""

    status = 200

    def set_response_status(self, code: int, phrase: str) -> None:
        self.status = code


def reply_to(body: bytes, kind: str = LINES) -> Reply:
    return answer_request(EchoEngine(), read_request(body, kind))


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["inputs", "parameters", "x"]), inner),
    max_leaves=8,
)
raw_lines = st.binary().map(lambda raw: raw.replace(b"\n", b" "))
lines = raw_lines | json_values.map(lambda value: json.dumps(value).encode())


@given(st.lists(lines, min_size=1, max_size=8))
def test_every_line_has_one_answer_whatever_stands_in_it(given_lines: list[bytes]) -> None:
    records = [line for line in given_lines if line.strip()]
    if not records:
        return
    reply = reply_to(b"\n".join(given_lines))
    answers = [json.loads(line) for line in reply.body.splitlines()]
    assert reply.status == 200
    assert len(answers) == len(records)
    assert all(set(answer) == {"error"} or answer["summary_text"] for answer in answers)


@given(json_values)
def test_any_valid_json_is_answered_in_its_form(value: object) -> None:
    answered = json.loads(reply_to(json.dumps(value).encode(), JSON).body)
    inputs = value.get("inputs") if isinstance(value, dict) else value
    assert isinstance(answered, list) == isinstance(inputs, list)
    assert not isinstance(inputs, list) or len(answered) == len(inputs)


def test_records_with_other_parameters_are_searched_for_apart_and_stay_in_order() -> None:
    records = [{"inputs": "a" * n, "parameters": {"num_beams": 1 + n % 3}} for n in range(1, 8)]
    body = "\n".join(map(json.dumps, records)).encode()
    answers = [json.loads(line)["summary_text"] for line in reply_to(body).body.splitlines()]
    assert answers == [f"{n} {1 + n % 3}" for n in range(1, 8)]


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (None, LINES, 400),
        (b" \n", LINES, 400),
        ("", JSON, 400),
        ("{", JSON, 400),
        (b"x", None, 415),
        (b"x", "text/csv", 415),
    ],
)
def test_the_handler_carries_a_refusal_to_the_end(body: bytes | str | None, kind: str | None, status: int) -> None:
    context = Context()
    reply = predict_fn(input_fn(body, kind, context), EchoEngine(), context)
    answered = json.loads(output_fn(reply, JSON, context))
    assert context.status == status
    assert answered["error"]["code"] == f"Http{status}"
    with pytest.raises(RequestError):
        output_fn(reply, JSON)


@pytest.mark.parametrize("kind", ["application/json; charset=utf-8", "Application/JSON", "application/x-jsonlines"])
def test_the_handler_answers_as_the_application_whatever_is_accepted(kind: str) -> None:
    body = bytearray(json.dumps({"inputs": "fever"}).encode())
    context = Context()
    for accept in (LINES, JSON, None, "text/csv"):
        answered = output_fn(predict_fn(input_fn(body, kind), EchoEngine()), accept, context)
        assert answered.encode() == reply_to(bytes(body), kind).body
    assert context.status == 200


def test_the_usual_search_is_the_artifacts() -> None:
    assert Generation.of(replace(ARTIFACT, beam_size=7)).beam_size == 7
    assert json.loads(reply_to(b'{"inputs": "abc"}').body)["summary_text"] == "3 2"
