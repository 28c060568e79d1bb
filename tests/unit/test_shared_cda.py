"""Published CDA documents, and what a careful reader expects of each."""

import re
from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import Element

import pytest
from defusedxml.ElementTree import parse

from chartbrief.cloud import CHECKOUT
from notes_pipeline.core.formats.parse_file import Record, parse_file
from notes_pipeline.core.formats.reading import ReadingRules
from notes_pipeline.models import ParsedNote, Reject

FOLDER = CHECKOUT.parent / "shared" / "formats" / "ccda"
# What the header says, in the order of `ParsedNote`.
NOTES = {
    "hl7__Care_Plan": (
        *("004bb033-b948-4f4c-b5bf-a8dbd7d8dd40/52521-2", "444222222", "9937012"),
        *("Care plan", "2013-07-30"),
    ),
    # A section alone: it is known by its file, and nobody's.
    "hl7__Discharge_Note_C-CDAR2.1_": (
        *("src/hl7__Discharge_Note_C-CDAR2.1_.xml", None, None),
        *("HOSPITAL COURSE", None),
    ),
    "hl7__History_and_Physical": (
        *("2.16.840.1.113883.19.5.99999.19^sTT988/34117-2", "998991", "9937012"),
        *("History and physical", "2005-03-29T22:44:11-05:00"),
    ),
    "hl7__Procedure_Note": (
        *("2.16.840.1.113883.19.5.99999.19^sTT988/28570-0", "998991", "9937012"),
        *("Procedure note", "2005-03-29T22:44:11-05:00"),
    ),
    "hl7__Progress_Note": (
        *("2.16.840.1.113883.19^111199021/11506-3", "12345", "9937012"),
        *("Progress note", "2005-03-29T22:44:11-05:00"),
    ),
    "hl7__Referral_Note": (
        *("2.16.840.1.113883.19.5.99999.19^sTT988/57113-1", "444222222", None),
        *("Referral Note", "2013-03-11"),
    ),
    "hl7__Transfer_Summary": (
        *("2.16.840.1.113883.19.5.99999.19^sTT988/18761-7", "444222222", None),
        *("Transfer summary", "2013-07-30"),
    ),
    "microsoft__170.314B2_Amb_CCD": (
        *("1.3.6.1.4.1.22812.3.99930.3.1^66670992", "110107073916280", "5283815"),
        *("Summary of episode", "2013-01-30T08:00:51-05:00"),
    ),
    "microsoft__PROBLEMS_in_Empty_C-CDA_2.1-C-CDAR2.1": (
        *("2.16.840.1.113883.19.5.99999.19^sTT662/34133-9", "414122222", "9937012"),
        *("Summary of episode", "2015-07-22"),
    ),
}
REJECTS = {
    "hl7__CDA_with_Embedded_PDF": "PdfNotRead",
    "hl7__Unstructured_Document_reference": "AttachmentElsewhere",
}
# Lines that show how tables and lists are laid out.
LINES = {
    "hl7__Care_Plan": ["Pulse oximetry | 92% | September 2, 2013", "Planned Intervention | Status | Date"],
    "hl7__Discharge_Note_C-CDAR2.1_": ["- Dr. Physician - 09/13/2016 2:46 PM EDT"],
    "hl7__History_and_Physical": ["Aspirin | Hives | Mild to moderate | Active", "2. Heart: RRR, no murmur."],
    "hl7__Procedure_Note": ["Colonoscopy | 20120512", "2. Internal hemorrhoids"],
    "hl7__Progress_Note": ["- Problem #2", "Height | 177 cm | 177 cm"],
    "hl7__Referral_Note": ["Codeine | Wheezing", "- Cane, February 2, 2003"],
    "hl7__Transfer_Summary": ["Hepatitis B | Aug 1, 2012 | Completed | 3rd", "- Cane, February 2, 2003"],
    "microsoft__170.314B2_Amb_CCD": ["| Weight | 195 lb | Status:", "- Never smoker Started 2012"],
    "microsoft__PROBLEMS_in_Empty_C-CDA_2.1-C-CDAR2.1": ["No known Medications", "Birth Sex | Male | July 22, 2015"],
}
# What the layout adds to the words: marks of items, columns, what separates lines of a cell.
MARKS = re.compile(r"^\s*(?:(?:- |\d+\. )\s*)+|(?<!\S)\|(?: -(?= \w))?(?!\S)", re.M)

pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="the published documents are not here")


def record_of(path: Path) -> Record:
    (record,) = parse_file(f"in/src/{path.name}", path.read_bytes(), ReadingRules())
    return record


def path_of(stem: str) -> Path:
    return next(path for path in FOLDER.iterdir() if path.stem == stem)


def note_of(stem: str) -> ParsedNote:
    record = record_of(path_of(stem))
    assert isinstance(record, ParsedNote)
    return record


def local(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def sections_of(element: Element) -> list[Element]:
    """Return sections that say something, or in which others do."""
    return [section for section in sections_in(element) if any(map(says_something, sections_in(section)))]


def sections_in(element: Element) -> Iterator[Element]:
    return (child for child in element.iter() if local(child) == "section")


def says_something(section: Element) -> bool:
    return any("".join(text.itertext()).strip() for text in own(section))


def own(section: Element) -> list[Element]:
    return [child for child in section if local(child) == "text"]


def titles_of(section: Element) -> list[str]:
    return [" ".join("".join(child.itertext()).split()) for child in section if local(child) == "title"]


def test_every_file_is_expected_to_be_something() -> None:
    assert {path.stem for path in FOLDER.iterdir()} == NOTES.keys() | REJECTS.keys()


@pytest.mark.parametrize("stem", REJECTS)
def test_what_has_no_text_is_refused(stem: str) -> None:
    record = record_of(path_of(stem))
    assert isinstance(record, Reject)
    assert record.code == REJECTS[stem]


@pytest.mark.parametrize("stem", NOTES)
def test_the_header_says_whose_and_when(stem: str) -> None:
    note = note_of(stem)
    said = (note.note_id, note.patient_id, note.encounter_id, note.note_type, note.authored_at)
    assert said == NOTES[stem]


@pytest.mark.parametrize("stem", NOTES)
def test_sections_are_there_in_order(stem: str) -> None:
    lines = iter(note_of(stem).text.split("\n"))
    titles = [title for section in sections_of(parse(path_of(stem)).getroot()) for title in titles_of(section)]
    assert titles
    assert all(title in lines for title in titles)  # each is looked for behind the one before


@pytest.mark.parametrize("stem", NOTES)
def test_every_word_is_there_once_and_in_order(stem: str) -> None:
    said: list[str] = []
    for section in sections_of(parse(path_of(stem)).getroot()):
        said += [*titles_of(section), *("".join(text.itertext()) for text in own(section))]
    assert letters(MARKS.sub("", note_of(stem).text)) == letters("".join(said))


def letters(text: str) -> str:
    """Return a text without white space and without semicolons, which separate lines of a cell."""
    return "".join(text.replace(";", "").split())


@pytest.mark.parametrize("stem", NOTES)
def test_tables_and_lists_are_readable(stem: str) -> None:
    lines = note_of(stem).text.split("\n")
    assert [line for line in LINES[stem] if line not in lines] == []
