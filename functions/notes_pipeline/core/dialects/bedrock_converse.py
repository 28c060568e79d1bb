"""Amazon Bedrock's Converse, one request and response for every model that takes messages; on demand and in batch jobs.

Most models are asked for their likeliest answer. Some of the newest refuse a temperature; the `plain` request has none.

https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html
"""

from __future__ import annotations

from typing import Any

from notes_pipeline.core.dialects.answers import (
    SUMMARY_END,
    Answer,
    AnswerError,
    Dialect,
    answer_of,
    first_object,
    item,
)

_CUT_OFF = ("max_tokens", "model_context_window_exceeded")
_WITHHELD = ("guardrail_intervened", "content_filtered")


def _request(prompt: str, max_output_tokens: int) -> dict[str, Any]:
    return {
        "messages": [{"role": "user", "content": [{"text": prompt}]}],
        "inferenceConfig": {"maxTokens": max_output_tokens, "temperature": 0, "stopSequences": [SUMMARY_END]},
    }


def _plain_request(prompt: str, max_output_tokens: int) -> dict[str, Any]:
    request = _request(prompt, max_output_tokens)
    del request["inferenceConfig"]["temperature"]
    return request


def _read(output: Any, prompt: str = "") -> Answer:
    found = first_object(output)
    stop = item(found, "stopReason")
    if stop in _WITHHELD:
        raise AnswerError("Refused")
    content = item(found, "output", "message", "content")
    if not isinstance(content, list):
        raise AnswerError("MalformedAnswer")
    # Beside text a message may have blocks of reasoning, which are no part of the answer.
    texts = [block["text"] for block in content if isinstance(block, dict) and "text" in block]
    if not all(isinstance(text, str) for text in texts):
        raise AnswerError("MalformedAnswer")
    usage = found.get("usage")
    usage = usage if isinstance(usage, dict) else {}
    tokens = [usage.get(name) for name in ("inputTokens", "outputTokens")]
    return answer_of("".join(texts), prompt=prompt, tokens=tokens, cut_off=stop in _CUT_OFF)


BEDROCK_CONVERSE = Dialect("bedrock-converse", _request, _read)
BEDROCK_CONVERSE_PLAIN = Dialect("bedrock-converse-plain", _plain_request, _read)
