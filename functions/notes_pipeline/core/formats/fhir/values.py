"""What stands where in a resource, whatever does stand there: an element of another type than FHIR's is as none.

An element that may repeat is read where it is given once without a list, as in XML, and the other way round, as between
versions of FHIR.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

Element = Mapping[str, Any]
NOTHING: Element = {}
# As precise as dates are written: https://hl7.org/fhir/R4/datatypes.html#dateTime
_DATE = re.compile(
    r"(\d{4}(?:-\d\d(?:-\d\d)?)?)(?:(?<=-\d\d-\d\d)(?: ?T| )(\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)?))?",
    re.ASCII,
)


def values_of(holder: Element, *path: str) -> list[Any]:
    """Return all that stands at a path."""
    found: list[Any] = [holder]
    for name in path:
        below = [value.get(name) for value in found if isinstance(value, Mapping)]
        found = [one for value in below for one in (value if isinstance(value, list) else [value])]
    return [value for value in found if value is not None]


def objects_of(holder: Element, *path: str) -> list[Element]:
    """Return the objects at a path."""
    return [value for value in values_of(holder, *path) if isinstance(value, Mapping)]


def object_of(holder: Element, *path: str) -> Element:
    """Return the first object at a path, an empty one if there is none."""
    found = objects_of(holder, *path)
    return found[0] if found else NOTHING


def texts_of(holder: Element, *path: str) -> list[str]:
    """Return the texts at a path without white space around them; a whole number is one, an empty text is none."""
    found = [_as_text(value) for value in values_of(holder, *path)]
    return [text for text in found if text]


def text_of(holder: Element, *path: str) -> str:
    """Return the first text at a path, "" if there is none."""
    found = texts_of(holder, *path)
    return found[0] if found else ""


def date_of(holder: Element, *path: str) -> str:
    """Return the first date at a path that is written as FHIR does (ISO 8601), "" if there is none."""
    found = next((match for match in map(_DATE.fullmatch, texts_of(holder, *path)) if match), None)
    return "T".join(part for part in found.groups() if part) if found else ""


def type_of(resource: Element) -> str:
    """Return the type that a resource says it is of."""
    return text_of(resource, "resourceType")


def _as_text(value: object) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return value.strip() if isinstance(value, str) else ""
