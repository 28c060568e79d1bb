"""Escape sequences of HL7 v2, times, and texts with delimiters in them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.hl7_examples import codes, message, note_of, read, report, text_lines

from notes_pipeline.core.formats.hl7.escapes import Escapes
from notes_pipeline.core.formats.hl7_times import iso_time

ESCAPES = Escapes("\\", ("|", "^", "&", "~"), "utf-8")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A\\F\\B\\S\\C\\T\\D\\R\\E\\E\\F\\P\\", "A|B^C&D~E\\F#"),
        ("a\\.br\\b\\.BR\\c", "a\nb\nc"),
        ("a\\.sp\\b\\.sp2\\c\\.sp +2\\d", "a\nb\n\nc\n\nd"),
        ("a\\.sp999999999\\b", "a" + "\n" * 10 + "b"),
        ("a\\.br\\\\.in+3\\b\\.ti-2\\c\\.sk2\\d", "a\n   bc  d"),
        ("a\\.sk999999999\\b", "a" + " " * 40 + "b"),
        ("\\.fi\\a\\.nf\\b\\.ce\\c", "ab\nc"),
        ("a \\H\\bold\\N\\ b", "a bold b"),
        ("5 \\XC2B5\\g, \\XC3\\\\XA9\\", "5 µg, é"),
        ("a\\X0D\\b\\X0D0A\\c\\X0A\\d", "a\nb\nc\nd"),
        ("\\XE9\\", "\\XE9\\"),
        ("\\X\\ \\XZZ\\ \\XABC\\", "\\X\\ \\XZZ\\ \\XABC\\"),
        ("\\Zbold\\ \\", "\\Zbold\\ \\"),
        ("C:\\temp\\new\\t\\x", "C:\\temp\\new\\t\\x"),
        ("5\\6 mm", "5\\6 mm"),
        ("\\.spx\\ \\.zz\\", "\\.spx\\ \\.zz\\"),
        ("\\E\\F\\E\\", "\\F\\"),
        ("a\\C2842\\b", "ab"),
    ],
)
def test_a_sequence_is_what_it_stands_for_and_what_is_none_stays(text: str, expected: str) -> None:
    assert ESCAPES.replaced(text) == expected


def test_bytes_are_of_the_messages_character_set() -> None:
    assert Escapes("\\", ("|", "^", "&", "~"), "cp1252").replaced("\\XE9\\") == "é"
    body = report(*text_lines("\\XE9\\")).replace("|2.5.1", "|2.5.1||||||8859/1", 1)
    assert note_of(body).text == "é"


def test_a_text_that_changes_its_character_set_is_refused() -> None:
    assert codes(read(report(*text_lines("\\M2442\\4567")))) == [(1, "NotText")]
    assert codes(read(report(*text_lines("\\C2D46\\4567")))) == [(1, "NotText")]


@given(st.text())
def test_what_is_escaped_is_read_again(text: str) -> None:
    escaped = "".join(
        {"|": "\\F\\", "^": "\\S\\", "&": "\\T\\", "~": "\\R\\", "\\": "\\E\\", "\n": "\\.br\\"}.get(c, c) for c in text
    )
    assert ESCAPES.replaced(escaped) == text


@given(
    st.lists(st.sampled_from([*"\\\\\\\\FSTREHNXCMZ.0149+- ", ".br", ".sp", "X41", "M2442"]), max_size=40).map("".join)
)
def test_any_run_of_sequences_ends(text: str) -> None:
    safe = text.replace("C", "c").replace("M", "m")
    assert len(ESCAPES.replaced(safe)) <= 20 * len(safe)


def test_repetitions_are_lines_but_for_a_tilde_that_means_about() -> None:
    assert note_of(report(*text_lines("One~Two~~Three"))).text == "One\nTwo\n\nThree"
    assert (
        note_of(report(*text_lines("A cyst of ~5 mm (~2.5 ml).~Stable."))).text == "A cyst of ~5 mm (~2.5 ml).\nStable."
    )
    assert note_of(report(*text_lines("Plan: ~1. Rest ~2) Ice"))).text == "Plan: \n1. Rest \n2) Ice"


def test_delimiters_that_were_not_escaped_are_part_of_a_text() -> None:
    assert note_of(report(*text_lines("Dr. X & Y^Z"))).text == "Dr. X & Y^Z"
    assert note_of(report(*text_lines("Pain 5|10 today"))).text == "Pain 5|10 today"
    assert note_of(report(*text_lines("a|b|c||d e"))).text == "a|b|c||d e"
    assert note_of(report("OBX|1|TX|1||5.4 and no more than that|mg/dl|||||F")).text == "5.4 and no more than that"
    shifted = "OBX|1|TX|1||Pain|from five to ten of ten|no|F"
    assert codes(read(report(shifted))) == [(1, "BrokenMessage")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("20240404110305+0000", "2024-04-04T11:03:05+00:00"),
        ("20240404110305.1234-0600", "2024-04-04T11:03:05.1234-06:00"),
        ("202404041103", "2024-04-04T11:03"),
        ("2024040411", "2024-04-04T11:00"),
        ("20240404", "2024-04-04"),
        ("20240404+0100", "2024-04-04"),
        ("202404", "2024-04"),
        ("2024", "2024"),
        ("20240404110305+9900", "2024-04-04T11:03:05"),
        ("2024-04-04T11:03:05Z", "2024-04-04T11:03:05Z"),
        ("2024-13-04", None),
        ("20240230", None),
        ("00000000", None),
        ("2024040425", None),
        ("yesterday", None),
        ("", None),
        ("٢٠٢٤", None),
    ],
)
def test_times_are_as_precise_as_they_were(text: str, expected: str | None) -> None:
    assert iso_time(text) == expected


def test_a_time_that_is_none_is_not_taken() -> None:
    note = note_of(message("OBR|1||F|1|||20310501|||||||||||||||unknown", "OBX|1|TX|1||Clear."))
    assert note.authored_at == "2031-05-01"
