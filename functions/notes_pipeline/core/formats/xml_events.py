"""XML → its elements and its text, one after another, so that a large document is never held as a tree.

It is expat itself that is asked, and not through defusedxml: that does the same (it refuses document types, and with
them entities), by way of a layer of Python that needs three times as long. Prefixes are resolved here and not by expat,
which refuses one that nobody declared: fragments, and documents put together from them, have those.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NoReturn, Protocol
from xml.parsers import expat

from notes_pipeline.core.formats.charsets import open_text
from notes_pipeline.core.formats.html import declared_charset
from notes_pipeline.core.formats.reading import Hints
from notes_pipeline.errors import FileError

_BLOCK = 65_536
_HEAD_BYTES = 1_024


class Reader(Protocol):
    """Who is told what there is."""

    def start(self, name: str, namespace: str, attributes: Mapping[str, str]) -> bool:
        """Take the beginning of an element, and say whether to be told what is in it, and its end.

        Args:
            name: without its prefix.
            namespace: the prefix itself where it is not declared, "" for none.
        """

    def end(self, name: str) -> None:
        """Take the end of an element."""

    def text(self, text: str) -> None:
        """Take text."""


def read_xml(body: bytes, hints: Hints, reader: Reader) -> None:
    """Tell a reader what an XML document consists of, in order; what the reader raises is passed on.

    Raises:
        InputError: it is not text, not XML, or has a document type.
    """
    declared = declared_charset(body[:_HEAD_BYTES].removeprefix(b"\xef\xbb\xbf")) or hints.charset
    text = open_text(body, declared, hints.rules.encoding)
    parser = _Events(reader).parser
    try:
        # Nothing may stand before the XML declaration, and empty lines often do.
        block = text.read(_BLOCK).lstrip("\ufeff \t\r\n")
        while block:
            parser.Parse(block, False)
            block = text.read(_BLOCK)
        parser.Parse("", True)
    except (expat.ExpatError, UnicodeEncodeError):
        raise FileError("BrokenXml", "it is not valid XML, or a part of it is missing: export it again") from None


class _Events:
    """What expat tells, with names resolved; of what is passed over, elements are counted and no more."""

    def __init__(self, reader: Reader) -> None:
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = _refuse
        self._reader = reader
        self._passed_over = 0
        self._namespaces: dict[str, str] = {}
        # What is to be put back at the end of each open element: prefixes that it declares, as they were before.
        self._before: list[dict[str, str | None] | None] = []
        self._listen()

    def _listen(self) -> None:
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._reader.text

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        prefixes = [key for key in attributes if key.startswith("xmlns")] if attributes else []
        self._before.append(self._declare(attributes, prefixes) if prefixes else None)
        prefix, _, local = name.rpartition(":")
        if not self._reader.start(local, self._namespaces.get(prefix, prefix), attributes):
            self._passed_over = 1
            self.parser.StartElementHandler = self._start_inner
            self.parser.EndElementHandler = self._end_inner
            self.parser.CharacterDataHandler = None

    def _end(self, name: str) -> None:
        self._reader.end(name.rpartition(":")[2])
        self._restore()

    def _start_inner(self, _name: str, _attributes: dict[str, str]) -> None:
        self._passed_over += 1

    def _end_inner(self, _name: str) -> None:
        self._passed_over -= 1
        if not self._passed_over:
            self._restore()
            self._listen()

    def _declare(self, attributes: dict[str, str], keys: list[str]) -> dict[str, str | None]:
        prefixes = {key: key.removeprefix("xmlns").removeprefix(":") for key in keys}
        before = {prefix: self._namespaces.get(prefix) for prefix in prefixes.values()}
        self._namespaces.update((prefix, attributes[key]) for key, prefix in prefixes.items())
        return before

    def _restore(self) -> None:
        for prefix, before in (self._before.pop() or {}).items():
            if before is None:
                self._namespaces.pop(prefix, None)
            else:
                self._namespaces[prefix] = before


def _refuse(*_declared: object) -> NoReturn:
    raise FileError("BrokenXml", "it declares a document type or entities: export it without")
