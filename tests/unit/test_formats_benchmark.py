"""The benchmark of formats reads all that it measures, both ways, and its page is made of its results."""

import json
from pathlib import Path

import pytest
from benchmarks.formats.__main__ import PAGE, RESULTS
from benchmarks.formats.document import fill
from benchmarks.formats.measure import measure_format
from benchmarks.formats.others import OTHERS

from note_summarizer.synthetic.rendering.formats import FORMATS, draw_notes

NOTES = list(draw_notes(seed=5, count=2, min_bytes=300))
# These show more than the text, or less of its layout.
LOOSE = {"html", "html-paragraphs", "cda", "hl7-batch"}


@pytest.mark.parametrize("name", OTHERS)
def test_what_one_would_use_instead_finds_the_same_texts(name: str) -> None:
    files = [file for file in FORMATS[name](NOTES) if not file.name.startswith(("Patient.", "Encounter."))]
    texts = [text.replace("\r", "\n").strip() for file in files for text in OTHERS[name][1](file.body)]
    if name in LOOSE:
        assert all(note.text.split()[0] in "".join(texts) for note in NOTES)
    else:
        assert texts == [note.text for note in NOTES]


def test_a_format_is_measured_in_notes_a_second_beside_another_way() -> None:
    found = measure_format("jsonl", NOTES, rounds=1)
    assert found["notes_per_cpu_second"] > 0
    assert found["ratio"] > 0
    assert "other" not in measure_format("text", NOTES, rounds=1)


def test_the_page_says_what_was_measured(tmp_path: Path) -> None:
    page = tmp_path / "performance.md"
    page.write_text(PAGE.read_text("utf-8"), encoding="utf-8")
    found = json.loads(RESULTS.read_text("utf-8"))
    fill(found, page)
    assert page.read_text("utf-8") == PAGE.read_text("utf-8")
    assert {each["format"] for each in found["formats"]} == set(FORMATS)
    assert all(each["notes_per_cpu_second"] >= each["target"] for each in found["formats"])
    assert found["cold_start"]["seconds"] <= 1.5
