"""From named fields to a note, and what makes a note's text usable."""

from __future__ import annotations

import re
from collections.abc import Mapping

from notes_pipeline.errors import RecordError
from notes_pipeline.models import Frozen, ParsedNote

# Bytes that no typed or dictated note holds; tab, line feed, carriage return and form feed are fine.
_BINARY = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
_OPTIONAL = ("encounter_id", "note_type", "authored_at")


class FieldNames(Frozen):
    """What the note, its id and its patient are called in files with named fields (case does not matter).

    Attributes:
        max_note_bytes: a longer note is refused.
    """

    note: str = "note"
    note_id: str = "note_id"
    patient_id: str = "patient_id"
    max_note_bytes: int = 1_000_000


def note_from_fields(record: int, values: Mapping[str, object], names: FieldNames) -> ParsedNote:
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


def usable_text(text: str, max_bytes: int) -> str:
    """Return a note's text with plain newlines and no surrounding white space.

    Raises:
        RecordError: the text is empty, too long, or not text.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").strip().removeprefix("\ufeff")
    if not text:
        raise RecordError("EmptyNote", "the note is empty: send its text, or leave the record out")
    size = len(_whole(text, "the note").encode())
    if size > max_bytes:
        raise RecordError("NoteTooLong", f"the note has {size:,} bytes, over the limit of {max_bytes:,}: split it")
    if _BINARY.search(text):
        raise RecordError("NotText", "the note holds control characters: export it as plain text")
    return text


def _identifier(values: Mapping[str, object], name: str) -> str | None:
    value = values.get(name.lower())
    if value is None or isinstance(value, dict | list):
        return None
    return _whole(str(value), f'its field "{name}"').strip() or None


def _whole(text: str, what: str) -> str:
    """Return a text that can be written; JSON can escape half a character, which no encoding has."""
    try:
        text.encode()
    except UnicodeEncodeError:
        raise RecordError("NotText", f"{what} holds half a character: export it as UTF-8") from None
    return text
