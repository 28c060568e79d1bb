"""Cohere Generate (Command) as a SageMaker container.

Request and response: https://docs.cohere.com/v1/reference/generate; errors have a `message`, with the wording of
https://docs.cohere.com/reference/errors
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any, Literal

from chartbrief.local_cloud.contracts.family import Answered, Ask, Family, Refusal
from chartbrief.local_cloud.contracts.schemas import place

_USUAL_TOKENS = 20
_FINISH = {"end": "COMPLETE", "length": "MAX_TOKENS", "stop": "COMPLETE"}
_SIDES: Mapping[str, Literal["start", "end"]] = {"START": "start", "END": "end"}
_MESSAGES = {
    "content-type": (400, "invalid request: the content type must be application/json"),
    "not-json": (400, "invalid json syntax"),
    "throttle": (429, "You are past the per minute request limit, please wait and try again later."),
    "server-error": (500, "internal server error"),
}


def _read(request: Mapping[str, Any]) -> Ask:
    most, results = request.get("max_tokens", _USUAL_TOKENS), request.get("num_generations", 1)
    return Ask(request["prompt"], most, results, request.get("stop_sequences", ()))


def _respond(answered: Answered) -> Any:
    completion = answered.completion
    generations = [
        {"id": str(uuid.uuid4()), "text": completion.text, "index": index, "finish_reason": _FINISH[completion.finish]}
        for index in range(answered.results)
    ]
    billed = {
        "input_tokens": len(answered.prompt_tokens),
        "output_tokens": len(completion.tokens) * answered.results,
    }
    return {
        "id": str(uuid.uuid4()),
        "prompt": answered.prompt,
        "generations": generations,
        "meta": {"api_version": {"version": "1"}, "billed_units": billed},
    }


def _truncate(request: Mapping[str, Any]) -> Literal["start", "end"] | None:
    return _SIDES.get(request.get("truncate", "END"))


def _refuse(refusal: Refusal) -> tuple[int, Any]:
    if refusal.kind == "fields":
        first = refusal.findings[0]
        return 400, {"message": f"invalid request: {place(first.path)}: {first.text}"}
    if refusal.kind == "too-long":
        limit = f"total number of tokens in the prompt cannot exceed {refusal.limit} - received {refusal.given}"
        return 400, {"message": f"too many tokens: {limit}. Try using a shorter prompt, or enabling prompt truncating."}
    status, message = _MESSAGES[refusal.kind]
    return status, {"message": message}


COHERE_GENERATE = Family("cohere-generate", 4096, True, _read, _respond, _refuse, _truncate)
