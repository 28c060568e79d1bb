"""XML → its elements and its text, one after another, so that a large document is never held as a tree.

Prefixes are resolved here and not by expat, which refuses a prefix that nobody declared: fragments and documents put
together from them have those. Document types and entities are refused (defusedxml).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol
from xml.sax import SAXException
from xml.sax.handler import ContentHandler
from xml.sax.xmlreader import AttributesImpl

from defusedxml.common import DefusedXmlException
from defusedxml.sax import make_parser

from notes_pipeline.core.formats.charsets import open_text
from notes_pipeline.core.formats.html import declared_charset
from notes_pipeline.core.formats.reading import Hints
from notes_pipeline.errors import FileError

_BLOCK = 65_536
_HEAD_BYTES = 1_024


class Reader(Protocol):
    """Who is told what there is."""

    def start(self, name: str, namespace: str, attributes: Mapping[str, str]) -> None:
        """An element begins; without a prefix, and with the namespace that it is in.

        Args:
            namespace: the prefix itself where it is not declared, "" for none.
        """

    def end(self, name: str) -> None:
        """An element ends."""

    def text(self, text: str) -> None:
        """Some text."""


def read_xml(body: bytes, hints: Hints, reader: Reader) -> None:
    """Tell a reader what an XML document consists of, in order; what the reader raises is passed on.

    Raises:
        InputError: it is not text, not XML, or has a document type.
    """
    declared = declared_charset(body[:_HEAD_BYTES].removeprefix(b"\xef\xbb\xbf")) or hints.charset
    text = open_text(body, declared, hints.rules.encoding)
    parser = make_parser()
    parser.forbid_dtd = True
    parser.setContentHandler(_Events(reader))
    try:
        # Nothing may stand before the XML declaration, and empty lines often do.
        block = text.read(_BLOCK).lstrip("\ufeff \t\r\n")
        while block:
            parser.feed(block)
            block = text.read(_BLOCK)
        parser.close()
    except DefusedXmlException:
        raise FileError("BrokenXml", "it declares a document type or entities: export it without") from None
    except (SAXException, UnicodeEncodeError):
        raise FileError("BrokenXml", "it is not valid XML, or a part of it is missing: export it again") from None


class _Events(ContentHandler):
    def __init__(self, reader: Reader) -> None:
        super().__init__()
        self._reader = reader
        self.characters = reader.text
        self._namespaces: dict[str, str] = {}
        # What is to be put back at the end of each open element: prefixes that it declares, as they were before.
        self._before: list[dict[str, str | None] | None] = []

    def startElement(self, name: str, attrs: AttributesImpl) -> None:
        attributes = dict(attrs.items())
        declared = [key for key in attributes if key.startswith("xmlns")]
        self._before.append(self._declare(attributes, declared) if declared else None)
        prefix, _, local = name.rpartition(":")
        self._reader.start(local, self._namespaces.get(prefix, prefix), attributes)

    def endElement(self, name: str) -> None:
        self._reader.end(name.rpartition(":")[2])
        for prefix, before in (self._before.pop() or {}).items():
            if before is None:
                self._namespaces.pop(prefix, None)
            else:
                self._namespaces[prefix] = before

    def _declare(self, attributes: dict[str, str], declared: list[str]) -> dict[str, str | None]:
        prefixes = {key: key.removeprefix("xmlns").removeprefix(":") for key in declared}
        before = {prefix: self._namespaces.get(prefix) for prefix in prefixes.values()}
        self._namespaces.update((prefix, attributes[key]) for key, prefix in prefixes.items())
        return before
