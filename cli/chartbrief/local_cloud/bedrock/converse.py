"""One Converse request and its response.

https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html; the rules of a conversation are in
https://docs.aws.amazon.com/bedrock/latest/userguide/conversation-inference-call.html
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from chartbrief.local_cloud.bedrock.limits import Limits
from chartbrief.local_cloud.executor.errors import ServiceError, invalid
from chartbrief.local_cloud.faults import OTHER_NOTE, REFUSAL
from chartbrief.local_cloud.local_model import LocalModel, complete

_STOP_REASONS = {"end": "end_turn", "length": "max_tokens", "stop": "stop_sequence"}
# https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html#API_runtime_Converse_Errors
_FAILURES = {
    "server-error": ("InternalServerException", "An internal server error occurred.", 500),
    "unavailable": ("ServiceUnavailableException", "The service isn't currently available.", 503),
    "timeout": ("ModelTimeoutException", "The request took too long to process.", 408),
    "model-error": ("ModelErrorException", "The request failed due to an error of the model.", 424),
    "throttle": ("ThrottlingException", "Too many requests, please wait before trying again.", 429),
}
ANSWER_FAULTS = (*_FAILURES, "malformed", "empty", "refusal", "filtered", "other-record")


@dataclass(frozen=True)
class Conversation:
    """What a request asks.

    Attributes:
        prompt: instructions and messages, one after another.
        most_tokens: of the answer.
        cut_by_context: the model's context ends before the answer may.
    """

    prompt: str
    input_tokens: int
    most_tokens: int
    cut_by_context: bool
    stops: Sequence[str]


def read_conversation(request: Mapping[str, Any], model: LocalModel, limits: Limits) -> Conversation:
    """Read a request whose shape is valid.

    Raises:
        ServiceError: ValidationException, as the service words it.
    """
    prompt = "\n\n".join([*_texts(request.get("system", []), "system"), *_turns(request.get("messages", []))])
    config = request.get("inferenceConfig", {})
    most = config.get("maxTokens", limits.max_output_tokens)
    if most > limits.max_output_tokens:
        raise invalid(
            f"The maximum tokens you requested exceeds the model limit of {limits.max_output_tokens}."
            " Try again with a maximum tokens value that is lower than it."
        )
    given = len(model.tokens(prompt))
    left = limits.context_tokens - given
    if left <= 0:
        raise invalid("Input is too long for requested model.")
    return Conversation(prompt, given, min(most, left), left < most, config.get("stopSequences", []))


def _turns(messages: Sequence[Mapping[str, Any]]) -> list[str]:
    if not messages or messages[0]["role"] != "user":
        raise invalid("A conversation must start with a user message. Try again with such a conversation.")
    if messages[-1]["role"] != "user":
        raise invalid("The model does not support assistant message prefill: end with a user message.")
    for place, (one, other) in enumerate(itertools.pairwise(messages)):
        if one["role"] == other["role"]:
            raise invalid(f"A conversation must alternate between user and assistant roles (messages.{place + 1}).")
    return [text for place, turn in enumerate(messages) for text in _texts(turn["content"], f"messages.{place}")]


def _texts(blocks: Sequence[Mapping[str, Any]], where: str) -> list[str]:
    if where != "system" and not blocks:
        raise invalid(f"The content field in the Message object at {where} is empty.")
    for place, block in enumerate(blocks):
        if "text" not in block:
            raise invalid(f"The model does not support the content at {where}.content.{place}: only text.")
        if not block["text"].strip():
            raise invalid(f"The text field in the ContentBlock object at {where}.content.{place} is blank.")
    return [str(block["text"]) for block in blocks]


def answer(conversation: Conversation, model: LocalModel, fault: str | None = None) -> dict[str, Any]:
    """Return the response's body.

    Raises:
        ServiceError: the fault is one.
    """
    if fault in _FAILURES:
        raise ServiceError(*_FAILURES[fault])
    started = time.monotonic()
    prompt = f"<note>{OTHER_NOTE}</note>" if fault == "other-record" else conversation.prompt
    completion = complete(model, prompt, conversation.most_tokens, conversation.stops)
    text, used = completion.text, len(completion.tokens)
    reason = _STOP_REASONS[completion.finish]
    if reason == "max_tokens" and conversation.cut_by_context:
        reason = "model_context_window_exceeded"
    if fault == "refusal":
        text = REFUSAL
    if fault == "filtered":
        text, reason = "", "content_filtered"
    given = conversation.input_tokens
    body: dict[str, Any] = {
        "output": {"message": {"role": "assistant", "content": [{"text": text}] if text and fault != "empty" else []}},
        "stopReason": reason,
        "usage": {"inputTokens": given, "outputTokens": used, "totalTokens": given + used},
        "metrics": {"latencyMs": round(1000 * (time.monotonic() - started))},
    }
    if fault == "malformed":
        del body["output"]
    return body
