"""What is made of a batch's summaries: tables, candidate codes, FHIR documents, patient groups."""

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from tests.functional.stack import Stack, envelope, failed, queue_event

from notes_pipeline.core.parquet import from_parquet
from notes_pipeline.core.summary_table import CODES, SUMMARIES
from notes_pipeline.errors import InputError
from notes_pipeline.handlers.envelopes import written_batch_of

NOTES = (
    "note_id,patient_id,encounter_id,note\n"
    "n1,p1,e1,Type 2 diabetes and pneumonia. HR 120.\n"
    "n2,p2,,Denies pneumonia. Asthma.\n"
)


def publish(stack: Stack, notes: str = NOTES) -> list[Any]:
    stack.upload(stack.drop("ehr/monday.csv", notes))
    stack.settle()
    return stack.publish()


def rows(stack: Stack, prefix: str) -> list[dict[str, Any]]:
    bodies = stack.objects("SummariesBucket", prefix)
    return [row for key, body in sorted(bodies.items()) if key.endswith(".parquet") for row in from_parquet(body)]


def test_every_summary_is_a_row_in_the_partition_of_its_day(stack: Stack) -> None:
    answers = publish(stack)
    assert [failed(answer) for answer in answers] == [[]]
    found = {row["note_id"]: row for row in rows(stack, "table/")}
    records = {record["note_id"]: record for record in stack.records("by_note/")}
    assert set(found) == set(records) == {"n1", "n2"}
    for name, row in found.items():
        record = records[name]
        assert list(row) == SUMMARIES.names
        assert (row["summary"], row["batch_id"], row["status"]) == (record["summary"], record["batch_id"], "draft")
        assert (row["source_key"], row["source_record"]) == (record["source"]["key"], record["source"]["record"])
        assert abs(row["summarized_at"] - datetime.fromisoformat(record["summarized_at"])) < timedelta(milliseconds=1)
    (key,) = stack.objects("SummariesBucket", "table/")
    day = records["n1"]["summarized_at"][:10]
    assert key.startswith(f"table/dt={day}/batch={records['n1']['batch_id']}/")


def test_codes_are_written_for_each_note_and_as_a_table(stack: Stack) -> None:
    publish(stack)
    by_note = {record["note_uid"]: record for record in stack.records("codes/by_note/")}
    categories = {
        name: [row["category"] for row in rows(stack, "codes/dt=") if row["note_id"] == name] for name in ("n1", "n2")
    }
    assert {"E11", "J18"} <= set(categories["n1"])
    assert "J18" not in categories["n2"]
    assert "J45" in categories["n2"]
    assert len(by_note) == 2
    assert list(rows(stack, "codes/dt=")[0]) == CODES.names


def test_publishing_again_writes_the_same_bytes(stack: Stack) -> None:
    publish(stack)
    first = stack.objects("SummariesBucket")
    batch = stack.records("by_note/")[0]["batch_id"]
    message = json.loads(envelope("summaries_written")["Records"][0]["body"])
    message["detail"]["batch_id"] = batch
    stack.invoke("SummariesWrittenFunction", queue_event("summaries_written", message))
    assert stack.objects("SummariesBucket") == first


AMENDED = NOTES.replace("pneumonia. HR", "bronchitis. HR")


def test_an_amended_note_has_a_row_for_each_version_and_one_that_ends_the_old(stack: Stack) -> None:
    publish(stack)
    publish(stack, AMENDED)
    found = [row for row in rows(stack, "table/") if row["note_id"] == "n1"]
    old, new = (row["content_sha256"] for row in sorted(found, key=lambda row: row["summarized_at"])[1:])
    assert sorted((row["content_sha256"], row["status"]) for row in found) == sorted(
        [(old, "draft"), (old, "superseded"), (new, "draft")]
    )


def test_the_document_of_an_old_version_is_superseded_too(aws: None) -> None:
    stack = Stack(FhirOutput="yes")
    publish(stack)
    publish(stack, AMENDED)
    found = {document["id"]: document["status"] for document in stack.records("fhir/")}
    records = {f"{r['note_uid']}-{r['content_sha256'][:16]}": r["status"] for r in stack.records("by_note/")}
    assert sorted(records.values()) == ["draft", "draft", "superseded"]
    assert found == {name: {"draft": "current"}.get(status, status) for name, status in records.items()}


def test_documents_are_not_written_unasked(stack: Stack) -> None:
    publish(stack)
    assert stack.objects("SummariesBucket", "fhir/") == {}


def test_documents_are_written_on_request(aws: None) -> None:
    stack = Stack(FhirOutput="yes")
    publish(stack)
    documents = stack.records("fhir/")
    assert {document["docStatus"] for document in documents} == {"preliminary"}
    assert len(documents) == 2


def test_without_an_engine_there_are_no_codes_and_no_groups(aws: None) -> None:
    stack = Stack(CodingEngine="none")
    publish(stack)
    assert len(rows(stack, "table/")) == 2
    assert {**stack.objects("SummariesBucket", "codes/"), **stack.objects("SummariesBucket", "groups/")} == {}


def test_patients_with_one_diagnosis_are_a_group(stack: Stack) -> None:
    publish(stack, NOTES + "n3,p3,,Asthma since childhood.\n")
    patients = from_parquet(
        stack.objects("SummariesBucket", "groups/current/")["groups/current/patients/patients.parquet"]
    )
    asthma = {row["patient_id"] for row in patients if row["group_id"] == "icd10:J45"}
    assert asthma == {"p2", "p3"}


def test_a_batch_that_the_ledger_does_not_know_is_nothing_to_publish(stack: Stack) -> None:
    assert failed(stack.invoke("SummariesWrittenFunction", envelope("summaries_written"))) == []
    assert stack.objects("SummariesBucket") == {}


def test_another_message_is_refused() -> None:
    with pytest.raises(InputError):
        written_batch_of({"detail": "none"})
