"""The sample notes hold what samples/README.md says, without running anything."""

from collections import Counter
from pathlib import Path

from chartbrief.cloud import CHECKOUT
from chartbrief.note_files import find_note_files
from notes_pipeline.core.formats.fhir.siblings import ResourceSiblings, is_sibling
from notes_pipeline.core.formats.parse_file import parse_file
from notes_pipeline.core.formats.reading import Ignored, ReadingRules
from notes_pipeline.core.identify import identify_note
from notes_pipeline.models import ParsedNote, Reject

SAMPLES = CHECKOUT / "samples" / "notes"
BESIDE = [path for path in sorted(SAMPLES.rglob("*.ndjson")) if is_sibling(path.name)]
SIBLINGS = ResourceSiblings.from_lines(line for path in BESIDE for line in path.read_bytes().splitlines())
PARSED = {
    f.relative: list(parse_file(f.key, f.path.read_bytes(), ReadingRules(), siblings=SIBLINGS))
    for f in find_note_files(SAMPLES, Path("out"))
}
TOLD = {name: [record for record in file if isinstance(record, ParsedNote)] for name, file in PARSED.items()}


def test_exactly_two_records_are_bad() -> None:
    rejects = {
        (name, reject.record, reject.code)
        for name, file in PARSED.items()
        for reject in file
        if isinstance(reject, Reject)
    }
    assert {(name, record) for name, record, _ in rejects} == {
        ("ed/shift-2031-05-02.csv", 3),
        ("nursing/dictations.jsonl", 6),
    }
    assert sum(map(len, TOLD.values())) == 66


def test_what_tells_no_story_is_ignored() -> None:
    ignored = [record.kind for file in PARSED.values() for record in file if isinstance(record, Ignored)]
    assert Counter(ignored) == {"Patient": 3, "Encounter": 3, "ORU^R01": 1}


def test_what_a_system_of_records_exports_says_whose_notes_it_holds() -> None:
    folders = ("clinic/", "consults/", "interface/", "referrals/", "wards/")
    notes = [note for name, file in TOLD.items() for note in file if name.startswith(folders)]
    types = {note.note_type for note in notes}
    assert types == {
        *("ED note", "Progress note", "Consultation note", "Operative note"),
        *("Imaging report", "Referral note", "Discharge summary"),
    }
    for note in notes:
        assert note.note_id
        assert note.patient_id
        assert note.encounter_id
        assert str(note.authored_at).startswith("2031-0")


def test_an_exports_document_is_completed_by_the_files_beside_it() -> None:
    (_, note) = TOLD["clinic/export-2031-06-20/DocumentReference.ndjson"]
    assert (note.patient_id, note.authored_at) == ("pt-62", "2031-06-20T09:15:00+02:00")


def test_marked_up_notes_are_read_as_they_are_shown() -> None:
    (letter,) = TOLD["dictation/neurology-2031-06-11.rtf"]
    (visit,) = TOLD["portal/visit-2031-06-17.html"]
    (referral,) = TOLD["referrals/referral-r-204.xml"]
    assert "T 36.6°C. Fundi normal" in letter.text
    assert "General Hospital" not in letter.text
    assert "38.7 °C | 118 | 24 | 98% | 16.4 kg" in visit.text
    assert "window.print" not in visit.text
    assert "Anti-CCP | > 250 U/mL" in referral.text


def test_no_two_notes_are_the_same_note() -> None:
    notes = [identify_note(note, f"incoming/{name}") for name, file in TOLD.items() for note in file]
    assert len({note.note_uid for note in notes}) == len(notes)


def test_one_note_is_long_and_every_format_is_there() -> None:
    long = [name for name, file in TOLD.items() if any(len(note.text) > 3000 for note in file)]
    assert long == ["discharge/pancreatitis-long-stay.txt"]
    fields = {".csv", ".csv.gz", ".jsonl", ".jsonl.gz", ".ndjson", ".json"}
    assert {"".join(Path(name).suffixes) for name in PARSED} == {
        *(".txt", ".hl7", ".xml", ".html", ".rtf", ".zip"),
        *fields,
    }


def test_the_readme_counts_what_is_there() -> None:
    text = (SAMPLES.parent / "README.md").read_text()
    counted = [record for file in PARSED.values() for record in file if not isinstance(record, Ignored)]
    assert f"{len(counted)} records in {len(PARSED)} files" in text
