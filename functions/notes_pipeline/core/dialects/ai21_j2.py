"""AI21 Jurassic-2 (Grande Instruct, Large, Mid, Ultra) on JumpStart and Bedrock.

Request and response: https://docs.ai21.com/docs/j2-complete-api-ref and
https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-jurassic2.html
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


def _request(prompt: str, max_output_tokens: int) -> dict[str, Any]:
    return {
        "prompt": prompt,
        "maxTokens": max_output_tokens,
        "temperature": 0,
        "numResults": 1,
        "stopSequences": [SUMMARY_END],
    }


def _read(output: Any, prompt: str = "") -> Answer:
    found = first_object(output)
    completions = found.get("completions")
    if completions == []:
        raise AnswerError("EmptyAnswer")
    completion = first_object(item(completions, 0))
    data, said = first_object(item(completion, "data")), found.get("prompt")
    said = said if isinstance(said, dict) else {}
    tokens = [len(side["tokens"]) if isinstance(side.get("tokens"), list) else None for side in (said, data)]
    finish = completion.get("finishReason")
    reason = finish.get("reason") if isinstance(finish, dict) else finish
    return answer_of(data.get("text"), prompt=prompt, echo=said.get("text"), tokens=tokens, cut_off=reason == "length")


AI21_J2 = Dialect("ai21-j2", _request, _read)
