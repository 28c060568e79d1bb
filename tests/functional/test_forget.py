"""`chartbrief forget`: of one patient nothing is left in any version of anything, and the others lose nothing."""

import hashlib
import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from tests.functional.acting import arrive, refused, said
from tests.functional.erased import JANE, OTHER, holders, holders_of_jane, sound, ward
from tests.functional.operators import operate
from tests.functional.stack import Stack, failed

from notes_pipeline.core.identify import digest

pytestmark = pytest.mark.usefixtures("elsewhere")


def test_nothing_of_the_patient_is_left_and_the_proof_says_so(stack: Stack) -> None:
    ward(stack)
    assert len(holders_of_jane(stack)) > 20
    told = said(stack, "forget", JANE, "--yes")
    assert holders_of_jane(stack) == []
    hashes = [digest("ehr", note)[:32].encode() for note in ("n-one", "n-four", "n-five")]
    assert holders(stack, *hashes, digest("patient", "ehr", JANE)[:32].encode()) == []
    assert told["traces_found"] == 0
    assert {place: seen["found"] for place, seen in told["proof"].items()} == {
        "notes bucket": 0,
        "work bucket": 0,
        "summaries bucket": 0,
        "ledger table": 0,
    }
    assert all(told["erased"][place] > 0 for place in ("dropped files", "summaries", "tables", "codes", "ledger rows"))
    again = said(stack, "forget", JANE, "--yes")
    assert set(again["erased"].values()) == {0}


def test_the_others_keep_everything_and_the_books_close(stack: Stack) -> None:
    ward(stack)
    before = {record["note_id"]: record for record in stack.records("by_note/")}
    received = sound(stack)["books"]["received"]
    said(stack, "forget", JANE, "--yes")
    after = {record["note_id"]: record for record in stack.records("by_note/")}
    assert after == {note: before[note] for note in ("n-two", "n-six")}
    books = sound(stack)["books"]
    assert (received, books["received"]) == (9, 3)
    assert (books["summarized"], books["duplicate"], books["quarantined"]) == (2, 1, 0)
    files = stack.objects("NotesBucket", "incoming/")
    assert files["incoming/ehr/mixed.csv"].decode().splitlines() == [
        "note_id,patient_id,encounter_id,note",
        ",,,",
        f"n-two,{OTHER},visit-78,Acute asthma with wheezing. Salbutamol given twice.",
        ",,,",
    ]
    assert set(files) == {"incoming/ehr/mixed.csv", "incoming/ehr/list.json.gz"}


def test_tables_keep_their_columns_and_the_others_rows(stack: Stack, tmp_path: Path) -> None:
    ward(stack)
    said(stack, "forget", JANE, "--yes")
    rows = []
    for number, body in enumerate(stack.objects("SummariesBucket", "table/").values()):
        (tmp_path / f"{number}.parquet").write_bytes(body)
        table = pq.read_table(tmp_path / f"{number}.parquet")
        assert "summarized_at" in table.column_names
        rows += table.to_pylist()
    assert {row["note_id"] for row in rows} == {"n-two", "n-six"}
    groups = stack.objects("SummariesBucket", "groups/current/")
    (tmp_path / "patients.parquet").write_bytes(groups["groups/current/patients/patients.parquet"])
    assert {row["patient_id"] for row in pq.read_table(tmp_path / "patients.parquet").to_pylist()} == {OTHER}


def test_what_comes_after_brings_nothing_back(stack: Stack) -> None:
    """S3's events about the files that were written anew, a batch's datasets once more, the next note of the other."""
    ward(stack)
    said(stack, "forget", JANE, "--yes")
    books = stack.books()
    messages = arrive(stack)
    assert messages
    assert (stack.books(), stack.rows("SHARD#", waiting=True)) == (books, [])
    for batch in {row["pk"].removeprefix("BATCH#") for row in stack.rows("BATCH#") if row["sk"] == "BATCH"}:
        if stack.objects("WorkBucket", f"batches/{batch}/records/"):
            said(stack, "redrive", "--publish", batch, status=0)
    stack.publish()
    stack.upload(stack.drop("ehr/next.csv", f"note_id,patient_id,note\nn-7,{OTHER},Asthma again.\n"))
    stack.settle()
    stack.publish()
    stack.take("NotesUploadedQueue")
    assert holders_of_jane(stack) == []
    sound(stack)


def test_a_message_of_then_that_comes_again_does_nothing(stack: Stack) -> None:
    message = stack.drop("ehr/alone.jsonl", f'{{"note_id": "n-4", "patient_id": "{JANE}", "note": "Fever again."}}\n')
    stack.upload(message)
    stack.settle()
    stack.publish()
    said(stack, "forget", JANE, "--yes")
    assert failed(stack.upload(message)) == []
    assert (stack.books(), stack.records("quarantine/")) == ({}, [])


def test_the_same_id_of_another_system_is_another_patient(stack: Stack) -> None:
    for system in ("ehr", "pacs"):
        note = f"note_id,patient_id,note\n{system}-1,{JANE},Fever in {system} only.\n"
        stack.upload(stack.drop(f"{system}/a.csv", note))
    stack.settle()
    stack.publish()
    assert "ehr, pacs all have this id" in refused(stack, "forget", JANE, "--yes")
    said(stack, "forget", JANE, "--yes", "--system", "ehr")
    assert holders(stack, b"Fever in ehr") == []
    assert {record["note_id"] for record in stack.records("by_note/")} == {"pacs-1"}
    assert said(stack, "forget", JANE, "--yes", "--all-systems")["traces_found"] == 0
    assert stack.records("by_note/") == []


def test_a_single_note_that_names_no_patient(stack: Stack) -> None:
    stack.upload(stack.drop("ed/ED-1.txt", "Ankle sprained on the stairs."), stack.drop("ed/ED-10.txt", "Headache."))
    stack.settle()
    stack.publish()
    said(stack, "forget", "--note", "ED-1.txt", "--system", "ed", "--yes")
    assert holders(stack, b"Ankle", b"ED-1.txt") == []
    assert {record["note_id"] for record in stack.records("by_note/")} == {"ED-10.txt"}
    sound(stack)


def test_a_dry_run_counts_and_changes_nothing(stack: Stack) -> None:
    ward(stack)
    before = holders_of_jane(stack)
    told = said(stack, "forget", JANE, "--dry-run")
    assert holders_of_jane(stack) == before
    assert (told["erased"]["dropped files"], told["erased"]["summaries"]) == (4, 2)
    printed = operate(stack, "forget", JANE, "--dry-run").output
    assert "4 in dropped files would go" in printed
    assert JANE not in printed


def test_nothing_is_erased_without_a_yes(stack: Stack) -> None:
    ward(stack)
    before = holders_of_jane(stack)
    refused(stack, "forget", JANE, status=1)
    assert "add --yes" in refused(stack, "forget", JANE, "--json")
    assert "Name a patient" in refused(stack, "forget", "--yes")
    assert holders_of_jane(stack) == before


def test_the_certificate_names_nobody(stack: Stack, tmp_path: Path) -> None:
    ward(stack)
    result = operate(stack, "forget", JANE, "--yes", "--certificate", str(tmp_path / "certificate.json"))
    text = (tmp_path / "certificate.json").read_text()
    told = json.loads(text)
    assert "nothing is left" in result.stdout
    assert not [secret for secret in (JANE, "n-one", "visit-77", "Janedoe") if secret in text + result.output]
    assert told["looked_for"]["stretches_of_text"] > 3
    sha256 = told.pop("sha256")
    assert hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest() == sha256


@pytest.mark.parametrize("parameters", [{"EndpointName": "ep", "EndpointMaxNotes": "100"}, {"FhirOutput": "yes"}])
def test_whichever_way_the_notes_went(aws: None, parameters: dict[str, str]) -> None:
    stack = Stack(**parameters)
    ward(stack)
    assert said(stack, "forget", JANE, "--yes")["traces_found"] == 0
    assert holders_of_jane(stack) == []
    sound(stack)
