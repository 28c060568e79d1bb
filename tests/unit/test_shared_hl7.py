"""Published HL7 v2 messages, and what a careful reader expects of each."""

import pytest

from chartbrief.cloud import CHECKOUT
from notes_pipeline.core.formats.parse_file import parse_file
from notes_pipeline.core.formats.reading import Ignored, ReadingRules
from notes_pipeline.models import ParsedNote, Reject

FOLDER = CHECKOUT.parent / "shared" / "formats" / "hl7v2"
LABORATORY = "ORU^R01"
# What is ignored, by its kind: laboratory values, a culture that names a germ, and notifications without content.
IGNORED = {
    "cdcgov__sample_1": LABORATORY,
    "cdcgov__sample_AZ_20240424-0001": LABORATORY,
    "cdcgov__single_message": LABORATORY,
    "matthewvita__ORU_R01_2.5.1_SampleTestCase1": LABORATORY,
    "matthewvita__ORU_R01_2.5.1_SampleTestCase4": LABORATORY,
    "matthewvita__cerner_bordetella": LABORATORY,
    "matthewvita__cerner_lead": LABORATORY,
    "matthewvita__cerner_sequential": LABORATORY,
    "microsoft__LAB-ORU-1": LABORATORY,
    "microsoft__LAB-ORU-2": LABORATORY,
    "microsoft__ORU-R01-RMGEAD": LABORATORY,
    "microsoft__MDM-T01-02": "MDM^T01",
    "microsoft__MDM-T05-02": "MDM^T05",
    "microsoft__MDM-T09-02": "MDM^T09",
}
# How a text begins and ends, how many lines it has, and what is said of it, in the order of `ParsedNote`.
NOTES = {
    "linuxforhealth__ORU-multiline-short": (
        ("[PII] Emergency Department", "[ADDRESS] [PERSONALNAME]:", 2),
        ("FON_0d70c6c8/1487", "0d70c6c8", "Visit_0d70c6c8", "Imaging report", "2020-08-02T12:44:55"),
    ),
    "microsoft__MDM-T02-03": (
        ("Toilet cylinder crackers", "mother-in-law bondsman suspect", 29),
        ("2RWRVAJ627408", "3196695816", None, "Discharge summary", "2021-08-03T00:00+02:15"),
    ),
    # A replacement: it has the id of the document that it replaces.
    "microsoft__MDM-T10-02": (
        ("Toilet cylinder crackers", "ikebana circulation prince", 2),
        (
            "1.2.840.317.5947431.51.20080131155715",
            "987654321",
            "10000001",
            "Imaging report",
            "2008-01-31T16:00+02:15",
        ),
    ),
}
# The document is a PDF of no bytes; the comment beside it is about a study, and no document.
REJECTS = {"microsoft__MDM-T10-01": "EmptyNote"}

pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="the published messages are not here")


def test_every_file_is_expected_to_be_something() -> None:
    assert {path.stem for path in FOLDER.iterdir()} <= IGNORED.keys() | NOTES.keys() | REJECTS.keys()


@pytest.mark.parametrize("name", [*IGNORED, *NOTES, *REJECTS])
def test_a_published_message_is_read_as_a_careful_reader_would(name: str) -> None:
    (found,) = parse_file(f"incoming/hub/{name}.hl7", (FOLDER / f"{name}.hl7").read_bytes(), ReadingRules())
    assert found.record == 1
    if isinstance(found, Ignored):
        assert found.kind == IGNORED[name]
    elif isinstance(found, Reject):
        assert found.code == REJECTS[name]
    else:
        (begins, ends, lines), facts = NOTES[name]
        assert found.text.startswith(begins)
        assert found.text.endswith(ends)
        assert len(found.text.split("\n")) == lines
        assert facts_of(found) == facts


def facts_of(note: ParsedNote) -> tuple[str | None, ...]:
    return note.note_id, note.patient_id, note.encounter_id, note.note_type, note.authored_at
