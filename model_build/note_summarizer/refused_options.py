"""What is told of options that a model of them refuses; the same for training, pretraining and distillation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from note_summarizer.errors import OptionsError


def refused_options(error: ValidationError) -> OptionsError:
    """Return the error that names every option that is unknown or has a value it cannot have."""
    return OptionsError(f"These options cannot work: {'; '.join(map(_told, error.errors()))}.")


def _told(problem: Mapping[str, Any]) -> str:
    name = ".".join(str(part) for part in problem["loc"])
    said = str(problem["msg"]).removeprefix("Value error, ")
    return f"{name.replace('_', '-')}: {said[0].lower()}{said[1:]}" if name else said
