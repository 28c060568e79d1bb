"""What is rendered is read again: parse(render(note)) == note, for every format, as far as the format can say it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from note_summarizer.synthetic.rendering.chart_note import ChartNote, RenderedFile
from note_summarizer.synthetic.rendering.formats import FORMATS
from notes_pipeline.core.formats.normalise import usable_text
from notes_pipeline.core.formats.parse_file import Record, parse_file
from notes_pipeline.core.formats.reading import Ignored, ReadingRules
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
# Where white space is layout, words have one space between them, and lines something on them.
FLOWED = TEXTS.map(lambda text: "\n".join(" ".join(line.split()) for line in text.split("\n") if line.split())).filter(
    _is_as_read
)
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


@dataclass(frozen=True)
class Carried:
    """What a format can say of a note.

    Attributes:
        fields: those it holds; a file that does not name its note has its name for an id.
        ignored: records of a file beside its notes.
    """

    texts: st.SearchStrategy[str] = TEXTS
    fields: tuple[str, ...] = FIELDS
    ignored: int = 0


_TEXT_ALONE = Carried(PLAIN, ())
CARRIED = {
    **dict.fromkeys(FORMATS, Carried()),
    "text": _TEXT_ALONE,
    "text-headed": Carried(PLAIN),
    "html": Carried(fields=()),
    "html-paragraphs": Carried(FLOWED, ()),
    "rtf": Carried(fields=()),
    "zip": _TEXT_ALONE,
    "cda": Carried(FLOWED),
    "hl7-mdm": Carried(PLAIN),
    "hl7-oru": Carried(LINES),
    "hl7-batch": Carried(LINES, ignored=1),
    "hl7-mllp": Carried(PLAIN),
}


def chart_notes(texts: st.SearchStrategy[str]) -> st.SearchStrategy[list[ChartNote]]:
    maybe = st.none() | NAMES
    note = st.builds(ChartNote, texts, NAMES, maybe, maybe, st.none() | TYPES, st.none() | TIMES)
    return st.lists(note, min_size=1, max_size=3, unique_by=lambda note: note.note_id)


def read_back(files: Iterable[RenderedFile]) -> list[Record]:
    return [record for file in files for record in parse_file(f"incoming/ward/{file.name}", file.body, ReadingRules())]


def as_chart_note(record: Record) -> ChartNote:
    assert isinstance(record, ParsedNote), record
    return ChartNote(**record.model_dump(include={"text", *FIELDS}))


def as_carried(note: ChartNote, carried: Carried) -> ChartNote:
    return replace(note, **{name: None for name in FIELDS if name not in carried.fields})


READ = ("text", "zip", "csv", "json", "jsonl", "gzip", "hl7-mdm", "hl7-oru", "hl7-batch", "hl7-mllp")


@pytest.mark.parametrize("name", READ)
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=25)
@given(data=st.data())
def test_what_is_rendered_is_read_again(name: str, data: st.DataObject) -> None:
    carried = CARRIED[name]
    notes = data.draw(chart_notes(carried.texts))
    records = read_back(FORMATS[name](notes))
    found = [as_chart_note(record) for record in records if not isinstance(record, Ignored)]
    assert len(records) - len(found) == carried.ignored
    if "note_id" not in carried.fields:
        found = [replace(note, note_id=None) for note in found]  # a file's name; see below
    assert found == [as_carried(note, carried) for note in notes]
