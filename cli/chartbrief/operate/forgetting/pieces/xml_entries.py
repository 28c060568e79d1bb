"""Entries of a FHIR bundle in XML, cut out of the text, which stays as it was written everywhere else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.parsers import expat

from chartbrief.operate.forgetting.pieces.fhir_entries import Node, leaves, said_by_resource
from chartbrief.operate.forgetting.pieces.piece import Piece
from notes_pipeline.core.formats.fhir.xml import resource_of
from notes_pipeline.core.formats.reading import Hints
from notes_pipeline.errors import InputError

_DECLARATION = re.compile(r"\A\s*<\?xml[^>]*\?>")
_NAME = re.compile(rb"<((?:[\w.-]+:)?)entry")
_INSIDE = ["entry", "resource", "Bundle"]


def pieces(text: str, hints: Hints) -> Iterator[Piece]:
    """Yield the entries, and what stands between them; a resource by itself is one piece.

    Raises:
        ValueError: it is not valid XML, or no resource.
    """
    body = text.encode()
    try:
        bundle = resource_of(_DECLARATION.sub("", text).encode())
    except InputError:
        raise ValueError("it is no resource") from None
    if bundle["resourceType"] != "Bundle":
        yield Piece(text, (1,), said=said_by_resource(bundle, hints))
        return
    at = 0
    for number, leaf in enumerate(leaves(bundle, _nodes(body), hints), start=1):
        start, end = leaf.node.start, leaf.node.end
        yield Piece(body[at:start].decode())
        yield Piece(body[start:end].decode(), (number,), _blank(body, start), leaf.said)
        at = end
    yield Piece(body[at:].decode())


def _blank(body: bytes, start: int) -> str:
    """Return an entry that is read as a record that tells no story: an answer that the resource is gone."""
    found = _NAME.match(body, start)
    name = found[1].decode() if found else ""
    status = f'<{name}response><{name}status value="410"/></{name}response>'
    return f"<{name}entry>{status}</{name}entry>"


def _nodes(body: bytes) -> list[Node]:
    """Return where the entries stand, in bytes."""
    found = list[Node]()
    open_nodes: list[tuple[int, list[Node]]] = [(0, found)]
    path = list[str]()
    parser = expat.ParserCreate("utf-8", " ")

    def is_entry() -> bool:
        return path[-1] == "entry" and (path[:-1] == ["Bundle"] or path[-4:-1] == _INSIDE)

    def start(name: str, _: object) -> None:
        path.append(name.rpartition(" ")[2])
        if is_entry():
            open_nodes.append((parser.CurrentByteIndex, []))

    def end(_: str) -> None:
        if is_entry():
            begins, inside = open_nodes.pop()
            ends = body.index(b">", parser.CurrentByteIndex) + 1
            open_nodes[-1][1].append(Node(begins, ends, inside))
        path.pop()

    parser.StartElementHandler, parser.EndElementHandler = start, end
    try:
        parser.Parse(body, True)
    except expat.ExpatError:
        raise ValueError("it is not valid XML") from None
    return found
