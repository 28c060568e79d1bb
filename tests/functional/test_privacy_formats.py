"""Marks in files of every format, with every library at its loudest: no reason, log, warning or trace holds one."""

import logging
import warnings
from collections import Counter
from collections.abc import Iterator

import pytest
from tests.functional.canaries import Canaries
from tests.functional.canary_files import canary_files

from notes_pipeline.core.formats.parse_file import Record, parse_file
from notes_pipeline.core.formats.reading import Ignored, ReadingRules
from notes_pipeline.models import ParsedNote, Reject

RULES = ReadingRules(max_note_bytes=100_000)


@pytest.fixture
def canaries() -> Canaries:
    return Canaries()


@pytest.fixture
def loudest(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    """Everything that any library logs, also of those that set their own level."""
    levels = {name: logging.getLogger(name).level for name in list(logging.root.manager.loggerDict)}
    for name in levels:
        logging.getLogger(name).setLevel(1)
    with caplog.at_level(1):
        yield caplog
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


def read(canaries: Canaries) -> dict[str, list[Record]]:
    files = canary_files(canaries)
    return {name: list(parse_file(f"incoming/{name}", body, RULES)) for name, body in files.items()}


def test_no_reason_and_no_kind_holds_a_mark_but_the_files_own_name(canaries: Canaries) -> None:
    found = read(canaries)
    records = [record for some in found.values() for record in some]
    told = [record.model_dump() for record in records if not isinstance(record, ParsedNote)]
    assert {place for place in canaries.found_in(told) if not place.startswith("file-")} == set()
    counted = Counter(type(record) for record in records)
    assert min(counted[ParsedNote], counted[Reject] // 3, counted[Ignored]) >= 15
    codes = {record.code for record in records if isinstance(record, Reject)}
    assert len(codes) >= 20
    kept = [record.model_dump() for record in records if isinstance(record, ParsedNote)]
    # The search is worth something only if what may be there is found where it may be.
    assert canaries.found_in(kept) >= {"note-fhir", "note-hl7", "note-cda", "note-rtf", "note-html", "note-member-text"}


def test_no_library_logs_warns_or_prints_anything_of_a_file(
    canaries: Canaries, loudest: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        read(canaries)
    logged = [[record.getMessage(), {k: repr(v) for k, v in vars(record).items()}] for record in loudest.records]
    assert canaries.found_in([logged, [str(each.message) for each in warned], *capfd.readouterr()]) == set()
