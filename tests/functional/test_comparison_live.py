"""Options asked live, over HTTP and by botocore: the pipeline's requests, second tries, and every way to fail."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.functional.comparison_asking import BEDROCK, JURASSIC, NOTES, asked, codes, converse, jurassic, said_about
from tests.functional.comparison_service import Reply

from note_summarizer.comparison.ask_notes import ask_notes
from note_summarizer.comparison.engines import engine_of
from note_summarizer.comparison.services import ask_bedrock
from note_summarizer.comparison.systems import parse_systems
from note_summarizer.errors import DeploymentError
from notes_pipeline.core.write_requests import note_prompts


def test_bedrock_is_asked_as_the_pipeline_asks_it() -> None:
    found, service = asked(BEDROCK, lambda body, _: converse(f"Summary: {said_about(body)}"))
    assert found.texts == tuple(NOTES)
    assert codes(found) == ["", "", ""]
    assert {path for path, _ in service.asked} == {"/model/amazon.nova-lite-v1:0/converse"}
    (system,) = parse_systems([BEDROCK])
    prompts = {prompt for note in NOTES for prompt in note_prompts(engine_of(system), note)}
    assert {body["messages"][0]["content"][0]["text"] for body in service.bodies} == prompts
    assert all(body["inferenceConfig"]["maxTokens"] == 120 for body in service.bodies)
    assert [(note.input_tokens, note.output_tokens) for note in found.notes] == [(500, 20)] * 3
    assert all(note.seconds is not None and 0 < note.seconds <= (found.wall_seconds or 0) for note in found.notes)


def test_an_endpoint_gets_its_dialect() -> None:
    found, service = asked(JURASSIC, lambda body, _: jurassic(body, f" {said_about(body)}\n"))
    assert found.texts == tuple(NOTES)
    assert {path for path, _ in service.asked} == {"/endpoints/j2-mid/invocations"}
    assert all({"prompt", "maxTokens", "numResults"} <= body.keys() for body in service.bodies)
    # An answer to another prompt is no answer to this one.
    other, _ = asked(JURASSIC, lambda body, _: jurassic({"prompt": "something else"}, "x"))
    assert codes(other) == ["WrongRecord"] * 3
    ours, service = asked("endpoint:e?dialect=chartbrief", lambda body, _: Reply({"summary_text": body["inputs"]}))
    assert ours.texts == tuple(NOTES)
    assert service.bodies[0].keys() == {"inputs"}


def test_requests_are_under_way_together_and_answers_keep_their_order() -> None:
    notes = [f"note {number}" for number in range(12)]
    slow = {note: (12 - number) / 200 for number, note in enumerate(notes)}

    def say(body: dict[str, Any], turn: int) -> Reply:
        reply = converse(said_about(body))
        reply.after = slow[said_about(body)]
        return reply

    told: list[str] = []
    found, service = asked(BEDROCK, say, notes, progress=told.append)
    assert found.texts == tuple(notes)
    assert 1 < service.most_at_once <= 3
    assert told[-1] == "nova: 12 of 12 notes"
    assert not any("note 1" in text for text in told if text != told[-1])


@pytest.mark.parametrize(
    "error",
    [
        Reply({"message": "slow down"}, 429, "ThrottlingException"),
        Reply({"message": "later"}, 503, "ServiceUnavailableException"),
        Reply({"message": "oops"}, 500, "InternalServerException"),
    ],
)
def test_what_may_pass_is_asked_again(error: Reply) -> None:
    found, service = asked(BEDROCK, lambda body, turn: error if turn < 2 else converse(said_about(body)))
    assert found.texts == tuple(NOTES)
    assert len(service.asked) == 9
    assert found.throttled == (6 if error.status == 429 else 0)


@pytest.mark.parametrize(
    ("reply", "code", "requests"),
    [
        (Reply({"message": "slow down"}, 429, "ThrottlingException"), "ThrottlingException", 3),
        (Reply({"message": "oops"}, 424, "ModelErrorException"), "ModelErrorException", 3),
        (Reply({"message": "late"}, 408, "ModelTimeoutException"), "TimedOut", 3),
        (Reply({"message": "too long: Bloggs"}, 400, "ValidationException"), "ValidationException", 1),
        (converse("I'm sorry, but I cannot help with that."), "Refused", 1),
        (converse("anything", "guardrail_intervened"), "Refused", 1),
        (converse("  "), "EmptyAnswer", 1),
        (Reply({"stopReason": "end_turn"}), "MalformedAnswer", 1),
    ],
)
def test_a_failure_has_a_code_and_spares_the_others(reply: Reply, code: str, requests: int) -> None:
    def say(body: dict[str, Any], turn: int) -> Reply:
        return reply if said_about(body) == NOTES[1] else converse(said_about(body))

    found, service = asked(BEDROCK, say, tries=3)
    assert codes(found) == ["", code, ""]
    assert found.texts == (NOTES[0], "", NOTES[2])
    assert len(service.asked) == 2 + requests
    assert found.notes[1].seconds is not None


def test_a_refusal_still_says_what_it_cost() -> None:
    found, _ = asked(BEDROCK, lambda body, _: converse("", "content_filtered"))
    assert [(note.failure, note.input_tokens) for note in found.notes] == [("Refused", 500)] * 3


@pytest.mark.parametrize(
    ("reply", "code", "requests"),
    [
        (Reply(b"<html>no JSON</html>"), "MalformedAnswer", 1),
        (Reply({"completions": []}), "EmptyAnswer", 1),
        (Reply({"Message": "x", "OriginalStatusCode": 500}, 424, "ModelError"), "ModelError", 2),
        (Reply({"Message": "x", "OriginalStatusCode": 429}, 424, "ModelError"), "ModelError", 2),
        (Reply({"Message": "x", "OriginalStatusCode": 400}, 424, "ModelError"), "ModelError", 1),
        (Reply({"Message": "x"}, 500, "InternalFailure"), "InternalFailure", 2),
    ],
)
def test_an_endpoints_failures(reply: Reply, code: str, requests: int) -> None:
    found, service = asked(JURASSIC, lambda body, _: reply, NOTES[:1], tries=2)
    assert (codes(found), len(service.asked)) == ([code], requests)


def test_who_does_not_answer_in_time_is_late() -> None:
    slow = converse("x")
    slow.after = 0.4
    found, service = asked(BEDROCK, lambda body, _: slow, NOTES[:1], tries=2, read_timeout=0.1)
    assert (codes(found), len(service.asked)) == (["TimedOut"], 2)


def test_a_long_note_is_asked_about_in_parts_and_a_part_that_fails_is_the_notes_failure() -> None:
    long = "\n".join(f"Day {day}: stable, walking, eating, BP {100 + day}/70, no fever." for day in range(400))

    def say(body: dict[str, Any], turn: int) -> Reply:
        first = said_about(body).partition(":")[0]
        return converse("", "content_filtered") if broken and first != "Day 0" else converse(f"{first} stable.")

    broken = False
    found, service = asked(BEDROCK.replace("8000", "4000"), say, [long])
    (note,) = found.notes
    assert note.parts == len(service.asked) > 1
    assert note.text.startswith("Day 0 stable. Day ")
    assert note.input_tokens == 500 * note.parts
    broken = True
    found, service = asked(BEDROCK.replace("8000", "4000"), say, [long])
    assert (codes(found), found.texts) == (["Refused"], ("",))


@pytest.mark.parametrize(
    ("spec", "reply", "said"),
    [
        (BEDROCK, Reply({"message": "no"}, 403, "AccessDeniedException"), "you need the right to Converse"),
        (BEDROCK, Reply({"message": "gone"}, 404, "ResourceNotFoundException"), "nothing of this name"),
        (BEDROCK, Reply({"message": "old"}, 403, "ExpiredTokenException"), "sign in to AWS again"),
        (
            JURASSIC,
            Reply({"message": "Endpoint j2 of account 1 not found."}, 400, "ValidationError"),
            "nothing of this",
        ),
    ],
)
def test_what_nobody_will_answer_ends_the_comparison_at_once(spec: str, reply: Reply, said: str) -> None:
    with pytest.raises(DeploymentError, match=said):
        asked(spec, lambda body, _: reply, [f"note {number}" for number in range(40)])


def test_an_interrupt_asks_and_pays_for_nothing_more() -> None:
    bodies: list[Any] = []

    def say(body: dict[str, Any], turn: int) -> Reply:
        bodies.append(body)
        reply = converse("fine")
        reply.after = 0.02
        return reply

    def interrupt(text: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        asked(BEDROCK, say, [f"note {number}" for number in range(40)], progress=interrupt)
    assert len(bodies) < 10


def test_without_credentials_it_is_said_what_to_check(monkeypatch: pytest.MonkeyPatch) -> None:
    (system,) = parse_systems([BEDROCK])

    class NoCredentials:
        def converse(self, **_: Any) -> Any:
            from botocore.exceptions import NoCredentialsError

            raise NoCredentialsError

    ask = ask_bedrock(NoCredentials(), system)
    with pytest.raises(DeploymentError, match="check your credentials, region and network"):
        ask_notes(system, engine_of(system), NOTES, ask, concurrency=1)


def test_no_code_or_message_quotes_a_note() -> None:
    leaky = Reply({"message": f"cannot read {NOTES[0]}"}, 400, "Validation Exception: chest pain")
    found, _ = asked(BEDROCK, lambda body, _: leaky, NOTES[:1])
    assert "chest" not in json.dumps(found.failures).lower()
