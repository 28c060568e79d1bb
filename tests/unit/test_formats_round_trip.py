"""What is rendered is read again: parse(render(note)) == note, for every format, as far as the format can say it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from note_summarizer.synthetic.rendering.chart_note import ChartNote, RenderedFile
from note_summarizer.synthetic.rendering.codes import EXAMPLE_OID
from note_summarizer.synthetic.rendering.formats import FORMATS
from note_summarizer.synthetic.rendering.plain_text import TEXT_HEADERS
from notes_pipeline.core.formats.normalise import usable_text
from notes_pipeline.core.formats.parse_file import Record, parse_file
from notes_pipeline.core.formats.reading import Ignored, ReadingRules
from notes_pipeline.core.formats.text_headers import read_text_headers
from notes_pipeline.models import ParsedNote

# What means something in one of the formats, and must not in a text.
SIGNS = (*"|^~\\&{}<>\"',;:#\n\t ", "\n\n", "  ", "\n  ")
FRAGMENTS = (
    *("\\.br\\", "\\E\\", "\\F\\", "\\X0D\\", "\nMSH|^~\\&|A", "\nOBX|1|TX|", "\\.sp\\", "~~"),
    *("&amp;", "&lt;br&gt;", "<br/>", "]]>", "<!-- ", "</pre>", "</text>", "<?xml", "&#10;"),
    *(
        "\\par ",
        "{\\*\\x ",
        "\\'e9",
        "\\u233?",
        "{\\rtf1",
        '""',
        '",\n"',
        "\n- ",
        "Patient ID: 7",
        "\u2028",
        "\xa0",
        "\ufeff",
    ),
)
_CHARACTERS = st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff")
_PIECES = st.one_of(st.sampled_from(SIGNS), st.sampled_from(FRAGMENTS), st.text(_CHARACTERS, max_size=8))


def _is_as_read(text: str) -> bool:
    return bool(text) and usable_text(text, 1_000_000) == text


TEXTS = (
    st.lists(_PIECES, min_size=1, max_size=30)
    .map(lambda pieces: "".join(pieces).strip().lstrip("\ufeff").strip())
    .filter(_is_as_read)
)
# A file of text alone is told by how it begins, so it begins as no other format does.
PLAIN = TEXTS.map(lambda text: f"Seen {text}").filter(_is_as_read)
# What is not seen on a page: a soft hyphen, a zero-width space, a byte-order mark; and a space is a space.
_SEEN_AS = {0xAD: None, 0x200B: None, 0xFEFF: None, 0xA0: " "}


def _as_shown(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.translate(_SEEN_AS).split("\n")).strip()


def _as_flowed(text: str) -> str:
    blocks = [[" ".join(line.split()) for line in block.split("\n")] for block in _as_shown(text).split("\n\n")]
    return "\n\n".join("\n".join(line for line in block if line) for block in blocks if any(block))


SHOWN = TEXTS.map(_as_shown).filter(_is_as_read)
# Where white space is layout: one space between words, at most one empty line between lines.
FLOWED = TEXTS.map(_as_flowed).filter(_is_as_read)
# A field of HL7 v2 that is two quotation marks was deleted.
LINES = PLAIN.filter(lambda text: '""' not in (line.strip() for line in text.split("\n")))
NAMES = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9.-]{0,29}", fullmatch=True)
TYPES = st.sampled_from(
    (
        "Progress note",
        "Discharge summary",
        "Imaging report",
        "ED note",
        "Care plan",
        "Wound care, follow-up",
        "Bericht für & über",
    )
)
TIMES = st.builds(
    lambda moment, offset: f"{moment.isoformat(timespec='seconds')}{offset}",
    st.datetimes(min_value=datetime(1900, 1, 1), max_value=datetime(2100, 1, 1)),
    st.sampled_from(("+00:00", "-05:00", "+05:30")),
)
FIELDS = ("note_id", "patient_id", "encounter_id", "note_type", "authored_at")


def as_it_is(note: ChartNote) -> ChartNote:
    return note


def text_alone(note: ChartNote) -> ChartNote:
    return ChartNote(note.text, note.note_id)


def resource(kind: str, otherwise: str | None = None) -> Callable[[ChartNote], ChartNote]:
    """Ids of FHIR count within their type; `otherwise`: the type of a note that has none and must."""
    return lambda note: replace(note, note_id=f"{kind}/{note.note_id}", note_type=note.note_type or otherwise)


def cda_document(note: ChartNote) -> ChartNote:
    """A document's id counts within what its root names, and it must have a type."""
    return replace(note, note_id=f"{EXAMPLE_OID}^{note.note_id}", note_type=note.note_type or "Note")


def told_beside(notes: list[ChartNote]) -> int:
    """How many patients and encounters stand beside notes, each once."""
    return sum(len({getattr(note, name) for note in notes} - {None}) for name in ("patient_id", "encounter_id"))


@dataclass(frozen=True)
class Carried:
    """What a format can say of a note.

    Attributes:
        texts: that it can hold.
        expected: what a note is when it is read again.
        ignored: how many records of a file are no notes.
        is_named: by the file, whose name is the note's id.
    """

    texts: st.SearchStrategy[str] = TEXTS
    expected: Callable[[ChartNote], ChartNote] = as_it_is
    ignored: Callable[[list[ChartNote]], int] = lambda notes: 0
    is_named: bool = False


DOCUMENT = Carried(SHOWN, resource("Composition", "Note"), lambda notes: sum(told_beside([note]) for note in notes))
CARRIED = {
    **dict.fromkeys(FORMATS, Carried()),
    "text": Carried(PLAIN, text_alone, is_named=True),
    "text-headed": Carried(PLAIN),
    "html": Carried(SHOWN, text_alone, is_named=True),
    "html-paragraphs": Carried(FLOWED, text_alone, is_named=True),
    "rtf": Carried(TEXTS, text_alone, is_named=True),
    "zip": Carried(PLAIN, text_alone, is_named=True),
    "cda": Carried(FLOWED, cda_document),
    "cda-unstructured": Carried(PLAIN, cda_document),
    "fhir-document-reference": Carried(expected=resource("DocumentReference")),
    "fhir-xml": Carried(expected=resource("DocumentReference")),
    "fhir-bulk": Carried(expected=resource("DocumentReference"), ignored=told_beside),
    "fhir-diagnostic-report": Carried(expected=resource("DiagnosticReport", "Report")),
    "fhir-composition": DOCUMENT,
    "fhir-xml-composition": DOCUMENT,
    "fhir-xml-clinical-impression": Carried(expected=resource("ClinicalImpression")),
    "fhir-communication": Carried(expected=resource("Communication")),
    "fhir-clinical-impression": Carried(expected=resource("ClinicalImpression")),
    "hl7-mdm": Carried(PLAIN),
    "hl7-mllp": Carried(PLAIN),
    "hl7-oru": Carried(LINES),
    "hl7-batch": Carried(LINES, ignored=lambda notes: 1),
}


def chart_notes(texts: st.SearchStrategy[str]) -> st.SearchStrategy[list[ChartNote]]:
    maybe = st.none() | NAMES
    note = st.builds(ChartNote, texts, NAMES, maybe, maybe, st.none() | TYPES, st.none() | TIMES)
    return st.lists(note, min_size=1, max_size=3, unique_by=lambda note: note.note_id)


def read_back(files: Iterable[RenderedFile], headers: str = "") -> list[Record]:
    rules = ReadingRules(text_headers=read_text_headers(headers))
    return [record for file in files for record in parse_file(f"incoming/ward/{file.name}", file.body, rules)]


def as_chart_note(record: Record) -> ChartNote:
    assert isinstance(record, ParsedNote), record
    return ChartNote(**record.model_dump(include={"text", *FIELDS}))


@pytest.mark.parametrize("name", FORMATS)
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=25)
@given(data=st.data())
def test_what_is_rendered_is_read_again(name: str, data: st.DataObject) -> None:
    carried = CARRIED[name]
    notes = data.draw(chart_notes(carried.texts))
    records = read_back(FORMATS[name](notes), TEXT_HEADERS if name == "text-headed" else "")
    found = [as_chart_note(record) for record in records if not isinstance(record, Ignored)]
    assert len(records) - len(found) == carried.ignored(notes)
    if carried.is_named:
        found = [replace(note, note_id=Path(note.note_id).stem) for note in found]
    assert found == [carried.expected(note) for note in notes]
