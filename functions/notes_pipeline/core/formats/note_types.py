"""From codes for kinds of documents to what they are called here, so that all formats' notes have the same types."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

LOINC, DOCUMENT_TYPES, DIAGNOSTIC_SERVICES = "loinc", "v2-0270", "v2-0074"


def note_type_of(system: str, code: str | None, display: str | None = None) -> str | None:
    """Return what a code's kind of document is called; one that is not listed, as it is displayed.

    Args:
        system: `LOINC`, or the table of HL7 v2 that it is from.
        display: what the document calls it itself.
    """
    found = _names().get(system, {}).get((code or "").strip())
    return found or (display or "").strip() or None


@cache
def _names() -> dict[str, dict[str, str]]:
    text = files("notes_pipeline.core.formats").joinpath("note_types.toml").read_text("utf-8")
    return tomllib.loads(text)
