"""Records on their way through the engine: all submitted, answered in order, each one's failure its own."""

import json
import logging
import threading

import pytest
from tests.unit.serving_engines import EchoEngine, HeldEngine

from note_summarizer.serving import records
from note_summarizer.serving.errors import RequestAbandonedError, RequestError
from note_summarizer.serving.requests import MAX_RECORDS, answer_request, read_request

LINES = "application/jsonlines"
CANARY = "zanzibarquux"


def lines(*notes: str) -> bytes:
    return "\n".join(json.dumps({"inputs": note}) for note in notes).encode()


def answers(body: bytes) -> list[dict[str, object]]:
    return [json.loads(line) for line in body.splitlines()]


def test_every_record_is_submitted_before_one_is_waited_for() -> None:
    engine, found = HeldEngine(), []
    thread = threading.Thread(
        target=lambda: found.append(answer_request(engine, read_request(lines(*map(str, range(50))), LINES))),
        daemon=True,
    )
    thread.start()
    thread.join(1)
    assert (engine.submitted, found) == (50, [])
    engine.go.set()
    thread.join(10)
    assert [answer["summary_text"] for answer in answers(found[0].body)][8:12] == ["1 2", "1 2", "2 2", "2 2"]


def test_no_more_wait_than_may(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records, "_MOST_WAITING", 7)
    engine = HeldEngine()
    request = read_request(lines(*["x"] * 50), LINES)
    thread = threading.Thread(target=answer_request, args=(engine, request), daemon=True)
    thread.start()
    thread.join(1)
    assert engine.submitted == 8
    engine.go.set()
    thread.join(10)
    assert engine.submitted == 50


def test_nothing_more_is_submitted_when_nobody_waits() -> None:
    engine = HeldEngine()
    with pytest.raises(RequestAbandonedError):
        answer_request(engine, read_request(lines("a", "b"), LINES), lambda: True)


def test_an_engine_whose_workers_ended_fails_the_request_instead_of_its_notes() -> None:
    engine = HeldEngine()
    engine.alive = False
    with pytest.raises(RequestError) as refused:
        answer_request(engine, read_request(lines("a", "b"), LINES))
    assert (refused.value.status, refused.value.retry_after) == (503, 1)


def test_a_failure_is_told_without_the_note(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        reply = answer_request(EchoEngine(), read_request(lines("a", f"explode {CANARY}", "bb"), LINES))
    first, bad, last = answers(reply.body)
    assert (first["summary_text"], last["summary_text"], reply.failed) == ("1 2", "2 2", 1)
    assert bad["error"] == {
        "code": "InferenceFailed",
        "message": "The model failed at this note: send it again, or have a person read it.",
    }
    assert CANARY not in caplog.text
    assert "RuntimeError" in caplog.text


def test_a_note_that_cannot_even_be_submitted_costs_only_itself() -> None:
    class Refusing(EchoEngine):
        def submit(self, note, generation=None):  # type: ignore[no-untyped-def]
            if note == "b":
                raise KeyError(note)
            return super().submit(note, generation)

    _, bad, _ = answers(answer_request(Refusing(), read_request(lines("a", "b", "c"), LINES)).body)
    assert bad["error"]["code"] == "InferenceFailed"  # type: ignore[index]


def test_lines_end_as_they_may_and_blank_ones_do_not_count() -> None:
    body = b'\n \r\n{"inputs": "a"}\r\n\n{"inputs": "bb"}\n\x0b\n{"inputs": "ccc"}'
    assert [
        answer["summary_text"] for answer in answers(answer_request(EchoEngine(), read_request(body, LINES)).body)
    ] == [
        "1 2",
        "2 2",
        "3 2",
    ]


@pytest.mark.parametrize(
    ("body", "kind"), [(b"{}\n" * (MAX_RECORDS + 1), LINES), (b"[0" + b",0" * MAX_RECORDS + b"]", "application/json")]
)
def test_records_of_next_to_nothing_do_not_fill_the_memory_with_answers(body: bytes, kind: str) -> None:
    with pytest.raises(RequestError) as refused:
        read_request(body, kind)
    assert refused.value.status == 413
