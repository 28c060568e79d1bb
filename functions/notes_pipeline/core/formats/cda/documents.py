"""A CDA document → its note: what its sections say, or its body where that is no XML.

A part of a document (a section, a body) is a note too, by the path of its file: it has the text, and no header.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from notes_pipeline.core.formats.cda.header import Header
from notes_pipeline.core.formats.cda.other_body import OtherBody
from notes_pipeline.core.formats.cda.places import Place, place_within
from notes_pipeline.core.formats.cda.sections import Sections
from notes_pipeline.core.formats.markup.page import Page
from notes_pipeline.core.formats.normalise import usable_text
from notes_pipeline.core.formats.reading import Document, Hints, Item
from notes_pipeline.core.formats.xml_events import read_xml
from notes_pipeline.errors import FileError, RecordError
from notes_pipeline.models import ParsedNote

# Documents without a namespace are read as well.
_NAMESPACES = ("urn:hl7-org:v3", "")
_TEXTS = (Place.TITLE, Place.SECTION_TITLE, Place.NARRATIVE)


def parse(body: bytes, hints: Hints) -> Iterator[Item]:
    """Yield the one note, or why it cannot be used.

    Raises:
        InputError: it is not XML, or no CDA.
    """
    try:
        yield _note(read_document(body, hints), hints)
    except RecordError as error:
        yield 1, error


def read_document(body: bytes, hints: Hints) -> Document:
    """Return the document that CDA is.

    Raises:
        InputError: it is not XML, no CDA, about several patients, or without text.
    """
    reading = _Reading(hints)
    read_xml(body, hints, reading)
    header = reading.header
    return Document(
        text=reading.read(),
        note_id=header.note_id,
        patient_id=header.patient_id,
        encounter_id=header.encounter_id,
        note_type=header.note_type,
        authored_at=header.authored_at,
    )


def _page(attributes: Mapping[str, str], limit: int) -> Page:
    """Return the page that a narrative begins; what calls itself plain text has its lines as they are."""
    page = Page(limit)
    is_plain = attributes.get("mediaType", "").strip().lower().startswith("text/plain")
    if is_plain or attributes.get("xml:space") == "preserve":
        page.start("div", {"xml:space": "preserve"}, closed=False)
    return page


def _note(document: Document, hints: Hints) -> ParsedNote:
    return ParsedNote(
        record=1,
        text=usable_text(document.text, hints.rules.max_note_bytes),
        note_id=document.note_id or hints.path,
        patient_id=document.patient_id,
        encounter_id=document.encounter_id,
        note_type=document.note_type,
        authored_at=document.authored_at,
    )


class _Reading:
    """What has been read of a document, told by `read_xml`."""

    def __init__(self, hints: Hints) -> None:
        self.header = Header()
        self._hints = hints
        self._is_part = False
        self._places = [Place.OUTSIDE]
        # Elements that are open in a narrative.
        self._within = 0
        self._page = Page(0)
        self._sections = Sections()
        self._other: OtherBody | None = None

    def start(self, name: str, namespace: str, attributes: Mapping[str, str]) -> bool:
        if self._places[-1] in _TEXTS:
            self._within += 1
            self._page.start(name.lower(), {key.lower(): value for key, value in attributes.items()}, closed=False)
            return True
        place = place_within(self._places[-1], name) if namespace in _NAMESPACES else None
        if place is None and len(self._places) == 1:
            raise FileError("UnknownXml", "it is XML, and neither a document of CDA nor FHIR: export it as one of them")
        if place is not None:
            self._enter(place, attributes)
        return place is not None

    def end(self, name: str) -> None:
        if self._within:
            self._within -= 1
            self._page.end(name.lower())
        else:
            self._leave(self._places.pop())

    def text(self, text: str) -> None:
        place = self._places[-1]
        if place in _TEXTS:
            self._page.text(text)
        elif place is Place.OTHER_TEXT and self._other:
            self._other.add(text)

    def read(self) -> str:
        """Return the document's text.

        Raises:
            InputError: it has none, or one that is not read.
        """
        text = self._sections.text
        if not text and self._other:
            return self._other.read(self._hints)
        if not text and self._is_part:
            raise FileError("UnknownXml", "it is a part of a CDA document without text: send the whole document")
        return text

    def _enter(self, place: Place, attributes: Mapping[str, str]) -> None:
        if len(self._places) == 1:
            self._is_part = place is not Place.DOCUMENT
        self._places.append(place)
        if place in _TEXTS:
            self._page = _page(attributes, self._hints.rules.max_note_bytes)
        elif place is Place.SECTION:
            self._sections.start()
        elif place is Place.OTHER_TEXT:
            self._other = OtherBody(attributes)
        elif place is Place.REFERENCE and self._other:
            self._other.refer(attributes)
        elif place is Place.SECTION_CODE:
            self._take_as_kind(attributes)
        else:
            self.header.take(place, attributes)

    def _leave(self, place: Place) -> None:
        if place is Place.SECTION:
            self._sections.end()
        elif place is Place.NARRATIVE:
            self._sections.narrative(self._page.finish())
        elif place in _TEXTS:
            title = " ".join(self._page.finish().split())
            if place is Place.SECTION_TITLE:
                self._sections.title(title)
            if place is Place.TITLE or (self._is_part and not self.header.title):
                self.header.title = title

    def _take_as_kind(self, attributes: Mapping[str, str]) -> None:
        """Of a part of a document, the first section says what it is."""
        if self._is_part and Place.CODE not in self.header.found:
            self.header.take(Place.CODE, attributes)
