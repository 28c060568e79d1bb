"""How a file of each format is cut into pieces, and put together again."""

from __future__ import annotations

import codecs
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

from chartbrief.operate.forgetting.pieces import json_text, messages, rows, xml_entries
from chartbrief.operate.forgetting.pieces.archive import cut_archive
from chartbrief.operate.forgetting.pieces.piece import EMPTY_RECORD, UNREADABLE, Layout, OnePiece, Piece, Said
from notes_pipeline.core.formats.charsets import encoding_of
from notes_pipeline.core.formats.detect import EXTENSIONS, HEAD_BYTES, Form, extension, form_of
from notes_pipeline.core.formats.reading import Hints
from notes_pipeline.errors import InputError

Cutter = Callable[[str, Hints], Iterable[Piece]]
_CUTTERS: dict[Form, Cutter] = {
    Form.CSV: rows.pieces,
    Form.JSON: json_text.pieces,
    Form.JSON_LINES: json_text.line_pieces,
    Form.FHIR_XML: xml_entries.pieces,
    Form.HL7: messages.pieces,
}
# With the mark as a character of the text, so that what is written again is what was read.
_MARKED: tuple[tuple[bytes, str], ...] = ((codecs.BOM_UTF32_LE, "utf-32-le"), (codecs.BOM_UTF32_BE, "utf-32-be"))
_MARKED += ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"), (codecs.BOM_UTF8, "utf-8"))
_MARK = "\ufeff"


@dataclass(frozen=True)
class _TextLayout:
    """A file of text as its pieces.

    Attributes:
        encoding: in which it is written.
        empty: what a line is left with whose record is taken out.
    """

    pieces: list[Piece]
    encoding: str
    form: Form | None
    path: str
    empty: str

    def joined(self, numbers: Collection[int]) -> bytes:
        going = frozenset(numbers)
        return "".join(self._written(each, going) for each in self.pieces).encode(self.encoding)

    def _written(self, piece: Piece, going: frozenset[int]) -> str:
        if going.isdisjoint(piece.numbers):
            return piece.raw
        return piece.blank if piece.blank.strip() else self.empty + piece.blank

    def uncut(self, numbers: tuple[int, ...]) -> Layout:
        # A text says nothing of whose it is but its path; what is not readable may have somebody's id in it.
        said = Said(notes=frozenset({self.path})) if self.form is Form.TEXT else UNREADABLE
        return OnePiece([Piece("".join(each.raw for each in self.pieces), numbers, said=said)])


def layout_of(body: bytes, hints: Hints, *, in_archive: bool = False) -> Layout:
    """Return the pieces of an unpacked file.

    Args:
        in_archive: records of other files are numbered on from its last one, so that it has to keep that.
    """
    form = form_of(hints.path, body[:HEAD_BYTES], hints.media_type)
    if form is Form.ZIP:
        with suppress(InputError):
            return cut_archive(body, hints, partial(layout_of, in_archive=True))
    text, encoding = _decoded(body, hints, form)
    # Where its lines alone say that it is a file of lines, it has to keep them, too.
    says_lines = EXTENSIONS.get(extension(hints.path)) is Form.JSON_LINES and not in_archive
    empty = EMPTY_RECORD if form is Form.JSON_LINES and not says_lines else ""
    cutter = _CUTTERS.get(form) if form else None
    return _TextLayout(_cut(text, hints, cutter), encoding, form, hints.path, empty)


def _cut(text: str, hints: Hints, cutter: Cutter | None) -> list[Piece]:
    mark = _MARK if text.startswith(_MARK) else ""
    try:
        found = list(cutter(text.removeprefix(_MARK), hints)) if cutter else []
    except (ValueError, RecursionError):
        found = []
    return [Piece(mark), *found] if found else [Piece(text)]


def _decoded(body: bytes, hints: Hints, form: Form | None) -> tuple[str, str]:
    """Return a file's text and the codec that gives the same bytes again."""
    for name in _encodings(body, hints) if form is not Form.HL7 else (messages.ENCODING,):
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
