"""Converse: what it answers, what it refuses as the service does, and how its quota is counted."""

from typing import Any

import pytest
from botocore.exceptions import ClientError
from tests.functional.bedrock import BedrockClient
from tests.functional.bedrock_jobs import MODEL, conversation
from tests.functional.stack import Session

from chartbrief.local_cloud.bedrock import Limits
from notes_pipeline.core.dialects import DIALECTS, AnswerError

READ = DIALECTS["bedrock-converse"].read
TEXT = "Summarize. <note>Fever since Monday. Cough.</note>"


def client(limits: Limits | None = None, **options: Any) -> BedrockClient:
    return BedrockClient(Session(), limits, **options)


def refused(asked: BedrockClient, **request: Any) -> tuple[str, int, str]:
    with pytest.raises(ClientError) as error:
        asked.converse(**{"modelId": MODEL, **conversation(TEXT), **request})
    found: Any = error.value.response
    return found["Error"]["Code"], found["ResponseMetadata"]["HTTPStatusCode"], found["Error"]["Message"]


def test_what_the_pipeline_asks_is_answered_and_counted(aws: None) -> None:
    body = client().converse(modelId=MODEL, **DIALECTS["bedrock-converse"].request(TEXT, 100))
    assert READ(body).text == "Fever since Monday."
    assert body["stopReason"] == "end_turn"
    assert body["usage"] == {"inputTokens": 5, "outputTokens": 3, "totalTokens": 8}


def test_reasons_to_stop_are_told(aws: None) -> None:
    asked = client(Limits(context_tokens=7))
    stops = [
        asked.converse(modelId=MODEL, **conversation(TEXT, **config))["stopReason"]
        for config in ({"maxTokens": 1}, {"maxTokens": 50, "stopSequences": ["since"]}, {"maxTokens": 50})
    ]
    assert stops == ["max_tokens", "stop_sequence", "model_context_window_exceeded"]


@pytest.mark.parametrize(
    ("request_", "said"),
    [
        ({"messages": []}, "must start with a user message"),
        ({"messages": [{"role": "assistant", "content": [{"text": "a"}]}]}, "must start with a user message"),
        ({"messages": [{"role": "user", "content": [{"text": "a"}]}] * 2}, "must alternate"),
        ({"messages": [{"role": "user", "content": [{"text": " "}]}]}, "is blank"),
        ({"messages": [{"role": "user", "content": []}]}, "is empty"),
        ({"messages": [{"role": "user", "content": [{"cachePoint": {"type": "default"}}]}]}, "only text"),
        ({"messages": [{"role": "user", "content": [{"words": "a"}]}]}, "unknown field words"),
        ({"messages": [{"role": "user", "text": "zanzibar"}]}, "unknown field text"),
        ({"messages": "zanzibar"}, "messages: invalid type"),
        ({"inferenceConfig": {"temperature": 1.5}}, "temperature must be between 0 and 1"),
        ({"inferenceConfig": {"maxTokens": 0}}, "maxTokens: invalid range"),
        ({"inferenceConfig": {"maxTokens": 5001}}, "exceeds the model limit of 5000"),
        ({"modelId": "a b"}, "modelId must satisfy the pattern"),
        ({"system": [{"text": ""}]}, "system[0].text: invalid length"),
    ],
)
def test_what_is_not_valid_is_said_without_quoting_it(aws: None, request_: dict[str, Any], said: str) -> None:
    code, status, message = refused(client(), **request_)
    assert (code, status) == ("ValidationException", 400)
    assert said in message
    assert "zanzibar" not in message


def test_too_long_a_prompt_is_refused_in_the_service_s_words(aws: None) -> None:
    assert refused(client(Limits(context_tokens=5)))[2] == "Input is too long for requested model."


def test_only_known_models_are_there_also_in_a_geography_and_by_arn(aws: None) -> None:
    asked = client(models=[MODEL])
    profile = f"arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.{MODEL}"
    for name in (MODEL, f"eu.{MODEL}", f"arn:aws:bedrock:us-east-1::foundation-model/{MODEL}", profile):
        assert asked.converse(modelId=name, **conversation(TEXT))["stopReason"] == "end_turn"
    assert refused(asked, modelId="amazon.nova-lite-v2:0")[2] == "The provided model identifier is invalid."


def test_requests_over_the_minute_s_quota_are_throttled_until_it_is_over(aws: None) -> None:
    now = [1000.0]
    asked = client(Limits(requests_per_minute=2), clock=lambda: now[0])
    for _ in range(2):
        asked.converse(modelId=MODEL, **conversation(TEXT))
    assert refused(asked)[:2] == ("ThrottlingException", 429)
    now[0] += 60
    assert asked.converse(modelId=MODEL, **conversation(TEXT))["stopReason"] == "end_turn"


def test_tokens_that_may_be_written_are_reserved_and_given_back_if_they_were_not(aws: None) -> None:
    asked = client(Limits(tokens_per_minute=60), clock=lambda: 1000.0)
    assert refused(asked, **conversation(TEXT, maxTokens=56))[:2] == ("ThrottlingException", 429)
    for _ in range(6):  # 15 are reserved each time, 8 are used
        asked.converse(modelId=MODEL, **conversation(TEXT, maxTokens=10))
    assert "Too many tokens" in refused(asked, **conversation(TEXT, maxTokens=10))[2]


@pytest.mark.parametrize(
    ("fault", "code", "status"),
    [
        ("throttle", "ThrottlingException", 429),
        ("timeout", "ModelTimeoutException", 408),
        ("unavailable", "ServiceUnavailableException", 503),
        ("server-error", "InternalServerException", 500),
        ("model-error", "ModelErrorException", 424),
    ],
)
def test_failures_on_request_have_the_documented_code_and_status(aws: None, fault: str, code: str, status: int) -> None:
    asked = client()
    asked.service.faults.plan(fault)
    assert refused(asked)[:2] == (code, status)
    assert asked.converse(modelId=MODEL, **conversation(TEXT))["stopReason"] == "end_turn"


@pytest.mark.parametrize(
    ("fault", "code"),
    [("empty", "EmptyAnswer"), ("refusal", "Refused"), ("filtered", "Refused"), ("malformed", "MalformedAnswer")],
)
def test_answers_that_are_no_summaries(aws: None, fault: str, code: str) -> None:
    asked = client()
    asked.service.faults.plan(fault)
    with pytest.raises(AnswerError, match=code):
        READ(asked.converse(modelId=MODEL, **conversation(TEXT)))


def test_an_answer_for_another_record(aws: None) -> None:
    asked = client()
    asked.service.faults.plan("other-record")
    assert READ(asked.converse(modelId=MODEL, **conversation(TEXT))).text.startswith("Left ankle sprain")
