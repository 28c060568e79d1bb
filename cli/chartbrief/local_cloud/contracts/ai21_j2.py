"""AI21 Jurassic-2 as a SageMaker container.

Request and response: https://docs.ai21.com/reference/j2-complete-api-ref; errors have a `detail`, for a field of the
request one entry with place and reason, with status 422: https://docs.ai21.com/reference/errors
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from chartbrief.local_cloud.contracts.family import Answered, Ask, Family, Refusal
from chartbrief.local_cloud.local_model import Token

_USUAL_TOKENS = 200
_DETAILS = {
    "content-type": (415, "Unsupported media type: send application/json"),
    "not-json": (422, [{"loc": ["body"], "msg": "the body is not valid JSON", "type": "value_error.jsondecode"}]),
    "throttle": (429, "Too many requests"),
    "server-error": (500, "Internal server error"),
}


def _read(request: Mapping[str, Any]) -> Ask:
    most, results = request.get("maxTokens", _USUAL_TOKENS), request.get("numResults", 1)
    return Ask(request["prompt"], most, results, request.get("stopSequences", ()))


def _respond(answered: Answered) -> Any:
    completion = answered.completion
    finish: dict[str, Any] = {"reason": {"end": "endoftext"}.get(completion.finish, completion.finish)}
    if completion.finish == "length":
        finish["length"] = len(completion.tokens)
    said = {"data": {"text": completion.text, "tokens": _tokens(completion.tokens)}, "finishReason": finish}
    return {
        "id": str(uuid.uuid4()),
        "prompt": {"text": answered.prompt, "tokens": _tokens(answered.prompt_tokens)},
        "completions": [said] * answered.results,
    }


def _tokens(tokens: Sequence[Token]) -> list[dict[str, Any]]:
    return [
        {
            "generatedToken": {"token": token.piece},
            "topTokens": None,
            "textRange": {"start": token.start, "end": token.end},
        }
        for token in tokens
    ]


def _refuse(refusal: Refusal) -> tuple[int, Any]:
    if refusal.kind == "fields":
        found = [{"loc": ["body", *f.path], "msg": f.text, "type": f"value_error.{f.rule}"} for f in refusal.findings]
        return 422, {"detail": found}
    if refusal.kind == "too-long":
        return 422, {
            "detail": f"Prompt has {refusal.given} tokens with its answer: at most {refusal.limit} are allowed"
        }
    status, detail = _DETAILS[refusal.kind]
    return status, {"detail": detail}


AI21_J2 = Family("ai21-j2", 8192, True, _read, _respond, _refuse)
