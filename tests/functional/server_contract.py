"""What the model server promises whoever speaks to it, wherever it runs; its tests take a client as `server`."""

from __future__ import annotations

import json
from typing import Any

import pytest

from chartbrief.cloud import DEFAULT_MODEL
from note_summarizer.artifact import DESCRIPTION

NOTE = "62 year old woman with chest pain. HR 120, BP 170/95. Given aspirin 325 mg."
LONG = "\n".join(f"Day {day}: fever of 38.{day % 10}, cough. Given ceftriaxone {day} g." for day in range(1, 60))
LINES = "application/jsonlines"


def ask(server: Any, *lines: str, kind: str = LINES) -> list[dict[str, object]]:
    answer = server.post("/invocations", content="\n".join(lines).encode(), headers={"content-type": kind})
    assert answer.status_code == 200
    return [json.loads(line) for line in answer.text.splitlines()]


class ServerContract:
    """The tests; the client's model is the shipped one, and its largest request 1 MB."""

    def test_ping_and_execution_parameters(self, server: Any) -> None:
        assert server.get("/ping").status_code == 200
        parameters = server.get("/execution-parameters").json()
        assert (parameters["BatchStrategy"], parameters["MaxPayloadInMB"]) == ("MULTI_RECORD", 1)
        assert parameters["MaxConcurrentTransforms"] >= 1

    def test_many_records_are_answered_in_order_and_say_which_model(self, server: Any) -> None:
        answers = ask(server, *(json.dumps({"inputs": text}) for text in (NOTE, LONG, NOTE)))
        assert answers[0] == answers[2] != answers[1]
        described = json.loads((DEFAULT_MODEL / DESCRIPTION).read_text("utf-8"))
        assert answers[0]["model"] == {name: described[name] for name in ("name", "version", "sha256")}
        assert answers[0]["dropped_characters"] == 0

    @pytest.mark.parametrize(
        "kind", ["application/jsonlines", "application/x-ndjson", "application/jsonlines; charset=utf-8"]
    )
    def test_every_name_of_json_lines_is_taken(self, server: Any, kind: str) -> None:
        assert len(ask(server, json.dumps({"inputs": NOTE}), kind=kind)) == 1

    @pytest.mark.parametrize(
        ("line", "code"),
        [
            ('{"inputs": "zanzib', "BrokenJson"),
            ('{"text": "x"}', "MissingInput"),
            ('{"inputs": 7}', "MissingInput"),
            ('{"inputs": " "}', "EmptyInput"),
            ("[]", "MissingInput"),
            (r'{"inputs": "zanzib \ud83d"}', "BrokenText"),
        ],
    )
    def test_one_bad_record_costs_only_itself_and_is_not_quoted(self, server: Any, line: str, code: str) -> None:
        good = json.dumps({"inputs": NOTE})
        first, bad, last = ask(server, good, line, good)
        assert "summary_text" in first
        assert first == last
        assert bad["error"]["code"] == code  # type: ignore[index]
        assert "zanzib" not in json.dumps(bad)

    def test_plain_json_is_taken_one_or_many(self, server: Any) -> None:
        one = server.post("/invocations", json={"inputs": NOTE}).json()
        for many in ({"inputs": [NOTE, NOTE]}, [NOTE, NOTE], [{"inputs": NOTE}, {"inputs": NOTE}]):
            assert server.post("/invocations", json=many).json() == [one, one]

    def test_a_lone_bad_record_does_not_fail_its_request_either(self, server: Any) -> None:
        # A transform job that sends one record a request would lose the whole file.
        answer = server.post("/invocations", json={"inputs": ""})
        assert (answer.status_code, answer.json()["error"]["code"]) == (200, "EmptyInput")
        (bad,) = server.post("/invocations", content=b"\xff", headers={"content-type": LINES}).text.splitlines()
        assert json.loads(bad)["error"]["code"] == "NotUtf8"

    def test_parameters_of_a_request_or_of_a_record_change_the_search(self, server: Any) -> None:
        usual, short = ({"inputs": LONG}, {"inputs": LONG, "parameters": {"max_new_tokens": 4}})
        request = {"inputs": [usual, short, LONG], "parameters": {"num_beams": 1, "max_new_tokens": 16}}
        first, second, third = (answer["summary_text"] for answer in server.post("/invocations", json=request).json())
        assert len(second) < len(first) == len(third)
        assert ask(server, json.dumps(short))[0]["summary_text"]

    @pytest.mark.parametrize(
        "parameters",
        [
            {"do_sample": True},
            {"num_beams": 17},
            {"num_beams": 2.0},
            {"max_new_tokens": 100_000},
            {"repetition_penalty": True},
            ["num_beams"],
        ],
    )
    def test_a_parameter_that_is_not_taken_costs_only_its_record(self, server: Any, parameters: object) -> None:
        good = json.dumps({"inputs": NOTE})
        first, bad = ask(server, good, json.dumps({"inputs": NOTE, "parameters": parameters}))
        assert "summary_text" in first
        assert bad["error"]["code"] == "BadParameters"  # type: ignore[index]

    @pytest.mark.parametrize(
        ("body", "kind", "status"),
        [
            (b"x", "text/plain", 415),
            (b"", LINES, 400),
            (b"\xff", "application/json", 400),
            (b"{", "application/json", 400),
            (b"x" * 1_100_000, LINES, 413),
        ],
    )
    def test_a_request_that_cannot_be_read_is_refused(self, server: Any, body: bytes, kind: str, status: int) -> None:
        answer = server.post("/invocations", content=body, headers={"content-type": kind})
        assert answer.status_code == status
        assert set(answer.json()["error"]) == {"code", "message"}
