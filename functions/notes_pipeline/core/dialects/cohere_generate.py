"""Cohere Generate (Command, Command Light) on JumpStart and Bedrock.

Request and response: https://docs.cohere.com/v1/reference/generate and
https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-cohere-command.html
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

_WITHHELD = ("ERROR_TOXIC",)


def _request(prompt: str, max_output_tokens: int) -> dict[str, Any]:
    return {
        "prompt": prompt,
        "max_tokens": max_output_tokens,
        "temperature": 0,
        "num_generations": 1,
        "stop_sequences": [SUMMARY_END],
        # A note that is too long must be refused, not silently read from its end.
        "truncate": "NONE",
    }


def _read(output: Any, prompt: str = "") -> Answer:
    found = first_object(output)
    if found.get("generations") == []:
        raise AnswerError("EmptyAnswer")
    generation = first_object(item(found.get("generations"), 0))
    finish = generation.get("finish_reason")
    return answer_of(
        item(generation, "text"),
        prompt=prompt,
        echo=found.get("prompt"),
        cut_off=finish == "MAX_TOKENS",
        refused=finish in _WITHHELD,
    )


COHERE_GENERATE = Dialect("cohere-generate", _request, _read)
