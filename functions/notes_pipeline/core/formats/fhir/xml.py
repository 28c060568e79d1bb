"""FHIR XML (https://hl7.org/fhir/R4/xml.html) → resources as FHIR JSON has them, but for lists of one element."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import Element, ParseError, tostring

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from notes_pipeline.core.formats.charsets import open_text
from notes_pipeline.core.formats.fhir.documents import read_resources
from notes_pipeline.core.formats.html import declared_charset
from notes_pipeline.core.formats.reading import Hints, Item
from notes_pipeline.errors import FileError

# Resources in bundles in bundles are some ten elements deep each, and narratives have their tables; more is an attack.
DEEPEST = 200
_FHIR, _XHTML = "{http://hl7.org/fhir}", "{http://www.w3.org/1999/xhtml}"
_HEAD_BYTES = 1_024
_ALONE = Hints("")
_HOLDERS = ("resource", "contained")


def parse(body: bytes, hints: Hints) -> Iterator[Item]:
    """Yield what a resource or a bundle comes to.

    Raises:
        InputError: it is not XML, or no resource.
    """
    yield from read_resources(resource_of(body, hints), hints)


def resource_of(body: bytes, hints: Hints = _ALONE) -> dict[str, Any]:
    """Return the resource that a file is; its elements are let go one by one, so that it is held once.

    Raises:
        InputError: it is not text or not XML, declares entities, or is no resource.
    """
    found: dict[str, Any] = {}
    path: list[Element] = []
    try:
        for event, element in iterparse(_Source(body, hints), ("start", "end"), forbid_dtd=True):
            if event == "start":
                path.append(element)
                if len(path) > DEEPEST:
                    raise FileError("TooDeep", f"its elements are more than {DEEPEST} deep: export it again")
                continue
            path.pop()
            if len(path) == 1:
                _add(found, element)
                path[0].remove(element)
    except DefusedXmlException:
        raise FileError("BrokenXml", "it declares a document type or entities: export it without") from None
    except (ParseError, LookupError, ValueError):
        raise FileError("BrokenXml", "it is not valid XML: export it again") from None
    if not element.tag.startswith(_FHIR):
        raise FileError("UnknownFormat", "it is XML, and no resource of FHIR: export it as FHIR, CDA or HTML")
    return found | {"resourceType": element.tag.removeprefix(_FHIR)}


class _Source:
    """The text of a file, for a parser to read: nothing may stand before an XML declaration, and empty lines do."""

    def __init__(self, body: bytes, hints: Hints) -> None:
        declared = declared_charset(body[:_HEAD_BYTES].removeprefix(b"\xef\xbb\xbf")) or hints.charset
        self._text = open_text(body, declared, hints.rules.encoding)
        self._first = self._text.read(_HEAD_BYTES).lstrip("\ufeff \t\r\n")

    def read(self, size: int = -1, /) -> str:
        """Return so many characters at most, "" at the end."""
        first, self._first = self._first, ""
        return first or self._text.read(size)


def _add(holder: dict[str, Any], element: Element) -> None:
    """Add an element to what holds it, to a list if there are several of its name."""
    name = element.tag.rpartition("}")[2]
    value = _value(element)
    if name in holder:
        held = holder[name]
        if not isinstance(held, list):
            holder[name] = held = [held]
        held.append(value)
    else:
        holder[name] = value


def _value(element: Element) -> Any:
    """Return what an element is in JSON: a text, or an object of its attributes and elements."""
    if element.tag == f"{_XHTML}div":
        return tostring(element, "unicode").strip()
    if "value" in element.attrib:
        return element.attrib["value"]
    name = element.tag.rpartition("}")[2]
    if name in _HOLDERS and len(element) == 1:
        value = _value(element[0])
        return (value if isinstance(value, dict) else {}) | {"resourceType": element[0].tag.rpartition("}")[2]}
    found: dict[str, Any] = dict(element.attrib)
    for child in element:
        _add(found, child)
    return found
