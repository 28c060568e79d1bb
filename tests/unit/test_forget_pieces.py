"""Pieces of dropped files: each record is in one, says whose it is, and can be taken out without the others."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from chartbrief.cloud import CHECKOUT
from chartbrief.operate.forgetting.dropped import Dropped, Part, keeps_the_others, parts_of, without
from chartbrief.operate.forgetting.is_in import is_in
from chartbrief.operate.forgetting.subject import Subject
from note_summarizer.synthetic.rendering.formats import FORMATS, draw_notes
from notes_pipeline.core.formats.parse_file import parse_file
from notes_pipeline.core.formats.reading import ReadingRules
from notes_pipeline.models import ParsedNote

RULES = ReadingRules()
SAMPLES = CHECKOUT.parent / "shared" / "formats"
PUBLISHED = sorted(path for path in SAMPLES.rglob("*_*") if path.is_file()) or [None]


def dropped(name: str, body: bytes | str) -> Dropped:
    return Dropped(f"incoming/ehr/{name}", body.encode() if isinstance(body, str) else body, RULES)


def records(file: Dropped) -> list[Part]:
    return [part for part in parts_of(file) if part.piece.numbers]


def whose(file: Dropped, patient: str) -> list[bool | None]:
    subject = Subject(patient, frozenset(), "")
    return [part.whose(subject, file.key, is_in) for part in records(file)]


@pytest.mark.parametrize("name", FORMATS)
def test_what_a_note_says_is_in_its_piece_and_may_go_alone(name: str) -> None:
    notes = list(draw_notes(7, 5))
    for rendered in FORMATS[name](notes):
        file = dropped(rendered.name, rendered.body)
        parts = records(file)
        found = {number for part in parts for number in part.piece.numbers}
        assert found >= {each.record for each in parse_file(file.key, file.body, RULES)}
        for part in parts:
            assert all(note.text in part.text for note in part.notes)
            assert len(parts) == 1 or keeps_the_others(file, part.piece.numbers)


@pytest.mark.parametrize("path", PUBLISHED, ids=lambda path: path.name if path else "none")
def test_published_examples_are_taken_apart(path: Path | None) -> None:
    if path is None:
        pytest.skip("no published examples beside the checkout")
    file = dropped(path.name, path.read_bytes()[:2_000_000])
    parts = records(file)
    assert parts
    for part in parts[:10]:
        assert len(parts) == 1 or keeps_the_others(file, part.piece.numbers)


def document(patient: str, text: str = "U2Vlbi4=") -> dict[str, object]:
    content = [{"attachment": {"contentType": "text/plain", "data": text}}]
    subject = {"reference": f"Patient/{patient}"}
    return {"resourceType": "DocumentReference", "id": f"d-{patient}", "subject": subject, "content": content}


def bundle(*resources: object) -> dict[str, object]:
    return {"resourceType": "Bundle", "type": "batch-response", "entry": [{"resource": each} for each in resources]}


def test_entries_of_bundles_in_a_bundle_are_pieces_of_their_own() -> None:
    body = json.dumps(bundle(document("a"), bundle(document("b"), document("a"), bundle()), document("c")), indent=2)
    file = dropped("x.json", body)
    assert [part.piece.numbers for part in records(file)] == [(1,), (2,), (3,), (4,), (5,)]
    assert whose(file, "a") == [True, False, True, None, False]
    assert keeps_the_others(file, {1, 3})
    left = without(file, {1, 3}).decode()
    assert ("Patient/a" in left, left.count('"410"')) == (False, 2)
    assert left.replace("Patient/b", "Patient/c").count("Patient/c") == 2


def test_what_is_not_taken_out_stays_byte_by_byte() -> None:
    lines = '{"note": "Fever.",   "patient_id": 1, "x": 1.50}\r\n\r\n  {"note": "\\u00e9", "patient_id": 2}\r\n'
    assert without(dropped("x.jsonl", lines), {3}) == lines.split("\r\n\r\n")[0].encode() + b"\r\n\r\n\n"
    table = "note,patient_id\r\n\r\nFièvre,1\r\nToux,2\r\n"
    assert without(dropped("x.csv", table.encode("utf-16")), {2}).decode("utf-16") == table.replace("Toux,2\r\n", ",\n")
    listed = '[\n {"note": "Fever.", "patient_id": "1", "x": 1.50},\n {"note": "Cough.", "patient_id": "2"}\n]\n'
    assert without(dropped("x.json", listed), {2}).decode() == listed.replace(
        '{"note": "Cough.", "patient_id": "2"}', "null"
    )


@pytest.mark.parametrize(
    ("resource", "expected"),
    [
        ({"resourceType": "Patient", "id": "7"}, True),
        ({"resourceType": "Patient", "id": "77", "link": [{"other": {"reference": "Patient/7"}}]}, False),
        ({"resourceType": "Patient", "id": "77", "identifier": [{"value": "7"}]}, False),
        ({"resourceType": "Observation", "subject": {"reference": "https://x.example.org/Patient/7/_history/2"}}, True),
        ({"resourceType": "Observation", "subject": {"reference": "Patient/77"}, "valueInteger": 7}, False),
        ({"resourceType": "Observation", "performer": [{"identifier": {"value": "7"}}]}, None),
        ({"resourceType": "Group", "member": [{"entity": {"reference": f"Patient/{n}"}} for n in (6, 7)]}, True),
        ({"resourceType": "Practitioner", "id": "7"}, False),
        ({"resourceType": "Binary", "id": "7", "data": "Nw=="}, None),
    ],
)
def test_whose_a_resource_is_its_references_say(resource: dict[str, object], expected: bool | None) -> None:
    assert whose(dropped("x.ndjson", json.dumps(resource) + "\n"), "7") == [expected]


def test_a_patient_of_a_bundle_is_known_by_the_address_that_others_use() -> None:
    entries = [
        {"fullUrl": "urn:uuid:aa-1", "resource": {"resourceType": "Patient", "identifier": [{"value": "mrn-7"}]}},
        {"resource": {"resourceType": "Condition", "subject": {"reference": "urn:uuid:aa-1"}}},
        {"resource": {"resourceType": "Condition", "subject": {"reference": "urn:uuid:bb-2"}}},
        {"request": {"method": "DELETE", "url": "Patient/mrn-7"}},
    ]
    file = dropped("x.json", json.dumps({"resourceType": "Bundle", "type": "transaction", "entry": entries}))
    assert whose(file, "mrn-7") == [True, True, False, True]


def test_a_message_is_one_piece_with_all_of_its_reports() -> None:
    text = "No focal consolidation and no effusion is seen; the heart is not enlarged today."
    obr = "OBR|{n}||F-{n}|18748-4^Imaging^LN\rOBX|1|TX|18748-4^Report^LN||{text}||||||F\r"
    message = "MSH|^~\\&|A|B|||20310502||{kind}|{n}|P|2.5\rPID|1||{patient}^^^H^MR\r"
    parts = [
        message.format(kind="ORU^R01", n=1, patient="7") + obr.format(n=1, text=text) + obr.format(n=2, text=text),
        message.format(kind="ADT^A40", n=2, patient="8") + "MRG|7^^^H^MR\r",
        message.format(kind="ORU^R01", n=3, patient="77") + obr.format(n=3, text=text),
    ]
    body = "BHS|^~\\&|A\r" + "".join(parts) + "BTS|3\r"
    file = dropped("x.hl7", body)
    assert [part.piece.numbers for part in records(file)] == [(1, 2), (3,), (4,)]
    assert whose(file, "7") == [True, True, False]
    assert keeps_the_others(file, {1, 2, 3})
    left = [each for each in replace(file, body=without(file, {1, 2, 3})).records() if isinstance(each, ParsedNote)]
    assert [(each.record, each.patient_id) for each in left] == [(4, "77")]
