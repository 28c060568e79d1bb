"""Which systems are judged and what they are called; pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from note_summarizer.errors import OptionsError
from note_summarizer.evaluation.floors import FLOORS

_NAME = re.compile(r"[^=/\\:]{1,40}")
_LONGEST_NAME = 40


def name_models(given: Iterable[str]) -> dict[str, str]:
    """Return where each model is, by its name, from values such as `fine-tuned=runs/a` or `google/pegasus-xsum`.

    A model without a name is called as it is written, or by the end of a long path. A value that is an existing path
    with an equals sign in it is taken for a path.

    Raises:
        OptionsError: two models have the same name, or a value is empty.
    """
    named: dict[str, str] = {}
    for value in given:
        name, spec = name_and_spec(value)
        if not name or not spec:
            raise OptionsError(f"--model {value!r} names no model: write NAME=PLACE, or just the place.")
        if name in named:
            raise OptionsError(f"Two models are called {name}: give them names, --model NAME=PLACE.")
        named[name] = spec
    return named


def name_and_spec(value: str) -> tuple[str, str]:
    """Split `NAME=PLACE`; a place without a name is called as it is written, or by its end."""
    name, equals, spec = value.partition("=")
    if equals and (not name or _NAME.fullmatch(name)) and not Path(value).exists():
        return name.strip(), spec.strip()
    return _short(value.strip()), value.strip()


def _short(spec: str) -> str:
    if len(spec) <= _LONGEST_NAME:
        return spec
    parts = spec.rstrip("/").split("/")
    return "/".join(parts[-2:])[-_LONGEST_NAME:]


def check_floors(floors: Sequence[str], models: Iterable[str]) -> None:
    """Refuse floors that do not exist, and models that are called as one.

    Raises:
        OptionsError: as said.
    """
    unknown = [name for name in floors if name not in FLOORS]
    if unknown:
        raise OptionsError(f"There is no floor {unknown[0]!r}: choose among {', '.join(FLOORS)}.")
    taken = [name for name in models if name in floors]
    if taken:
        raise OptionsError(f"{taken[0]} is a floor's name: call the model otherwise.")
