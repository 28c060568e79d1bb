"""From named fields to a note."""

from __future__ import annotations

from collections.abc import Mapping

from notes_pipeline.core.formats.normalise import usable_identifier, usable_text
from notes_pipeline.core.formats.reading import ReadingRules
from notes_pipeline.errors import RecordError
from notes_pipeline.models import ParsedNote

_OPTIONAL = ("encounter_id", "note_type", "authored_at")


def field_names(rules: ReadingRules) -> frozenset[str]:
    """Return what the fields are called that say something of a note, in lower case."""
    return frozenset(name.lower() for name in (rules.note, rules.note_id, rules.patient_id, *_OPTIONAL))


def note_from_fields(record: int, values: Mapping[str, object], names: ReadingRules) -> ParsedNote:
    """Return the note of one record.

    Raises:
        RecordError: the record has no usable note text.
    """
    found = {str(name).strip().lower(): value for name, value in values.items() if name is not None}
    if names.note.lower() not in found:
        raise RecordError(
            "MissingNote", f'it has no field "{names.note}": add it, or name the right one (NoteField, or --note-field)'
        )
    text = found[names.note.lower()]
    if not isinstance(text, str):
        raise RecordError("NoteNotText", f'its field "{names.note}" is not text: write the note as a string')
    return ParsedNote(
        record=record,
        text=usable_text(text, names.max_note_bytes),
        note_id=_identifier(found, names.note_id),
        patient_id=_identifier(found, names.patient_id),
        **{name: _identifier(found, name) for name in _OPTIONAL},
    )


def _identifier(values: Mapping[str, object], name: str) -> str | None:
    value = values.get(name.lower())
    if value is None or isinstance(value, dict | list):
        return None
    return usable_identifier(str(value), f'its field "{name}"')
