"""Lines of JSON, and elements of a JSON document: of a list, of `{"notes": [...]}`, of a FHIR bundle.

They are cut out of the text, which stays as it was written everywhere else.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from chartbrief.operate.forgetting.pieces.fhir_patients import patient_names, said_by_resource
from chartbrief.operate.forgetting.pieces.piece import NOTHING, UNREADABLE, Piece, Said, said_by_fields
from notes_pipeline.core.formats.reading import Hints

_SPACE = re.compile(r"[ \t\r\n]*")
_DECODER = json.JSONDecoder()
Element = tuple[int, int, Any]  # where it begins and ends, and its value


def line_pieces(text: str, hints: Hints) -> Iterator[Piece]:
    """Yield the lines; each may hold one record."""
    lines = text.split("\n")
    for number, line in enumerate(lines, start=1):
        end = "" if number == len(lines) else "\n"
        if not line.strip():
            yield Piece(line + end)
            continue
        try:
            said = _said(json.loads(line), hints, {})
        except (ValueError, RecursionError):
            said = UNREADABLE
        yield Piece(line + end, (number,), end, said)


def pieces(text: str, hints: Hints) -> Iterator[Piece]:
    """Yield the elements, and what stands between them.

    Raises:
        ValueError: it is not JSON.
        RecursionError: it is nested too deeply.
    """
    document = json.loads(text)
    elements = _listed(text, document)
    named = patient_names(value for _, _, value in elements)
    at = 0
    for number, (start, end, value) in enumerate(elements, start=1):
        yield Piece(text[at:start])
        said = _said(value, hints, named)
        yield Piece(text[start:end], (number,), "null", said, json.dumps(value, ensure_ascii=False))
        at = end
    yield Piece(text[at:])


def _said(value: Any, hints: Hints, named: Mapping[str, str]) -> Said:
    if not isinstance(value, dict):
        return NOTHING
    fields = {str(name).strip().lower() for name in value}
    if hints.rules.note.lower() not in fields and ("resourceType" in value or isinstance(value.get("resource"), dict)):
        return said_by_resource(value, hints.siblings, named)
    return said_by_fields(value, hints.rules)


def _listed(text: str, document: Any) -> list[Element]:
    start = _SPACE.match(text).end()  # type: ignore[union-attr]
    if isinstance(document, list):
        return _elements(text, start)
    name = "entry" if isinstance(document, dict) and document.get("resourceType") == "Bundle" else "notes"
    if isinstance(document, dict) and isinstance(document.get(name), list):
        return _elements(text, _place_of(text, start, name))
    return [(start, _DECODER.raw_decode(text, start)[1], document)]


def _place_of(text: str, at: int, wanted: str) -> int:
    """Return where the value of an object's member begins; of several of that name the last one counts."""
    found, at = 0, _after(text, at + 1)
    while text[at] != "}":
        name, at = _DECODER.raw_decode(text, at)
        at = _after(text, _after(text, at) + 1)
        found = at if name == wanted else found
        _, at = _DECODER.raw_decode(text, at)
        at = _next(text, at)
    return found


def _elements(text: str, at: int) -> list[Element]:
    found, at = list[Element](), _after(text, at + 1)
    while text[at] != "]":
        value, end = _DECODER.raw_decode(text, at)
        found.append((at, end, value))
        at = _next(text, end)
    return found


def _next(text: str, at: int) -> int:
    at = _after(text, at)
    return _after(text, at + 1) if text[at] == "," else at


def _after(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at
