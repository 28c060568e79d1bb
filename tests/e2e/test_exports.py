"""Files as hospitals export them, dropped as they are: a bulk export of FHIR, and published examples of each format.

They lie beside the checkout, if at all.
"""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from tests.e2e.command import Command, Ended

from chartbrief.cloud import CHECKOUT

FORMATS = CHECKOUT.parent / "shared" / "formats"
EXPORT = FORMATS / "fhir_ndjson"
IGNORED = {
    "Encounter": 156,
    "Condition": 106,
    "Organization": 43,
    "Practitioner": 43,
    "Patient": 13,
    "AllergyIntolerance": 11,
}

pytestmark = pytest.mark.skipif(not EXPORT.is_dir(), reason="no exported files beside the checkout")


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("export") / "out"


@pytest.fixture(scope="module")
def export(command: Command, out: Path) -> Ended:
    return command.run("run", EXPORT, "--out", out, "--json")


def resources(kind: str) -> list[dict[str, Any]]:
    return [
        json.loads(line) for path in sorted(EXPORT.glob(f"{kind}*.ndjson")) for line in path.read_text().splitlines()
    ]


def test_every_document_is_a_note_and_all_else_is_ignored_by_kind(export: Ended) -> None:
    assert export.status == 0, export.stderr
    report = export.json()
    assert (report["received"], report["summarized"], report["pending"]) == (156, 156, 0)
    assert report["ignored"] == IGNORED
    lines = sum(len(path.read_bytes().splitlines()) for path in EXPORT.glob("*.ndjson"))
    assert report["received"] + sum(report["ignored"].values()) == lines


def test_the_records_name_the_patient_and_encounter_of_their_document(export: Ended, out: Path) -> None:
    assert export.status == 0, export.stderr
    records = [json.loads(path.read_bytes()) for path in out.glob("by_note/*/*.json")]
    told = Counter((record["note_id"], record["patient_id"], record["encounter_id"]) for record in records)
    patients = {patient["id"] for patient in resources("Patient")}
    wanted = Counter(
        (
            f"DocumentReference/{document['id']}",
            document["subject"]["reference"].removeprefix("Patient/"),
            document["context"]["encounter"][0]["reference"].removeprefix("Encounter/"),
        )
        for document in resources("DocumentReference")
    )
    assert told == wanted
    assert {patient for _, patient, _ in told} <= patients


def test_the_commands_that_look_say_what_was_ignored(command: Command, export: Ended, out: Path) -> None:
    assert export.status == 0, export.stderr
    state = out / ".chartbrief"
    audit = command.run("audit", "--state", state, "--json").json()
    assert (audit["problems"], audit["books"]["received"], audit["ignored"]) == (0, 156, sum(IGNORED.values()))
    status = command.run("status", "--state", state, "--json").json()
    assert sum(status["ignored"].values()) == sum(IGNORED.values())
    file = command.run("status", "Encounter.000.ndjson", "--state", state, "--json").json()["found"][0]
    assert file["facts"]["ignored"] == "156 (Encounter 156)"
    assert '"ignored":{' in (out / "report.html").read_text()


def test_every_published_file_ends_in_a_note_a_reason_or_a_count(command: Command, tmp_path: Path) -> None:
    folder = tmp_path / "notes"
    for kind in ("ccda", "fhir_json", "hl7v2"):
        (folder / kind).mkdir(parents=True)
        for path in (FORMATS / kind).iterdir():
            (folder / kind / path.name).write_bytes(path.read_bytes())
    ended = command.run("run", folder, "--out", tmp_path / "out", "--json")
    assert ended.status == 0, ended.stderr
    report = ended.json()
    assert report["pending"] == 0
    assert report["summarized"] == 16
    reasons = [note["reason"] for note in report["notes"] if note["status"] == "quarantined"]
    assert all(reason and reason.endswith(".") for reason in reasons)
    audit = command.run("audit", "--state", tmp_path / "out/.chartbrief", "--json").json()
    assert audit["problems"] == 0
    assert audit["files"] == sum(1 for path in folder.rglob("*") if path.is_file())
