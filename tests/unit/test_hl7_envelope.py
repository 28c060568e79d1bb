"""HL7 v2 files: many messages, batches, frames, line ends, character sets, and files that are not as they should be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.hl7_examples import (
    DOCUMENT,
    HEADER,
    PATIENT,
    codes,
    document,
    kinds,
    message,
    note_of,
    read,
    report,
    text_lines,
    texts,
)

ONE, TWO = document(*text_lines("One.")), report(*text_lines("Two."))
ADMISSION = message("EVN|A01", PATIENT, kind="ADT^A01^ADT_A01")
BATCH = "FHS|^~\\&|HUB\rBHS|^~\\&|HUB\r{messages}BTS|{count}\rFTS|{batches}\r"


@pytest.mark.parametrize("end", ["\r", "\n", "\r\n", "\r\r\n", "\r\n\r\n", "\n  "])
@pytest.mark.parametrize("start", ["", "\ufeff", "\r\n\r\n", "\x0b", " \t"])
def test_segments_end_and_files_begin_in_many_ways(start: str, end: str) -> None:
    found = read(start + (ADMISSION + ONE + TWO).replace("\r", end))
    assert kinds(found) == [(1, "ADT^A01")]
    assert texts(found) == ["One.", "Two."]


def test_frames_of_a_wire_and_marks_between_messages_are_no_text() -> None:
    assert texts(read(f"\x0b{ONE}\x1c\r\x0b{TWO}\x1c\r")) == ["One.", "Two."]
    assert texts(read(f"\x0b{ONE}\x1c\x0b\ufeff{TWO}\x1c")) == ["One.", "Two."]
    bare = "OBX|1|TX|1||One."
    assert texts(read(f"\ufeff{document(bare)}\n\ufeff{document(bare)}")) == ["One.", "One."]


@pytest.mark.parametrize(
    ("body", "record", "others"),
    [
        (f"\x0b{ONE}\x1c\r\x0b{TWO}", 2, ["One."]),
        (f"\x0b{ONE}\x0b{TWO}\x1c\r", 1, ["Two."]),
        (f"\x0b{ONE}\x1c\r\x0b\ufeff{TWO[:-20]}", 2, ["One."]),
        (f"\x0b{ONE}", 1, []),
    ],
)
def test_a_frame_without_its_end_is_cut_off(body: str, record: int, others: list[str]) -> None:
    found = read(body)
    assert codes(found) == [(record, "BrokenMessage")]
    assert texts(found) == others


def test_lines_that_begin_no_segment_go_on_with_the_one_above() -> None:
    body = document("OBX|1|TX|1^Note||Seen today.\n\nWBC|5.4\nMRI\nHome tomorrow.||||||F\nNTE|1||Typed by hand.")
    assert note_of(body).text == "Seen today.\n\nWBC|5.4\nMRI\nHome tomorrow.\nTyped by hand."
    assert note_of(report(*text_lines("Clear."), order="OBR|1||F-\n1|71046^Chest^C4")).note_id == "F-1/71046"


def test_a_segment_may_go_on_in_the_next() -> None:
    assert note_of(document("OBX|1|TX|1^Note||Seen to|", "ADD|day|||||F")).text == "Seen today"


def test_a_batch_holds_what_it_counts() -> None:
    found = read(BATCH.format(messages=ADMISSION + ONE + TWO, count=3, batches=1))
    assert (kinds(found), texts(found), codes(found)) == ([(1, "ADT^A01")], ["One.", "Two."], [])
    assert codes(read(BATCH.format(messages=ONE, count="", batches=""))) == []


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (BATCH.format(messages=ONE, count=2, batches=1), [(2, "MissingMessages")]),
        (BATCH.format(messages=ONE + TWO, count=1, batches=1), [(3, "MissingMessages")]),
        (BATCH.format(messages=ONE, count=1, batches=3), [(2, "MissingMessages")]),
        (BATCH.format(messages=ONE + TWO, count=2, batches=2), []),  # messages counted in place of batches
        (f"BHS|^~\\&\r{ONE}BTS|1\rBHS|^~\\&\r{TWO}BTS|1\r", []),
        (f"BHS|^~\\&\r{ONE}BHS|^~\\&\r{TWO}BTS|1\r", [(2, "MissingMessages")]),
        (f"FHS|^~\\&\rBHS|^~\\&\r{ONE}", [(2, "MissingMessages")]),
        (f"FHS|^~\\&\rBHS|^~\\&\r{ONE}FTS|1\r", [(2, "MissingMessages")]),
        (f"{ONE}BTS|2", [(2, "MissingMessages")]),
        (f"BHS|^~\\&\r{ONE}BTS", []),
        (f"BHS|^~\\&\r{ONE}BTS|1\rOBX|1|TX|||Lost.\r", [(2, "BrokenMessage")]),
        (f"PID|1||77\r{ONE}", [(1, "BrokenMessage")]),
    ],
)
def test_messages_that_are_not_there_and_segments_outside_are_not_passed_over(
    body: str, expected: list[tuple[int, str]]
) -> None:
    assert codes(read(body)) == expected


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("PID|1||77\rOBX|1|TX|1||Lost.\r", "BrokenMessage"),
        ("FHS|^~\\&|HUB\rBHS|^~\\&\rBTS|0\rFTS|1\r", "EmptyFile"),
        ("MSH", "BrokenMessage"),
        ("MSH|", "BrokenMessage"),
        ("MSH|^~\\&|A|B", "BrokenMessage"),
        ("MSH|^^^^|A|B|||||ORU^R01", "BrokenMessage"),
        ("MSH^^~\\&^A^B^^^^^ORU", "BrokenMessage"),
        ("MSH|ABCD|A|B|||||ORU^R01", "BrokenMessage"),
        (HEADER.format(kind="ORU^R01"), "BrokenMessage"),
        (HEADER.format(kind="MDM^T02"), "EmptyNote"),
    ],
)
def test_a_file_without_a_whole_message_is_a_reject(body: str, code: str) -> None:
    (found,) = read(body)
    assert codes([found]) == [(found.record, code)]


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("ADT^A08^ADT_A01", "ADT^A08"),
        ("SIU^S12", "SIU^S12"),
        ("ORM^O01", "ORM^O01"),
        ("ACK", "ACK"),
        ("MDM^T11^MDM_T01", "MDM^T11"),
        ("adt_a01", "ADT^A01"),
        ("DFT^P03X", "DFT"),
        ("LEE^ANN", "other"),
    ],
)
def test_other_messages_are_ignored_by_a_kind_of_hl7s(kind: str, expected: str) -> None:
    assert kinds(read(message(PATIENT, DOCUMENT, *text_lines("Not read."), kind=kind))) == [(1, expected)]


def test_other_delimiters_and_missing_ones() -> None:
    body = "MSH#*!@%#RIS#A####!#ORU*R01#M-1#P#2.5\rPID#1##77*A*MR\rOBR#1##F-1\rOBX#1#TX#1##A @F@ B! C @T@ D^E######F\r"
    assert note_of(body.replace("#!#ORU", "##ORU")).text == "A # B\n C % D^E"
    usual = report(*text_lines("A \\T\\ B"))
    assert note_of(usual.replace("MSH|^~\\&|", "MSH||")).text == "A & B"
    assert note_of(usual.replace("MSH|^~\\&|", "MSH|^~|")).text == "A & B"
    assert note_of(usual.replace("\\", "\\\\")).text == "A & B"


@given(st.lists(st.sampled_from([ADMISSION, ONE, TWO]), min_size=1, max_size=8), st.integers(0, 12))
def test_notes_ignored_and_rejected_are_what_the_file_holds(messages: list[str], counted: int) -> None:
    found = read(BATCH.format(messages="".join(messages), count=counted, batches=1))
    assert [record.record for record in found] == list(range(1, len(found) + 1))
    assert len(kinds(found)) == messages.count(ADMISSION)
    assert len(texts(found)) == len(messages) - messages.count(ADMISSION)
    assert len(codes(found)) == (counted != len(messages))
