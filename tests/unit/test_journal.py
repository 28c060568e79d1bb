"""The journal of the local cloud: what was written whole is read again, whatever the end looks like."""

import os
import stat
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chartbrief.local_cloud.journal import Journal, Place, StateError, StateInUseError

EFFECTS = st.lists(st.lists(st.one_of(st.text(), st.integers(), st.binary(), st.none()), max_size=4), max_size=4)
RECORDS = st.lists(st.tuples(EFFECTS, st.lists(st.binary(max_size=40), max_size=3)), max_size=6)
Record = tuple[list[Any], list[bytes]]


def write(path: Path, records: list[Record]) -> list[int]:
    """Write records; return how long the journal was before them, and after each."""
    journal = Journal(path)
    ends = [journal.end]
    for effects, bodies in records:
        journal.append(effects, bodies)
        ends.append(journal.end)
    journal.close()
    return ends


def read(path: Path) -> list[tuple[list[Any], bytes]]:
    """The records of a journal, and four bytes of their bodies."""
    journal = Journal(path)
    read = [(effects, journal.read(Place(at, 4))) for effects, at in journal.records()]
    journal.close()
    return read


def fresh(folder: Path) -> Path:
    path = folder / "cloud.journal"
    path.unlink(missing_ok=True)
    return path


@given(records=RECORDS, cut=st.floats(0, 1))
def test_a_prefix_of_any_length_is_read_as_the_records_that_are_whole_in_it(
    tmp_path_factory: pytest.TempPathFactory, records: list[Record], cut: float
) -> None:
    path = fresh(tmp_path_factory.getbasetemp())
    ends = write(path, records)
    length = round(cut * ends[-1])
    os.truncate(path, length)
    whole = sum(end <= length for end in ends[1:])
    assert [effects for effects, _ in read(path)] == [effects for effects, _ in records[:whole]]
    write(path, [(["after"], [b"body"])])  # and goes on behind it
    *before, (effects, body) = read(path)
    assert (len(before), effects, body) == (whole, ["after"], b"body")


def test_bodies_lie_where_they_were_said_to(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "cloud.journal")
    places = [journal.append([number], [b"x" * number, b"body"]) + number for number in range(3)]
    assert [journal.read(Place(place, 4)) for place in places] == [b"body"] * 3


def test_what_a_machine_without_power_did_not_write_is_cut_off(tmp_path: Path) -> None:
    path = tmp_path / "cloud.journal"
    ends = write(path, [([1], []), ([2], [b"body"])])
    content = path.read_bytes()
    path.write_bytes(content[: ends[1]] + bytes(5000))
    assert [effects for effects, _ in read(path)] == [[1]]
    assert path.stat().st_size == ends[1]


@pytest.mark.parametrize("place", [0, 6, 20])
def test_damage_in_the_middle_is_said_and_nothing_is_cut(tmp_path: Path, place: int) -> None:
    path = tmp_path / "cloud.journal"
    ends = write(path, [([1], []), (["a word"], [b"body"]), ([3], [])])
    content = bytearray(path.read_bytes())
    content[ends[1] + place] ^= 0xFF
    path.write_bytes(content)
    with pytest.raises(StateError, match=f"damaged at byte {ends[1]}"):
        read(path)
    assert path.read_bytes() == content


def test_a_journal_of_another_format_or_none_at_all_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "cloud.journal"
    for content in (b"chartbrief-cloud 2\n", b'{"pk": 1}\n'):
        path.write_bytes(content)
        with pytest.raises(StateError, match="another version of chartbrief"):
            Journal(path)
        assert path.read_bytes() == content


def test_one_process_has_it_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "cloud.journal")
    assert stat.S_IMODE(journal.path.stat().st_mode) == 0o600
    with pytest.raises(StateInUseError):
        Journal(journal.path)
    journal.close()
    Journal(journal.path).close()


def test_another_journal_takes_its_place_at_once(tmp_path: Path) -> None:
    path = tmp_path / "cloud.journal"
    write(path, [([1], []), ([2], [])])
    new = Journal(tmp_path / "cloud.journal.new")
    new.append([3])
    new.replace(path)
    new.close()
    assert [effects for effects, _ in read(path)] == [[3]]
    assert [file.name for file in tmp_path.iterdir()] == ["cloud.journal"]
