"""From what a kind of note is called to the code that documents have for it; times as HL7 v2 and CDA write them."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

# An arc that HL7 sets aside for examples.
EXAMPLE_OID = "2.16.840.1.113883.19.5"
LOINC_OID = "2.16.840.1.113883.6.1"
LOINC_URL = "http://loinc.org"


def loinc_code(note_type: str | None) -> str | None:
    """Return the LOINC code of a kind of note, None if the pipeline knows none."""
    return _codes()["loinc"].get(note_type or "")


def document_type_code(note_type: str | None) -> str | None:
    """Return the code of HL7 v2's table 0270."""
    return _codes()["v2-0270"].get(note_type or "")


def hl7_time(authored_at: str | None) -> str:
    """Return an ISO 8601 date or time as HL7 writes it: 2031-05-02T14:20:00+00:00 is 20310502142000+0000."""
    date, mark, time = (authored_at or "").partition("T")
    return date.replace("-", "") + (time.replace("Z", "+0000").replace(":", "") if mark else "")


@cache
def _codes() -> dict[str, dict[str, str]]:
    text = files("notes_pipeline.core.formats").joinpath("note_types.toml").read_text("utf-8")
    # Of several codes with one name the first is taken.
    return {
        system: {name: code for code, name in reversed(names.items())} for system, names in tomllib.loads(text).items()
    }
