"""Bytes in pieces: lines whatever the pieces, parts at their ends, nothing held that is too long."""

import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notes_pipeline.core.formats.parse_file import parse_lines
from notes_pipeline.core.formats.reading import ReadingRules
from notes_pipeline.core.formats.streams import (
    as_utf8,
    divide_lines,
    read_lines,
    short_lines,
    unpacked,
    unpacks_to_more,
)
from notes_pipeline.errors import FileError
from notes_pipeline.models import ParsedNote, Reject

BODIES = st.lists(
    st.sampled_from([b"\n", b"a", b"bc", b"", b"\xc3\xa9", b'{"note": "Fever"}\n', b"d" * 9]), max_size=30
)


def pieces(body: bytes, size: int) -> list[bytes]:
    return [body[start : start + size] for start in range(0, len(body), size)]


@given(BODIES, st.integers(1, 12))
def test_lines_are_the_same_whatever_the_pieces(parts: list[bytes], size: int) -> None:
    body = b"".join(parts)
    expected = body.split(b"\n")
    assert list(read_lines(pieces(body, size))) == (expected if expected[-1] else expected[:-1])


@given(BODIES, st.integers(1, 12), st.integers(0, 12))
def test_only_lines_that_are_too_long_are_left_out(parts: list[bytes], size: int, longest: int) -> None:
    body = b"".join(parts)
    lines = body.split(b"\n")
    expected = [line if len(line) <= longest else None for line in (lines if lines[-1] else lines[:-1])]
    assert list(read_lines(pieces(body, size), longest)) == expected
    assert list(read_lines(short_lines(pieces(body, size), longest), longest)) == expected
    assert all(len(line) <= longest + 1 for line in b"".join(short_lines(pieces(body, size), longest)).split(b"\n"))


@given(BODIES, st.integers(1, 12), st.integers(1, 30), st.integers(1, 5))
def test_parts_hold_every_line_once_under_its_number(
    parts: list[bytes], size: int, most_bytes: int, most_lines: int
) -> None:
    body = b"".join(parts)
    found = list(divide_lines(pieces(body, size), most_bytes, most_lines))
    assert b"".join(body[part.start : part.end] for part in found) == body
    for part in found:
        assert body[: part.start].count(b"\n") == part.first - 1
        assert part.start == 0 or body[part.start - 1 : part.start] == b"\n"
        assert part.end > part.start


def test_records_of_a_part_are_numbered_as_in_the_file() -> None:
    body = b'{"note": "Fever"}\n\n{"note": 7}\n{"note": "Cough"}'
    found = list(parse_lines("incoming/ward/a.jsonl", pieces(body, 5), ReadingRules(), first=1_000_001))
    assert [record.record for record in found] == [1_000_001, 1_000_003, 1_000_004]
    assert isinstance(found[0], ParsedNote)
    assert isinstance(found[1], Reject)
    assert found[1].reason.startswith("ward/a.jsonl, record 1000003: ")


def test_a_line_that_is_too_long_costs_only_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("notes_pipeline.core.formats.streams.read_lines.__defaults__", (30,))
    body = b'{"note": "Fever"}\n{"note": "' + b"x" * 50 + b'"}\n{"note": "Cough"}\n'
    found = list(parse_lines("a.jsonl", pieces(body, 7), ReadingRules()))
    assert [(record.record, getattr(record, "code", "")) for record in found] == [(1, ""), (2, "LineTooLong"), (3, "")]


def test_gzip_of_several_members_is_unpacked_and_half_of_one_is_not() -> None:
    packed = gzip.compress(b"Fever\n") + gzip.compress(b"Cough\n" * 9)
    assert b"".join(unpacked(pieces(packed, 3))) == b"Fever\n" + b"Cough\n" * 9
    assert unpacks_to_more(packed, 59)
    assert not unpacks_to_more(packed, 60)
    with pytest.raises(FileError, match="not a whole gzip file"):
        list(unpacked(pieces(packed[:-3], 3)))


def test_what_is_not_utf8_is_found_wherever_it_stands() -> None:
    good = "fièvre ".encode() * 50
    assert b"".join(as_utf8(pieces(good, 3))) == good
    for bad in (good + b"\xff", good + "é".encode()[:1]):
        with pytest.raises(FileError, match="not UTF-8"):
            list(as_utf8(pieces(bad, 3)))
