"""Plain text, below a block of lines that say whose note it is."""

from __future__ import annotations

from note_summarizer.synthetic.rendering.chart_note import ChartNote, one_each


def _with_header(note: ChartNote) -> str:
    told = {
        "Note ID": note.note_id,
        "Patient ID": note.patient_id,
        "Encounter ID": note.encounter_id,
        "Note Type": note.note_type,
        "Date": note.authored_at,
    }
    header = [f"{name}: {value}" for name, value in told.items() if value]
    return "\n".join([*header, "", note.text, ""])


render_text = one_each(".txt", lambda note: note.text + "\n")
render_headed_text = one_each(".txt", _with_header)
