"""Archives: every member is a note, ignored or rejected by itself; records are numbered on."""

import gzip
import io
import json
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.archives import outcome, overlapping, read, zipped

from notes_pipeline.core.formats import archive_members, zip_archive
from notes_pipeline.models import ParsedNote, Reject

CSV = "note_id,note\n1,Fever\n2,\n3,Cough\n"


def test_members_are_read_as_what_they_are_and_records_are_numbered_on() -> None:
    body = zipped(
        {
            "notes/": "",
            "notes/a.txt": "Chest pain.",
            "rows.csv": CSV,
            "empty.txt": "",
            "lines.jsonl": '{"note": "Rash"}\n\n{"note": 7}\n',
            "b.txt.gz": gzip.compress(b"Nausea"),
        }
    )
    found = [outcome(record) for record in read(body)]
    assert [(number, kind) for number, kind, _ in found] == [
        (1, "ignored"),
        (2, "note"),
        (3, "note"),
        (4, "EmptyNote"),
        (5, "note"),
        (6, "ignored"),
        (7, "note"),
        (9, "NoteNotText"),
        (10, "note"),
    ]
    assert [what for _, kind, what in found if kind == "ignored"] == ["directory", "empty file"]
    assert found[1][2] == "a.zip/notes/a.txt"
    assert found[8][2] == "a.zip/b.txt.gz"


def test_a_rejects_reason_names_the_archive_the_members_place_and_the_record_in_it_and_no_name() -> None:
    found = [outcome(r) for r in read(zipped({"Doe^Jane.csv": CSV, "Doe^Jane.exe": "MZ"}))]
    reasons = [what for _, kind, what in found if kind not in ("note", "ignored")]
    assert reasons[0].startswith("ward/a.zip, record 2: member 1, record 2: the note is empty")
    assert reasons[1].startswith("ward/a.zip, record 4: member 2: its format is not known")
    assert not any("Doe" in reason for reason in reasons)


def test_two_archives_may_hold_the_same_name() -> None:
    body = zipped({"a.txt": "Fever"})
    assert [outcome(read(body, f"ward/{name}.zip")[0])[2] for name in "bc"] == ["b.zip/a.txt", "c.zip/a.txt"]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("__MACOSX/notes/._a.txt", "system file"),
        ("__MACOSX/", "system file"),
        ("notes/.DS_Store", "system file"),
        ("notes/._b.txt", "system file"),
        ("Thumbs.db", "system file"),
        ("CDA.xsl", "style sheet"),
    ],
)
def test_what_operating_systems_and_browsers_need_is_ignored(name: str, kind: str) -> None:
    found = [outcome(record) for record in read(zipped({name: "x", "a.txt": "Fever"}))]
    assert found == [(1, "ignored", kind), (2, "note", "a.zip/a.txt")]


def test_a_symbolic_link_is_ignored() -> None:
    link = zipfile.ZipInfo("link.txt")
    link.create_system, link.external_attr = 3, 0o120777 << 16
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr(link, b"/etc/passwd")
    assert outcome(read(held.getvalue())[0]) == (1, "ignored", "link")


@pytest.mark.parametrize(
    ("members", "what"),
    [
        ({"[Content_Types].xml": "<x/>", "word/document.xml": "<x/>"}, "a Word document: save it"),
        ({"[Content_Types].xml": "<x/>", "xl/workbook.xml": "<x/>"}, "an Excel workbook: save it as CSV"),
        ({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "<x/>"}, "an OpenDocument file"),
        ({"[Content_Types].xml": "<x/>"}, "an Office document"),
        ({"META-INF/MANIFEST.MF": "x"}, "a program"),
    ],
)
def test_a_package_that_is_a_document_is_refused_as_what_it_is(members: dict[str, str], what: str) -> None:
    ((record, code, reason),) = [outcome(r) for r in read(zipped(members), "ward/visit.docx")]
    assert (record, code) == (0, "UnknownFormat")
    assert f"it is {what}" in reason


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"PK\x03\x04 and no more", "BrokenArchive"),
        (zipped({"a.txt": "Fever"})[:-5], "BrokenArchive"),
        (zipped({"a.txt": "Fever"})[:40], "BrokenArchive"),
        (b"PK\x05\x06" + b"\xff" * 18, "BrokenArchive"),
        (zipped({}), "EmptyFile"),
        (overlapping("abc", b"Fever"), "ArchiveBomb"),
    ],
)
def test_an_archive_that_cannot_be_used_is_one_reject(body: bytes, code: str) -> None:
    assert [outcome(record)[:2] for record in read(body)] == [(0, code)]


def test_more_than_fits_is_refused_before_any_of_it_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zip_archive, "MAX_FILE_BYTES", 10)
    assert outcome(read(zipped({"a.txt": "Fever", "b.txt": "Cough"}))[0])[1] == "note"
    for members in ({"a.txt": "Fever", "b.txt": "Coughs"}, {"a.txt": "x", "b.txt.gz": gzip.compress(b"x" * 10)}):
        assert [outcome(record)[:2] for record in read(zipped(members))] == [(0, "FileTooLarge")]


def test_too_many_members_and_members_that_are_bombs_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive_members, "RATIO_FROM_BYTES", 1000)
    found = [outcome(record)[:2] for record in read(zipped({"a.txt": "x" * 1_000_000, "b.txt": "Fever"}))]
    assert found == [(1, "ArchiveBomb"), (2, "note")]
    monkeypatch.setattr(archive_members, "MAX_MEMBERS", 1)
    assert [outcome(r)[:2] for r in read(zipped({"a.txt": "x", "b.txt": "x"}))] == [(0, "TooManyMembers")]


def test_names_are_read_as_programs_write_them() -> None:
    plain = zipped({"b-xx.txt": "Fever"}).replace(b"b-xx", "b-ü".encode())  # UTF-8, and not said to be
    (found,) = read(plain)
    assert outcome(found)[2] == "a.zip/b-ü.txt"
    (found,) = read(zipped({"notes\\a.txt": "Fever"}))
    assert outcome(found)[2] == "a.zip/notes/a.txt"


@pytest.mark.parametrize("folder", ["", "Export 7/"])
def test_an_xdm_packages_index_and_metadata_are_no_notes(folder: str) -> None:
    members = {
        "INDEX.HTM": "<html><body>Open me</body></html>",
        "README.TXT": "Made by",
        "HTML/logo.png": b"\x89PNG",
        "IHE_XDM/SUBSET01/METADATA.XML": "<?xml version='1.0'?><SubmitObjectsRequest/>",
        "IHE_XDM/SUBSET01/STYLE.XSL": "<?xml version='1.0'?><stylesheet/>",
        "IHE_XDM/SUBSET01/DOC0001.TXT": "Fever",
        "extra.txt": "Cough",
    }
    found = [outcome(record) for record in read(zipped({folder + name: body for name, body in members.items()}))]
    kinds = ["XDM index", "XDM index", "XDM index", "XDM metadata", "style sheet"]
    assert [what for _, kind, what in found if kind == "ignored"] == kinds
    assert [kind for _, kind, _ in found[5:]] == ["note", "note"]


def test_an_exports_patients_and_encounters_are_siblings_of_its_documents(monkeypatch: pytest.MonkeyPatch) -> None:
    patient = {"resourceType": "Patient", "id": "p1", "identifier": [{"system": "urn:mrn", "value": "7"}]}
    encounter = {"resourceType": "Encounter", "id": "e1", "subject": {"reference": "Patient?identifier=7"}}
    members = {
        "Encounter.ndjson": json.dumps(encounter),
        "Patient.ndjson.gz": gzip.compress(json.dumps(patient).encode()),
        "__MACOSX/._Patient.ndjson": "x",
    }
    seen = []
    monkeypatch.setattr(zip_archive, "read_items", lambda body, hints: seen.append(hints) or iter(()))
    read(zipped(members))
    assert [hints.siblings.encounter("e1").patient_id for hints in seen] == ["p1", "p1"]


@given(st.dictionaries(st.from_regex(r"[a-z]{1,8}", fullmatch=True), st.text(min_size=1, max_size=40), max_size=6))
def test_numbers_are_unique_and_ascending_and_the_same_archive_gives_the_same(members: dict[str, str]) -> None:
    body = zipped({f"{name}.{'txt' if len(name) % 2 else 'jsonl'}": text for name, text in members.items()})
    found = read(body)
    numbers = [record.record for record in found]
    assert numbers == sorted(set(numbers))
    assert found == read(body)
    assert all(isinstance(record, ParsedNote | Reject) for record in found)
