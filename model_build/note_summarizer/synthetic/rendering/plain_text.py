"""Plain text, alone or below a block of lines that say whose note it is."""

from __future__ import annotations

from note_summarizer.synthetic.rendering.chart_note import ChartNote, one_each

_LABELS = {
    "note_id": "Note ID",
    "patient_id": "Patient ID",
    "encounter_id": "Encounter ID",
    "note_type": "Note Type",
    "authored_at": "Date",
}
# The parameter `TextHeaders` of a deployment that reads these lines.
TEXT_HEADERS = ";".join(f"{field}={label}" for field, label in _LABELS.items())


def _headed(note: ChartNote) -> str:
    values = {label: getattr(note, field) for field, label in _LABELS.items()}
    return "\n".join([*(f"{label}: {value}" for label, value in values.items() if value), "", note.text, ""])


render_text = one_each(".txt", lambda note: note.text + "\n")
render_headed_text = one_each(".txt", _headed)
