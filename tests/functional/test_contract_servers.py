"""Containers that are not ours: their answers are as documented and readable, and so are their refusals."""

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from starlette.testclient import TestClient
from tests.functional.contract_containers import JSON, NOTE, PROMPT, ask, container

from chartbrief.local_cloud.contracts.app import create_app
from chartbrief.local_cloud.contracts.schemas import find_wrong
from chartbrief.local_cloud.contracts.server import FAMILIES
from chartbrief.local_cloud.faults import ANSWER_FAULTS
from notes_pipeline.core.dialects import DIALECTS, AnswerError

ECHOING = ("ai21-j2", "cohere-generate")


@pytest.mark.parametrize("dialect", FAMILIES)
def test_an_answer_is_as_documented_and_is_the_last_note_s(dialect: str) -> None:
    status, body = ask(container(dialect), dialect)
    assert status == 200
    assert find_wrong(dialect, "response", body) == []
    answer = DIALECTS[dialect].read(body)
    assert (answer.text, answer.cut_off) == ("Fever since Monday.", False)
    assert answer.prompt_echo == (PROMPT if dialect in ECHOING else None)


@pytest.mark.parametrize("dialect", FAMILIES)
def test_no_more_tokens_come_than_were_asked_for(dialect: str) -> None:
    status, body = ask(container(dialect), dialect, most=2)
    assert status == 200
    assert find_wrong(dialect, "response", body) == []
    answer = DIALECTS[dialect].read(body)
    assert answer.text == "Fever since"
    assert answer.cut_off == (dialect in ECHOING)  # the others say so only if details are asked for


def test_tokens_are_counted_and_lie_where_they_say() -> None:
    _, body = ask(container("ai21-j2"), "ai21-j2")
    answer = DIALECTS["ai21-j2"].read(body)
    assert (answer.input_tokens, answer.output_tokens) == (len(PROMPT.split()), 3)
    for side in (body["prompt"], body["completions"][0]["data"]):
        for token in side["tokens"]:
            place = token["textRange"]
            assert side["text"][place["start"] : place["end"]] == token["generatedToken"]["token"]


def test_reasons_to_finish_are_told() -> None:
    reasons = [
        ask(container("ai21-j2"), "ai21-j2", most=most, stopSequences=[stop])[1]["completions"][0]["finishReason"]
        for most, stop in ((50, "#"), (2, "#"), (50, "since"))
    ]
    assert reasons == [{"reason": "endoftext"}, {"reason": "length", "length": 2}, {"reason": "stop"}]
    details = {"max_new_tokens": 2, "details": True, "return_full_text": True}
    _, body = ask(container("text-generation"), "text-generation", parameters=details)
    assert find_wrong("text-generation", "response", body) == []
    assert body[0]["details"]["finish_reason"] == "length"
    assert body[0]["generated_text"] == PROMPT + "Fever since"


def test_as_many_answers_come_as_were_asked_for() -> None:
    assert len(ask(container("ai21-j2"), "ai21-j2", numResults=3)[1]["completions"]) == 3
    assert len(ask(container("cohere-generate"), "cohere-generate", num_generations=2)[1]["generations"]) == 2
    assert len(ask(container("jumpstart-text"), "jumpstart-text", num_return_sequences=2)[1]["generated_texts"]) == 2


@pytest.mark.parametrize(
    ("dialect", "body", "kind", "status", "said"),
    [
        ("ai21-j2", b"{}", JSON, 422, '"loc": ["body", "prompt"]'),
        ("ai21-j2", b"{", JSON, 422, "detail"),
        ("ai21-j2", b"{}", "application/jsonlines", 415, "detail"),
        ("cohere-generate", b"{}", JSON, 400, '"message": "invalid request: prompt'),
        ("cohere-generate", b"{", JSON, 400, "invalid json syntax"),
        ("cohere-generate", b"{}", "text/csv", 400, "content type"),
        ("text-generation", b"{}", JSON, 422, '"error_type": "validation"'),
        ("text-generation", b"{", JSON, 400, "Failed to parse"),
        ("text-generation", b"{}", "text/csv", 415, "Content-Type"),
        ("hf-seq2seq", b"{}", JSON, 400, '"code": 400'),
        ("hf-seq2seq", b"{}", "text/csv", 400, "not supported"),
        ("jumpstart-text", b"[", JSON, 400, "not valid JSON"),
    ],
)
def test_refusals_are_as_documented(dialect: str, body: bytes, kind: str, status: int, said: str) -> None:
    found, answer = container(dialect).invoke(body, kind)
    assert found == status
    assert said in answer.decode()


@pytest.mark.parametrize("dialect", FAMILIES)
def test_a_prompt_over_the_context_is_refused_with_the_numbers_and_without_its_text(dialect: str) -> None:
    status, body = ask(container(dialect, 10), dialect, most=5)
    assert 400 <= status < 500
    assert "10" in json.dumps(body)
    assert "Fever" not in json.dumps(body)


@pytest.mark.parametrize(("side", "echo"), [("START", "since Monday. Cough. </note>"), ("END", "Summarize. <note>")])
def test_cohere_cuts_a_prompt_where_it_is_told_to(side: str, echo: str) -> None:
    status, body = ask(container("cohere-generate", 14), "cohere-generate", most=9, truncate=side)
    assert status == 200
    assert echo in " ".join(body["prompt"].split())
    assert len(body["prompt"].split()) == 5


def test_what_a_fault_does_to_an_answer() -> None:
    asked = container("ai21-j2")
    for kind in ANSWER_FAULTS:
        asked.faults.plan(kind)
    throttled, failed = ask(asked, "ai21-j2"), ask(asked, "ai21-j2")
    assert (throttled[0], failed[0]) == (429, 500)
    with pytest.raises(ValueError, match=r"Expecting|Unterminated|delimiter"):
        ask(asked, "ai21-j2")
    for code in ("EmptyAnswer", "Refused"):
        with pytest.raises(AnswerError, match=code):
            DIALECTS["ai21-j2"].read(ask(asked, "ai21-j2")[1])
    other = DIALECTS["ai21-j2"].read(ask(asked, "ai21-j2")[1])
    assert NOTE not in str(other.prompt_echo)
    assert other.text != "Fever since Monday."
    assert DIALECTS["ai21-j2"].read(ask(asked, "ai21-j2")[1]).text == "Fever since Monday."


def test_a_fault_can_wait_for_a_text() -> None:
    asked = container("cohere-generate")
    asked.faults.plan("throttle", times=2, containing="Monday")
    assert ask(asked, "cohere-generate", "Rash.")[0] == 200
    assert [ask(asked, "cohere-generate")[0] for _ in range(3)] == [429, 429, 200]


def test_a_model_that_fails_is_a_server_error_that_quotes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = container("ai21-j2")

    def fail(text: str) -> Any:
        raise RuntimeError(text)

    monkeypatch.setattr(asked._model, "summarize", fail)
    status, body = ask(asked, "ai21-j2")
    assert (status, body) == (500, {"detail": "Internal server error"})


def test_over_http_with_several_requests_at_once_and_faults_by_a_control_of_its_own() -> None:
    client = TestClient(create_app(container("cohere-generate")))
    assert client.get("/ping").status_code == 200
    assert client.get("/execution-parameters").status_code == 404
    requests = [DIALECTS["cohere-generate"].request(f"<note>Fever {n}. Cough.</note>", 50) for n in range(20)]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda request: client.post("/invocations", json=request).json(), requests))
    assert [answer["generations"][0]["text"] for answer in answers] == [f"Fever {n}." for n in range(20)]
    assert client.put("/faults", json=[{"kind": "throttle"}]).status_code == 204
    assert client.post("/invocations", json=requests[0]).status_code == 429
    refused = client.put("/faults", json=[{"kind": "earthquake"}])
    assert (refused.status_code, "throttle" in refused.text) == (400, True)
