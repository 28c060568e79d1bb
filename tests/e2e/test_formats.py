"""Notes in every format, as the renderer writes them: each becomes one summary, with what its format says of it."""

import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
from tests.e2e.command import Command, Ended

from note_summarizer.synthetic.rendering.formats import FORMATS, draw_notes

NOTES = list(draw_notes(seed=1, count=2))
# In these a note is a text, and nothing is said of it.
BARE = {"text", "text-headed", "html", "html-paragraphs", "rtf", "zip"}
UNNAMED = {"fhir-document-reference", "hl7-mdm", "cda", "rtf"}


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("formats") / "out"


@pytest.fixture(scope="module")
def ended(command: Command, out: Path, tmp_path_factory: pytest.TempPathFactory) -> Ended:
    """A run over a folder for each format, its source system, and over files without extensions."""
    folder = tmp_path_factory.mktemp("exports")
    for name, render in FORMATS.items():
        for file in render(NOTES):
            write(folder / name / file.name, file.body)
            if name in UNNAMED:
                write(folder / f"unnamed-{name}" / file.name.partition(".")[0], file.body)
    return command.run("run", folder, "--out", out, "--json")


def write(path: Path, body: bytes) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(body)


@pytest.fixture(scope="module")
def records(ended: Ended, out: Path) -> dict[str, list[dict[str, Any]]]:
    """The summary records by the format that their notes came in."""
    assert ended.status == 0, ended.stderr
    found = defaultdict(list)
    for path in out.glob("by_note/*/*.json"):
        record = json.loads(path.read_bytes())
        found[record["source"]["key"].split("/")[1]].append(record)
    return found


def test_every_note_of_every_format_is_summarized_and_the_books_close(ended: Ended) -> None:
    report = ended.json()
    assert report["received"] == report["summarized"] == len(NOTES) * (len(FORMATS) + len(UNNAMED))
    assert report["ignored"]["Patient"] >= len({note.patient_id for note in NOTES})


@pytest.mark.parametrize("name", [*FORMATS, *(f"unnamed-{name}" for name in sorted(UNNAMED))])
def test_a_record_says_whose_note_it_was_and_when(records: dict[str, list[dict[str, Any]]], name: str) -> None:
    told = sorted([r["patient_id"], r["encounter_id"], r["note_type"], r["authored_at"]] for r in records[name])
    wanted = sorted([note.patient_id, note.encounter_id, note.note_type, note.authored_at] for note in NOTES)
    assert told == ([[None] * 4] * len(NOTES) if name.removeprefix("unnamed-") in BARE else wanted)


def test_nothing_is_found_amiss_afterwards(command: Command, ended: Ended, out: Path) -> None:
    audit = command.run("audit", "--state", out / ".chartbrief", "--json").json()
    assert (audit["problems"], audit["books"]["received"]) == (0, ended.json()["received"])
    assert audit["ignored"] == sum(ended.json()["ignored"].values())
