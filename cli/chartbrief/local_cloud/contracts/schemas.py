"""The schemas of a dialect's requests and responses, and what they find wrong. No finding quotes a value."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Literal

from jsonschema import Draft202012Validator


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong with a document.

    Attributes:
        path: keys and places that lead to it.
        rule: the schema's word for it, such as `maximum`, `required`, `additionalProperties`.
        text: the same for people.
    """

    path: tuple[str | int, ...]
    rule: str
    text: str


@cache
def schema_of(dialect: str, side: Literal["request", "response"]) -> Draft202012Validator:
    """Return the validator of one side of a dialect."""
    file = resources.files(__package__ or "").joinpath("schemas", dialect, f"{side}.json")
    return Draft202012Validator(json.loads(file.read_text("utf-8")))


def find_wrong(dialect: str, side: Literal["request", "response"], document: Any) -> list[Finding]:
    """Return what is wrong with a document, in order of its place."""
    errors = schema_of(dialect, side).iter_errors(document)
    return sorted((_finding(error) for error in errors), key=lambda finding: [str(step) for step in finding.path])


def _finding(error: Any) -> Finding:
    path, rule, value = tuple(error.absolute_path), str(error.validator), error.validator_value
    if rule == "required":
        missing = [name for name in value if name not in error.instance]
        return Finding((*path, missing[0]), rule, "field required")
    if rule == "additionalProperties":
        unknown = sorted(set(error.instance) - set(error.schema.get("properties", {})))
        return Finding((*path, unknown[0]), rule, "extra fields not permitted")
    return Finding(path, rule, f"not as documented: {rule} {json.dumps(value)}")


def place(path: Sequence[str | int]) -> str:
    """Return a path as text."""
    return ".".join(map(str, path)) or "the body"
