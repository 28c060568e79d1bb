"""Lines such as `Patient ID: 4711` above a plain text, where a deployment says that its files have them.

Without its word they stay text: whether `Date:` says when a note was written or when somebody fell, only it knows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from notes_pipeline.core.formats.normalise import usable_identifier
from notes_pipeline.core.formats.written_dates import iso_date

FIELDS = ("note_id", "patient_id", "encounter_id", "note_type", "authored_at")
_LONGEST_LABEL = 64
# A block of more lines is the note itself.
_MOST_LINES = 50
_LINE = re.compile(rf"[ \t]*([^:\s][^:]{{0,{_LONGEST_LABEL - 1}}}?)[ \t]*:[ \t]*([^\n]*)")

# A label, its case and spaces evened out, and the field that it names.
TextHeaders = tuple[tuple[str, str], ...]


def read_text_headers(text: str) -> TextHeaders:
    """Return the labels of a parameter such as `patient_id=Patient ID,MRN;authored_at=Date`; none if it is empty.

    Raises:
        ValueError: it is written otherwise, or names a field or a label twice.
    """
    fields, labels = list[str](), list[tuple[str, str]]()
    for entry in text.split(";") if text.strip() else ():
        field, equals, names = entry.partition("=")
        if field.strip() not in FIELDS or not equals:
            raise ValueError(f"headers look like patient_id=Patient ID,MRN;authored_at=Date: of {', '.join(FIELDS)}")
        fields.append(field.strip())
        labels += [(_even(name), field.strip()) for name in names.split(",")]
    known = [label for label, _ in labels]
    if not all(0 < len(label) <= _LONGEST_LABEL and ":" not in label and "=" not in label for label in known):
        raise ValueError(f"the label of a header has 1 to {_LONGEST_LABEL} characters, and no colon")
    if len({*fields}) < len(fields) or len({*known}) < len(known):
        raise ValueError("each field, and each label of a header, is named once")
    return tuple(labels)


def take_headers(text: str, headers: TextHeaders) -> tuple[Mapping[str, str | None], str]:
    """Return the fields that the lines above a text say, and the text without these lines.

    The block ends at the first line that is no `label: value`. Lines in it with other labels stay, and so do those of a
    field that was said before.

    Raises:
        RecordError: an identifier cannot be written.
    """
    if not headers:
        return {}, text
    known, found, kept = dict(headers), dict[str, str | None](), list[str]()
    lines = text.replace("\r\n", "\n").replace("\r", "\n").lstrip("\ufeff \t\n").split("\n", _MOST_LINES)
    block = list(_block(lines[:_MOST_LINES]))
    for line, label, value in block:
        field = known.get(_even(label))
        if field is None or field in found:
            kept.append(line)
        else:
            found[field] = usable_identifier(value, f"its header of {field}")
    if found.get("authored_at"):
        found["authored_at"] = iso_date(found["authored_at"] or "")
    return found, "\n".join((*kept, *lines[len(block) :])) if found else text


def _block(lines: list[str]) -> Iterator[tuple[str, str, str]]:
    for line in lines:
        parts = _LINE.fullmatch(line)
        if not parts:
            return
        yield line, parts[1], parts[2]


def _even(label: str) -> str:
    return " ".join(label.split()).casefold()
