"""The packaged handler in the Hugging Face stack answers as our own server does, record for record."""

from __future__ import annotations

import json
import subprocess
import time

import pytest
from tests.containers.conftest import Served
from tests.containers.toolkit_stack import Answer, end_session, processes_of

# transformers and torch warn of themselves.
pytestmark = pytest.mark.filterwarnings("default")
LINES, JSON = "application/jsonlines", "application/json"
CANARY = "zanzibarquux"
NOTES = [f"Day {day}: {CANARY} has fever of 38.{day % 10} and cough. Given ceftriaxone {day} g." for day in range(120)]
LONG = " ".join(NOTES[:40])
BAD = {
    b'{"inputs": "%s' % CANARY.encode(): "BrokenJson",
    b'{"inputs": "%s \xff"}' % CANARY.encode(): "NotUtf8",
    b'{"text": "%s"}' % CANARY.encode(): "MissingInput",
    b'{"inputs": "  "}': "EmptyInput",
    b'{"inputs": "%s \\ud83d"}' % CANARY.encode(): "BrokenText",
    b'{"inputs": "%s", "parameters": {"do_sample": true}}' % CANARY.encode(): "BadParameters",
}


def both(served: Served, body: bytes, kind: str, accept: str | None = None) -> Answer:
    """Ask both servers, require the same answer, and return it."""
    own, toolkit = (server.post(body, kind, accept) for server in (served.own, served.toolkit))
    assert (toolkit.status, toolkit.body) == (own.status, own.body)
    return toolkit


def line(note: str) -> bytes:
    return json.dumps({"inputs": note}).encode()


def test_many_records_with_bad_ones_among_them(served: Served) -> None:
    lines = [line(note) for note in NOTES]
    for place, bad in enumerate(BAD):
        lines.insert(place * 20 + 1, bad)
    answer = both(served, b"\n".join(lines) + b"\n", LINES, LINES)
    answers = [json.loads(found) for found in answer.body.splitlines()]
    assert (answer.status, answer.content_type, len(answers)) == (200, LINES, len(NOTES) + len(BAD))
    errors = [found["error"]["code"] for found in answers if "error" in found]
    assert errors == list(BAD.values())
    summaries = [found for found in answers if "error" not in found]
    assert all(found["summary_text"] for found in summaries)
    assert [found["input_tokens"] > 10 for found in summaries] == [True] * len(NOTES)


def test_the_weights_that_answer_are_the_preferred_ones(served: Served) -> None:
    (found,) = both(served, line(NOTES[0]), LINES).body.splitlines()
    preferred = "ctranslate2/model.bin" if served.case.converted else "model.safetensors"
    assert json.loads(found)["model"]["sha256"] == served.package.receipt.weights[preferred]


def test_a_long_note_is_read_in_parts(served: Served) -> None:
    answered = json.loads(both(served, line(LONG), JSON).body)
    assert answered["parts"] > 1
    assert answered["summary_text"]


@pytest.mark.parametrize("kind", [JSON, "application/json; charset=utf-8"])
@pytest.mark.parametrize(
    "request_",
    [
        {"inputs": NOTES[1]},
        [NOTES[1], NOTES[2]],
        [{"inputs": NOTES[1]}, {"text": CANARY}],
        {"inputs": [NOTES[1], ""], "parameters": {"num_beams": 2, "max_new_tokens": 6}},
        {"inputs": ""},
        {"inputs": []},
    ],
)
def test_json_of_every_form(served: Served, request_: object, kind: str) -> None:
    answer = both(served, json.dumps(request_).encode(), kind)
    assert (answer.status, answer.content_type) == (200, JSON)
    answered = json.loads(answer.body)
    many = request_["inputs"] if isinstance(request_, dict) else request_
    assert isinstance(answered, list) == isinstance(many, list)


@pytest.mark.parametrize("kind", ["application/x-ndjson", "application/jsonl", "application/jsonlines;charset=UTF-8"])
@pytest.mark.parametrize("accept", [None, "*/*", JSON, LINES])
def test_json_lines_by_every_name_whatever_is_accepted(served: Served, kind: str, accept: str | None) -> None:
    answer = both(served, line(NOTES[3]) + b"\n" + line(NOTES[4]), kind, accept)
    assert (answer.status, len(answer.body.splitlines())) == (200, 2)


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [(b" ", LINES, 400), (b"{", JSON, 400), (CANARY.encode(), "text/plain", 415)],
)
def test_what_cannot_be_told_apart_in_records_is_refused_alike(
    served: Served, body: bytes, kind: str, status: int
) -> None:
    answer = both(served, body, kind)
    assert answer.status == status
    assert json.loads(answer.body)["error"]["code"] == f"Http{status}"
    assert CANARY.encode() not in answer.body


def test_nothing_and_broken_utf_8_do_not_stop_the_server(served: Served) -> None:
    for body in (b"", b"\xff"):
        assert served.own.post(body, JSON).status == served.toolkit.post(body, JSON).status == 400
    assert both(served, line(NOTES[5]), JSON).status == 200


def test_no_log_holds_a_note(served: Served) -> None:
    both(served, line(CANARY), LINES)
    folder = served.toolkit.log.parent
    logs = [path for path in folder.rglob("*.log*") if path.is_file()]
    assert len(logs) >= 2
    assert [path for path in logs if CANARY in path.read_text("utf-8", errors="replace")] == []


def test_stopping_a_stack_leaves_no_process_of_it() -> None:
    stubborn = "trap '' TERM; (trap '' TERM; sleep 600; true) & sleep 600; true"
    process = subprocess.Popen(["bash", "-c", stubborn], start_new_session=True)
    deadline = time.monotonic() + 30
    while len(processes_of(process.pid)) < 4 and time.monotonic() < deadline:
        time.sleep(0.05)
    assert len(processes_of(process.pid)) == 4
    end_session(process, seconds=1.0)
    assert processes_of(process.pid) == []
