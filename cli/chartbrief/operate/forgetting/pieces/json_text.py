"""Lines of JSON, and elements of a JSON document: of a list, of `{"notes": [...]}`, of a FHIR bundle.

They are cut out of the text, which stays as it was written everywhere else.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from chartbrief.operate.forgetting.pieces.fhir_entries import Leaf, Node, leaves, said_by_resource
from chartbrief.operate.forgetting.pieces.piece import NOTHING, UNREADABLE, Piece, Said, said_by_fields
from notes_pipeline.core.formats.reading import Hints

# An entry that is read as a record that tells no story: an answer that the resource is gone.
_EMPTY_ENTRY = '{"response": {"status": "410"}}'
_SPACE = re.compile(r"[ \t\r\n]*")
_DECODER = json.JSONDecoder()
Element = tuple[Node, Any]  # where it stands, and its value


def line_pieces(text: str, hints: Hints) -> Iterator[Piece]:
    """Yield the lines; each may hold one record."""
    lines = text.split("\n")
    for number, line in enumerate(lines, start=1):
        end = "" if number == len(lines) else "\n"
        if not line.strip():
            yield Piece(line + end)
            continue
        try:
            said = _said(json.loads(line), hints)
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
    start = _after(text, 0)
    if _is_bundle(document) and _is_resource(document, hints):
        nodes = [node for node, _ in _entries(text, start)]
        yield from _between(text, leaves(document, nodes, hints), _EMPTY_ENTRY)
        return
    if isinstance(document, list):
        elements = _elements(text, start)
    elif isinstance(document, dict) and isinstance(document.get("notes"), list):
        elements = _elements(text, _place_of(text, start, "notes"))
    else:
        elements = [(Node(start, _DECODER.raw_decode(text, start)[1]), document)]
    yield from _between(text, (Leaf(node, value, _said(value, hints)) for node, value in elements), "null")


def _between(text: str, found: Iterable[Leaf], blank: str) -> Iterator[Piece]:
    at = 0
    for number, leaf in enumerate(found, start=1):
        start, end = leaf.node.start, leaf.node.end
        yield Piece(text[at:start])
        yield Piece(text[start:end], (number,), blank, leaf.said, json.dumps(leaf.value, ensure_ascii=False))
        at = end
    yield Piece(text[at:])


def _said(value: Any, hints: Hints) -> Said:
    if not isinstance(value, dict):
        return NOTHING
    return said_by_resource(value, hints) if _is_resource(value, hints) else said_by_fields(value, hints.rules)


def _is_resource(value: dict[str, Any], hints: Hints) -> bool:
    fields = {str(name).strip().lower() for name in value}
    return isinstance(value.get("resourceType"), str) and hints.rules.note.lower() not in fields


def _is_bundle(value: Any) -> bool:
    return isinstance(value, dict) and value.get("resourceType") == "Bundle" and isinstance(value.get("entry"), list)


def _entries(text: str, at: int) -> list[Element]:
    """Return the entries of a bundle, those of bundles in it inside of theirs; null is none."""
    found = _elements(text, _place_of(text, at, "entry"))
    return [(_with_inside(text, node, value), value) for node, value in found if value is not None]


def _with_inside(text: str, node: Node, value: Any) -> Node:
    inner = value.get("resource") if isinstance(value, dict) else None
    if not _is_bundle(inner):
        return node
    inside = _entries(text, _place_of(text, node.start, "resource"))
    return Node(node.start, node.end, [each for each, _ in inside])


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
        found.append((Node(at, end), value))
        at = _next(text, end)
    return found


def _next(text: str, at: int) -> int:
    at = _after(text, at)
    return _after(text, at + 1) if text[at] == "," else at


def _after(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at
