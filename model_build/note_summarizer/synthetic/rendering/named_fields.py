"""CSV, JSON and JSON Lines: all notes in one file, each with named fields."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence

from note_summarizer.synthetic.rendering.chart_note import ChartNote, RenderedFile

_COLUMNS = ("note_id", "patient_id", "encounter_id", "note_type", "authored_at", "note")


def render_csv(notes: Sequence[ChartNote]) -> list[RenderedFile]:
    """Return a CSV file with a header, as RFC 4180 has it."""
    held = io.StringIO(newline="")
    rows = csv.DictWriter(held, _COLUMNS)
    rows.writeheader()
    rows.writerows(_fields(note) for note in notes)
    return [RenderedFile("notes.csv", held.getvalue().encode())]


def render_json(notes: Sequence[ChartNote]) -> list[RenderedFile]:
    """Return a JSON array."""
    text = json.dumps([_fields(note) for note in notes], ensure_ascii=False, indent=1)
    return [RenderedFile("notes.json", text.encode())]


def render_json_lines(notes: Sequence[ChartNote]) -> list[RenderedFile]:
    """Return JSON Lines: an object a note, each on a line of its own."""
    lines = "".join(json.dumps(_fields(note), ensure_ascii=False) + "\n" for note in notes)
    return [RenderedFile("notes.jsonl", lines.encode())]


def _fields(note: ChartNote) -> dict[str, str]:
    values = (note.note_id, note.patient_id, note.encounter_id, note.note_type, note.authored_at, note.text)
    return {name: value for name, value in zip(_COLUMNS, values, strict=True) if value is not None}
