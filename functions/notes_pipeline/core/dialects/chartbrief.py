"""Our own server's dialect: a note in, its summary or an error object out (docs/serving.md)."""

from __future__ import annotations

from typing import Any

from notes_pipeline.core.dialects.answers import Answer, Dialect, answer_of, first_object


def _request(prompt: str, max_output_tokens: int) -> dict[str, Any]:
    limit = {"parameters": {"max_new_tokens": max_output_tokens}} if max_output_tokens else {}
    return {"inputs": prompt, **limit}


def _read(output: Any, prompt: str = "") -> Answer:
    found = first_object(output)
    return answer_of(found.get("summary_text"), prompt=prompt)


CHARTBRIEF = Dialect("chartbrief", _request, _read)
