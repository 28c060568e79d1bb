"""The part of JSONPath that DataProcessing takes: `$`, `$.a.b`, `$['a']`, `$['a','b']`, `$[0]`, `$[0:3]`."""

from __future__ import annotations

import re
from typing import Any

from chartbrief.local_cloud.executor.errors import invalid

# https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DataProcessing.html
MAX_LENGTH = 63
_STEP = re.compile(r"\.(\w+)|\[\s*('[^']*'(?:\s*,\s*'[^']*')*)\s*\]|\[(-?\d+)\]|\[(-?\d*):(-?\d*)\]")
_NAME = re.compile(r"'([^']*)'")


class JsonPath:
    """A parsed path."""

    def __init__(self, text: str, field: str) -> None:
        """Parse a path.

        Raises:
            ServiceError: too long, or not of the known forms.
        """
        if len(text) > MAX_LENGTH:
            raise invalid(f"Value at '{field}' failed to satisfy constraint: length less than or equal to {MAX_LENGTH}")
        self._steps = list(_STEP.finditer(text[1:]))
        if text[:1] != "$" or "".join(step[0] for step in self._steps) != text[1:]:
            raise invalid(f"Value at '{field}' is not a JSONPath that batch transform takes")

    def apply(self, value: Any) -> Any:
        """Return what the path selects.

        Raises:
            LookupError: it selects nothing.
        """
        for step in self._steps:
            value = _select(step, value)
        return value


def _select(step: re.Match[str], value: Any) -> Any:
    name, names, index, start, end = step.groups()
    if name is not None:
        return _child(value, name)
    if names is not None:
        wanted = _NAME.findall(names)
        return _child(value, wanted[0]) if len(wanted) == 1 else {key: _child(value, key) for key in wanted}
    items: list[Any] = value if isinstance(value, list) else []
    if index is not None:
        return items[int(index)]
    return items[slice(int(start) if start else None, int(end) if end else None)]


def _child(value: Any, name: str) -> Any:
    return (value if isinstance(value, dict) else {})[name]
