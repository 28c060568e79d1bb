"""How a file of each format is cut into pieces, and put together again."""

from __future__ import annotations

import codecs
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass

from chartbrief.operate.forgetting.pieces import json_text, rows
from chartbrief.operate.forgetting.pieces.piece import UNREADABLE, Piece, Said
from notes_pipeline.core.formats.charsets import encoding_of
from notes_pipeline.core.formats.detect import HEAD_BYTES, Form, detect
from notes_pipeline.core.formats.reading import Hints
from notes_pipeline.errors import InputError

Cutter = Callable[[str, Hints], Iterable[Piece]]
_CUTTERS: dict[Form, Cutter] = {
    Form.CSV: rows.pieces,
    Form.JSON: json_text.pieces,
    Form.JSON_LINES: json_text.line_pieces,
}
# With the mark as a character of the text, so that what is written again is what was read.
_MARKED: tuple[tuple[bytes, str], ...] = ((codecs.BOM_UTF32_LE, "utf-32-le"), (codecs.BOM_UTF32_BE, "utf-32-be"))
_MARKED += ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"), (codecs.BOM_UTF8, "utf-8"))
_MARK = "\ufeff"


@dataclass(frozen=True)
class Layout:
    """A file as its pieces.

    Attributes:
        encoding: in which their text is written.
        form: None of a file of no known format.
    """

    pieces: list[Piece]
    encoding: str
    form: Form | None
    hints: Hints

    def joined(self, numbers: Collection[int]) -> bytes:
        """Return the file with the pieces emptied that hold these records."""
        emptied = (each.blank if set(each.numbers) & set(numbers) else each.raw for each in self.pieces)
        return "".join(emptied).encode(self.encoding)

    def uncut(self, numbers: tuple[int, ...]) -> Layout:
        """Return the file as one piece that holds these records."""
        # A text says nothing of whose it is but its path; what is not readable may have somebody's id in it.
        is_text = self.form is Form.TEXT
        said = Said(notes=frozenset({self.hints.path})) if is_text else UNREADABLE
        text = "".join(each.raw for each in self.pieces)
        return Layout([Piece(text, numbers, said=said)], self.encoding, self.form, self.hints)


def form_of(body: bytes, hints: Hints) -> Form | None:
    """Return the format of an unpacked file, None if it is not known."""
    try:
        return detect(hints.path, body[:HEAD_BYTES], hints.media_type)
    except InputError:
        return None


def layout_of(body: bytes, hints: Hints) -> Layout:
    """Return the pieces of an unpacked file."""
    form = form_of(body, hints)
    text, encoding = _decoded(body, hints)
    cutter = _CUTTERS.get(form) if form else None
    return Layout(_cut(text, hints, cutter), encoding, form, hints)


def _cut(text: str, hints: Hints, cutter: Cutter | None) -> list[Piece]:
    mark = _MARK if text.startswith(_MARK) else ""
    try:
        found = list(cutter(text.removeprefix(_MARK), hints)) if cutter else []
    except (ValueError, RecursionError):
        found = []
    return [Piece(mark), *found] if found else [Piece(text)]


def _decoded(body: bytes, hints: Hints) -> tuple[str, str]:
    """Return a file's text and the codec that gives the same bytes again."""
    for name in _encodings(body, hints):
        try:
            text = body.decode(name)
            if text.encode(name) == body:
                return text, name
        except UnicodeError:
            continue
    return body.decode("latin-1"), "latin-1"


def _encodings(body: bytes, hints: Hints) -> Iterator[str]:
    yield from (name for mark, name in _MARKED if body.startswith(mark))
    try:
        yield encoding_of(body, hints.charset, hints.rules.encoding)
    except InputError:
        return
