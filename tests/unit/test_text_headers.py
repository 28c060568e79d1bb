"""Lines above a plain text are read where the deployment says so, and stay text where it does not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notes_pipeline.core.formats.parse_file import parse_file
from notes_pipeline.core.formats.reading import ReadingRules, rules_of
from notes_pipeline.core.formats.text_headers import read_text_headers, take_headers
from notes_pipeline.core.formats.written_dates import iso_date
from notes_pipeline.models import ParsedNote

SETTING = "note_id=Doc No;patient_id=Patient ID,MRN;encounter_id=Visit;note_type=Document type;authored_at=Date"
HEADERS = read_text_headers(SETTING)
BLOCK = "MRN: 4711\nVisit:  V 1 \nDOCUMENT  TYPE : ED note\nDate:4 Apr 2024\n"


def parse(text: str, setting: str = SETTING) -> ParsedNote:
    rules = ReadingRules(text_headers=read_text_headers(setting))
    (note,) = parse_file("incoming/ward/a/b.txt", text.encode(), rules)
    assert isinstance(note, ParsedNote)
    return note


def test_a_block_says_whose_note_it_is_and_is_no_part_of_it() -> None:
    note = parse(f"\ufeff\n{BLOCK}\nSeen today.\nDate: 5 May\n".replace("\n", "\r\n"))
    assert note == ParsedNote(
        record=1,
        text="Seen today.\nDate: 5 May",
        note_id="a/b.txt",
        patient_id="4711",
        encounter_id="V 1",
        note_type="ED note",
        authored_at="2024-04-04",
    )


def test_without_the_deployments_word_it_stays_text() -> None:
    assert parse(BLOCK + "\nSeen.", "") == ParsedNote(record=1, text=(BLOCK + "\nSeen.").strip(), note_id="a/b.txt")


@pytest.mark.parametrize(
    ("text", "found", "rest"),
    [
        ("Doc No: 7\nSeen.", {"note_id": "7"}, "Seen."),
        ("Ward: 3\nMRN: 1\nDOB: 2000-01-01\n\nSeen.", {"patient_id": "1"}, "Ward: 3\nDOB: 2000-01-01\n\nSeen."),
        ("MRN: 1\nPatient ID: 2\nSeen.", {"patient_id": "1"}, "Patient ID: 2\nSeen."),
        ("MRN:\nSeen.", {"patient_id": None}, "Seen."),
        ("Seen.\nMRN: 1", {}, "Seen.\nMRN: 1"),
        ("\nMRN: 1", {"patient_id": "1"}, ""),
        ("A: b\n" * 60 + "MRN: 1", {}, "A: b\n" * 60 + "MRN: 1"),
        (f"{'long ' * 20}: x\nMRN: 1", {}, f"{'long ' * 20}: x\nMRN: 1"),
        ("MRN: 1", {"patient_id": "1"}, ""),
    ],
)
def test_a_block_ends_where_its_lines_do(text: str, found: dict[str, str | None], rest: str) -> None:
    assert take_headers(text, HEADERS) == (found, rest)


@given(st.text(max_size=80))
def test_what_is_no_header_is_not_touched(text: str) -> None:
    assert take_headers(text, ()) == ({}, text)
    found, rest = take_headers(text, HEADERS)
    assert found or rest == text


@pytest.mark.parametrize(
    "setting",
    [
        "patient=MRN",
        "patient_id",
        "patient_id=",
        "patient_id=MRN,",
        "patient_id=A:B",
        "patient_id=MRN;note_id=mrn",
        "patient_id=MRN;patient_id=P",
        f"patient_id={'x' * 65}",
        "patient_id=MRN;",
    ],
)
def test_a_setting_that_says_nothing_clear_is_refused(setting: str) -> None:
    with pytest.raises(ValueError, match="header"):
        read_text_headers(setting)


def test_what_a_deployment_says_of_its_files_comes_from_its_parameters() -> None:
    told = {"NoteField": "text", "IdField": "id", "PatientField": "mrn", "MaxNoteBytes": "5000"}
    before = rules_of(told)
    assert before == ReadingRules(note="text", note_id="id", patient_id="mrn", max_note_bytes=5000)
    after = rules_of(told | {"NoteEncoding": "Latin2", "TextHeaders": "patient_id=MRN"})
    assert (after.encoding, after.text_headers) == ("iso8859-2", (("mrn", "patient_id"),))
    with pytest.raises(ValueError, match="charset"):
        rules_of(told | {"NoteEncoding": "rot13"})


@pytest.mark.parametrize(
    ("written", "iso"),
    [
        ("2024-04-04", "2024-04-04"),
        ("2024/04/04 7:05", "2024-04-04T07:05"),
        ("20240404", "2024-04-04"),
        ("20240404110305", "2024-04-04T11:03:05"),
        ("202404041103+0200", "2024-04-04T11:03+02:00"),
        ("2024-04-04T11:03:05.123Z", "2024-04-04T11:03:05+00:00"),
        ("2024-04-04 11:03:05 -0500", "2024-04-04T11:03:05-05:00"),
        ("4 April 2024", "2024-04-04"),
        ("04-Apr-2024, 11:03 PM", "2024-04-04T23:03"),
        ("Thursday, April 4th, 2024 at 12:15 a.m.", "2024-04-04T00:15"),
        ("sept. 4, 2024", "2024-09-04"),
        ("03/04/2024", "03/04/2024"),
        ("04.04.24", "04.04.24"),
        ("2024-02-30", "2024-02-30"),
        ("4 April 2024 13:00 pm", "4 April 2024 13:00 pm"),
        ("2024-04-04 25:00", "2024-04-04 25:00"),
        ("4 Mayor 2024", "4 Mayor 2024"),
        ("0000-01-01", "0000-01-01"),
        ("yesterday", "yesterday"),
    ],
)
def test_a_date_that_can_mean_one_day_only_becomes_iso_and_others_stay(written: str, iso: str) -> None:
    assert iso_date(written) == iso


@given(st.datetimes())
def test_an_iso_moment_stays_the_same(moment: object) -> None:
    assert iso_date(str(moment).partition(".")[0]) == str(moment).partition(".")[0].replace(" ", "T")


@given(st.text(max_size=40))
def test_any_text_is_a_date_or_stays(text: str) -> None:
    assert iso_date(text)[:4].isdigit() or iso_date(text) == text
