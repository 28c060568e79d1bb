"""Every format, every refusal; and what is written in a format is read back from it."""

import csv
import gzip
import io
import json
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.pipeline_examples import TEXTS, as_read

from notes_pipeline.core.formats.parse_file import parse_file
from notes_pipeline.core.formats.reading import ReadingRules
from notes_pipeline.models import ParsedNote, Reject

NAMES = ReadingRules()
RECORDS = st.lists(
    st.fixed_dictionaries(
        {"note": TEXTS.map(as_read)},
        optional={name: st.from_regex(r"[A-Za-z0-9-]{1,12}", fullmatch=True) for name in ("note_id", "patient_id")},
    ),
    min_size=1,
    max_size=6,
)


class ParsedFile(NamedTuple):
    notes: tuple[ParsedNote, ...]
    rejects: tuple[Reject, ...]


def parse(name: str, body: bytes | str, names: ReadingRules = NAMES) -> ParsedFile:
    found = list(parse_file(f"incoming/{name}", body.encode() if isinstance(body, str) else body, names))
    notes = tuple(item for item in found if isinstance(item, ParsedNote))
    return ParsedFile(notes, tuple(item for item in found if isinstance(item, Reject)))


def only_reject(parsed: ParsedFile) -> tuple[int, str, str]:
    (reject,) = parsed.rejects
    return reject.record, reject.code, reject.reason


def as_csv(records: list[dict[str, str]], delimiter: str = ",") -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, ["note_id", "patient_id", "note"], delimiter=delimiter)
    writer.writeheader()
    writer.writerows(records)
    return text.getvalue()


def as_json_lines(records: list[dict[str, str]]) -> str:
    return "".join(json.dumps(record) + "\n" for record in records)


@given(RECORDS)
def test_what_is_written_in_a_format_is_read_back(records: list[dict[str, str]]) -> None:
    expected = [(r["note"], r.get("note_id"), r.get("patient_id")) for r in records]
    bodies = {
        "a.csv": as_csv(records),
        "a.jsonl": as_json_lines(records),
        "a.ndjson": as_json_lines(records),
        "a.json": json.dumps({"notes": records}),
    }
    for name, body in bodies.items():
        for key, content in ((name, body.encode()), (f"{name}.gz", gzip.compress(body.encode()))):
            parsed = parse(key, content)
            assert [(n.text, n.note_id, n.patient_id) for n in parsed.notes] == expected, key
            assert not parsed.rejects


def test_a_text_file_is_one_note_with_its_path_as_id() -> None:
    (found,) = parse("ehr/ed/visit 7.txt", "Chest pain.\r\nHR 80.\n").notes
    assert found == ParsedNote(record=1, text="Chest pain.\nHR 80.", note_id="ed/visit 7.txt")


def test_a_byte_order_mark_line_breaks_in_quotes_and_foreign_columns_are_fine() -> None:
    body = '\ufeffNote_ID,Note,Summary,authored_at\r\n7,"line one\r\nline, two",theirs,2026-03-14\r\n'
    (found,) = parse("a.csv", body).notes
    assert (found.note_id, found.text, found.authored_at) == ("7", "line one\nline, two", "2026-03-14")


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_semicolons_and_tabs_divide_columns_too(delimiter: str) -> None:
    records = [{"note_id": "1", "patient_id": "p", "note": "fever, cough"}]
    assert parse("a.csv", as_csv(records, delimiter)).notes[0].text == "fever, cough"


def test_a_spreadsheets_unicode_text_is_read() -> None:
    assert parse("a.csv", "note\tnote_id\nfièvre\t1\n".encode("utf-16")).notes[0].text == "fièvre"


def test_of_byte_order_marks_before_a_text_none_is_left() -> None:
    assert parse("a.txt", "\ufeff \ufeff \ufeffFever\ufeff ").notes[0].text == "Fever\ufeff"
    assert only_reject(parse("a.jsonl", '{"note": "\ufeff \ufeff"}'))[1] == "EmptyNote"


def test_foreign_fields_are_named() -> None:
    names = ReadingRules(note="Body", note_id="visit", patient_id="mrn")
    (found,) = parse("a.csv", "VISIT,mrn,body\n7,p1,Fever\n", names).notes
    assert (found.note_id, found.patient_id, found.text) == ("7", "p1", "Fever")


@pytest.mark.parametrize(
    ("name", "body", "code", "advice"),
    [
        ("a.txt", b"", "EmptyFile", "send it again once it has text"),
        ("a.txt", b" \n\t", "EmptyFile", "send it again once it has text"),
        ("a.csv", "note_id,note\n", "EmptyFile", "send it again once it has some"),
        ("a.txt", b"\x89PNG\r\n\x1a\n\xff", "UnknownFormat", "it is an image: export its text"),
        ("a.txt", b"Fi\xe8vre", "NotText", "name its charset (NoteEncoding)"),
        ("a.csv", "id,text\n1,Fever\n", "NoNoteColumn", "add a header"),
        ("a.csv", 'note,"\n', "BrokenCsv", "check the quotes"),
        ("a.json", '[{"note": "Fev', "BrokenJson", "export it again"),
        ("a.json", "[" * 100_000, "BrokenJson", "export it again"),
        ("a.docx", "Fever", "UnknownFormat", "send one of .txt, .text, .csv"),
        ("a", "Fever", "UnknownFormat", "send one of .txt, .text, .csv"),
        ("a.csv.gz", b"Fever", "BrokenGzip", "compress and send it again"),
        ("a.txt.gz", gzip.compress(b"Fever and chills", mtime=0)[:-6], "BrokenGzip", "compress and send it again"),
    ],
)
def test_a_file_that_cannot_be_used_is_one_reject_that_says_what_to_do(
    name: str, body: bytes | str, code: str, advice: str
) -> None:
    record, found, reason = only_reject(parse(name, body))
    assert (record, found) == (0, code)
    assert reason.startswith(f"{name}: ")
    assert advice in reason


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ('{"note": "Fev', "BrokenJson"),
        ("[1, 2]", "NotAnObject"),
        ('{"text": "Fever"}', "MissingNote"),
        ('{"note": 7}', "NoteNotText"),
        ('{"note": "  "}', "EmptyNote"),
        ('{"note": "Fever\\u0000"}', "NotText"),
        ('{"note": "Fever \\ud83d"}', "NotText"),
        ('{"note": "Fever", "note_id": "\\ud83d"}', "NotText"),
        ('{"note": "Fever", "encounter_id": "\\ud83d"}', "NotText"),
        (json.dumps({"note": "long " * 1000}), "NoteTooLong"),
    ],
)
def test_a_bad_record_costs_only_itself(body: str, code: str) -> None:
    good = '{"note": "Fever", "note_id": "%s"}'
    parsed = parse("ward/a.jsonl", f"{good % 1}\n\n{body}\n{good % 2}\n", ReadingRules(max_note_bytes=4000))
    assert [found.note_id for found in parsed.notes] == ["1", "2"]
    record, found, reason = only_reject(parsed)
    assert (record, found) == (3, code)
    assert reason.startswith("ward/a.jsonl, record 3: ")


def test_an_empty_cell_is_that_rows_reject_alone() -> None:
    parsed = parse("a.csv", "note_id,note\n1,Fever\n2,\n3,Cough\n")
    assert [found.record for found in parsed.notes] == [1, 3]
    assert only_reject(parsed)[:2] == (2, "EmptyNote")


def test_a_note_over_the_limit_in_a_text_file_names_both_sizes() -> None:
    _, code, reason = only_reject(parse("a.txt", "x" * 5_000_000, ReadingRules(max_note_bytes=1_000_000)))
    assert code == "NoteTooLong"
    assert "5,000,000 bytes, over the limit of 1,000,000" in reason


def test_a_small_file_that_unpacks_to_a_huge_one_is_refused() -> None:
    assert only_reject(parse("a.txt.gz", gzip.compress(bytes(100_000_001))))[1] == "FileTooLarge"


@given(st.sampled_from([".txt", ".csv", ".jsonl", ".json", ".csv.gz", ".exe"]), st.binary(max_size=300))
def test_no_bytes_whatever_raise_or_vanish(suffix: str, body: bytes) -> None:
    parsed = parse("a" + suffix, body)
    assert parsed.notes or parsed.rejects


@given(st.sampled_from([".csv", ".jsonl", ".json"]), st.text(min_size=12, max_size=60))
def test_no_reason_quotes_the_file(suffix: str, body: str) -> None:
    for reject in parse("a" + suffix, body).rejects:
        assert body not in reject.reason


def test_json_of_more_values_than_memory_holds_is_refused_unread() -> None:
    many = "{}," * 2_500_000
    assert only_reject(parse("a.json", f"[{many}{{}}]"))[:2] == (0, "TooManyValues")
    found = parse("a.jsonl", f'{{"note": "Fever"}}\n{{"x": [{many}{{}}]}}\n{{"note": "Cough"}}\n')
    assert [note.text for note in found.notes] == ["Fever", "Cough"]
    assert only_reject(found)[:2] == (2, "TooManyValues")
