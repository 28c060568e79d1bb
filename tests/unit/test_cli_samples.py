"""The sample notes hold what samples/README.md says, without running anything."""

from pathlib import Path

from chartbrief.cloud import CHECKOUT
from chartbrief.note_files import find_note_files
from notes_pipeline.core.formats.parse_file import parse_file
from notes_pipeline.core.formats.reading import ReadingRules
from notes_pipeline.core.identify import identify_note
from notes_pipeline.models import ParsedNote, Reject

SAMPLES = CHECKOUT / "samples" / "notes"
PARSED = {
    f.relative: list(parse_file(f.key, f.path.read_bytes(), ReadingRules()))
    for f in find_note_files(SAMPLES, Path("out"))
}


def test_exactly_two_records_are_bad() -> None:
    rejects = {
        (name, reject.record, reject.code)
        for name, file in PARSED.items()
        for reject in file
        if isinstance(reject, Reject)
    }
    assert {(name, record) for name, record, _ in rejects} == {
        ("ed/shift-2031-05-02.csv", 3),
        ("nursing/dictations.jsonl", 6),
    }
    assert sum(isinstance(item, ParsedNote) for file in PARSED.values() for item in file) == 55


def test_no_two_notes_are_the_same_note() -> None:
    notes = [
        identify_note(note, f"incoming/{name}")
        for name, file in PARSED.items()
        for note in file
        if isinstance(note, ParsedNote)
    ]
    assert len({note.note_uid for note in notes}) == len(notes)


def test_one_note_is_long_and_every_format_is_there() -> None:
    assert [
        name
        for name, file in PARSED.items()
        if any(isinstance(note, ParsedNote) and len(note.text) > 3000 for note in file)
    ] == ["discharge/pancreatitis-long-stay.txt"]
    assert {"".join(Path(name).suffixes) for name in PARSED} >= {
        ".txt",
        ".csv",
        ".csv.gz",
        ".jsonl",
        ".ndjson",
        ".json",
    }


def test_the_readme_counts_what_is_there() -> None:
    text = (SAMPLES.parent / "README.md").read_text()
    assert f"{sum(map(len, PARSED.values()))} records in {len(PARSED)} files" in text
