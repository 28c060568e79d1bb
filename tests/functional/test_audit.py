"""An audit of a sound deployment finds nothing, whatever way its notes went, and says so."""

import json

import boto3
import pytest
from tests.functional.audited import Ward
from tests.functional.operators import operate
from tests.functional.stack import Stack, envelope

from chartbrief.operate.auditing import checks

NOTES = "note_id,note\n1,Fever and cough. Given fluids.\n2,Chest pain. HR 120.\n"
WAYS = {
    "transform": {},
    "endpoint": {"EndpointName": "toy-endpoint", "EndpointMaxNotes": "100"},
    "bedrock": {"SummarizerOption": "bedrock"},
    "bedrock-batch": {"SummarizerOption": "bedrock-batch", "BedrockBatchMinRecords": "1"},
}


@pytest.fixture
def ward(stack: Stack) -> Ward:
    return Ward(stack)


def test_a_sound_deployment_has_the_auditors_sentence(ward: Ward) -> None:
    status, found = ward.audit()
    assert (status, found["problems"], found["findings"]) == (0, 0, [])
    assert found["sentence"] == "10 records received: each has exactly one current summary or one written reason."
    books = {"received": 10, "summarized": 4, "quarantined": 3, "duplicate": 1, "superseded": 2, "pending": 0}
    assert found["books"] == books
    assert (found["files"], found["versions"], found["notes"]) == (4, 4, 5)
    assert (found["current_summaries"], found["superseded_summaries"], found["reasons"]) == (4, 1, 3)


def test_it_is_told_in_a_few_lines(ward: Ward) -> None:
    told = operate(ward.stack, "audit", "--grace", "0")
    assert told.exit_code == 0
    first, sentence, books, *_ = told.stdout.splitlines()
    assert first.startswith("local cloud out/.chartbrief, 20")
    assert sentence == "10 records received: each has exactly one current summary or one written reason."
    assert books == "received 10 = summarized 4 + quarantined 3 + duplicate 1 + superseded 2 + pending 0"


def test_a_quick_audit_says_that_it_was(ward: Ward) -> None:
    assert ward.audit("--quick")[0] == 0
    assert "(--quick)" in operate(ward.stack, "audit", "--grace", "0", "--quick").stdout


@pytest.mark.parametrize("way", WAYS)
def test_every_way_to_summarize_ends_in_sound_books(aws: None, way: str) -> None:
    stack = Stack(**WAYS[way])
    ward = Ward(stack)
    status, found = ward.audit()
    assert (status, found["findings"]) == (0, [])
    assert found["books"]["received"] == 10


def test_an_amendment_in_quarantine_leaves_no_summary_current(stack: Stack) -> None:
    for text in ("Fever and cough.", "Please refuse me."):
        stack.upload(stack.drop("ehr/a.csv", f"note_id,note\n1,{text}\n"))
        stack.settle()
    result = operate(stack, "audit", "--json", "--grace", "0")
    assert (result.exit_code, json.loads(result.stdout)["findings"]) == (0, [])
    assert stack.books() == {"superseded": 1, "quarantined": 1}
    assert [record["status"] for record in stack.records("by_note/")] == ["superseded"]


def test_what_is_on_its_way_is_sound(stack: Stack) -> None:
    stack.upload(stack.drop("ehr/a.csv", NOTES))
    result = operate(stack, "audit", "--json", "--grace", "0")
    found = json.loads(result.stdout)
    assert (result.exit_code, found["findings"]) == (0, [])
    assert "2 records received: 0 have ended" in found["sentence"]
    assert "2 are pending" in found["sentence"]
    stack.start()
    result = operate(stack, "audit", "--json", "--grace", "0")
    assert (result.exit_code, json.loads(result.stdout)["findings"]) == (0, [])


def test_a_drop_that_is_younger_than_the_grace_may_still_wait_in_the_queue(stack: Stack) -> None:
    stack.drop("ehr/a.csv", NOTES)
    told = operate(stack, "audit")
    assert told.exit_code == 0
    assert "1 dropped file(s) are not staged yet" in told.stdout


def test_a_deleted_file_whose_versions_are_kept_is_sound(ward: Ward) -> None:
    ward.remove("incoming/ehr/first.csv", "NotesBucket")
    assert ward.audit()[0] == 0


def test_a_file_dropped_twice_is_sound(ward: Ward) -> None:
    ward.stack.upload(ward.stack.drop("ehr/first.csv", NOTES))
    ward.stack.settle()
    assert ward.audit()[0] == 0


def test_a_file_that_vanished_before_it_was_read_has_its_reason(stack: Stack) -> None:
    message = stack.drop("ehr/a.csv", NOTES)
    item = message["detail"]["object"]
    stack.session.client("s3").delete_object(
        Bucket=stack.name("NotesBucket"), Key=item["key"], VersionId=item["version-id"]
    )
    stack.upload(message)
    assert operate(stack, "audit", "--grace", "0").exit_code == 0


def test_a_bucket_without_versions_is_audited_as_well(stack: Stack) -> None:
    s3, bucket = stack.session.client("s3"), stack.name("NotesBucket")
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Suspended"})
    s3.put_object(Bucket=bucket, Key="incoming/ehr/a.csv", Body=NOTES.encode())
    s3.put_object(Bucket=bucket, Key="incoming/ehr/b.csv", Body=b"note_id,note\n7,Cough. Better.\n")
    message = json.loads(envelope("notes_uploaded")["Records"][0]["body"])
    (listed,) = s3.list_object_versions(Bucket=bucket, Prefix="incoming/ehr/b")["Versions"]
    message["time"], message["detail"]["bucket"]["name"] = listed["LastModified"].isoformat(), bucket
    message["detail"]["object"] = {"key": "incoming/ehr/b.csv", "sequencer": "1"}
    stack.upload(message)
    stack.settle()
    found = json.loads(operate(stack, "audit", "--json", "--grace", "0").stdout)
    assert [(item["code"], item["key"]) for item in found["findings"]] == [("not-staged", "incoming/ehr/a.csv")]


def test_the_number_of_findings_becomes_a_metric(ward: Ward) -> None:
    ward.delete(f"NOTE#{ward.uid('2')}", "NOTE")
    told = operate(ward.stack, "audit", "--grace", "0", "--put-metric")
    assert (told.exit_code, told.stderr) == (1, "")
    listed = boto3.client("cloudwatch").list_metrics(Namespace="Chartbrief", MetricName="AuditProblems")["Metrics"]
    dimensions = [{item["Name"]: item["Value"] for item in metric["Dimensions"]} for metric in listed]
    assert {"service": "local"} in dimensions
    assert {"service": "local", "kind": "lost"} in dimensions


@pytest.mark.parametrize("given", [("--grace", "soon"), ("--inventory", "report/manifest.json"), ("--stale", "")])
def test_arguments_that_cannot_work_are_refused(stack: Stack, given: tuple[str, str]) -> None:
    told = operate(stack, "audit", *given)
    assert (told.exit_code, told.stdout) == (2, "")
    assert len(told.stderr.splitlines()) == 1


def test_a_version_deleted_for_good_is_missed_unless_that_is_how_it_should_be(stack: Stack) -> None:
    ward = Ward(stack)
    s3, bucket = stack.session.client("s3"), stack.name("NotesBucket")
    (version,) = s3.list_object_versions(Bucket=bucket, Prefix="incoming/ed/walk-in.txt")["Versions"]
    s3.delete_object(Bucket=bucket, Key=version["Key"], VersionId=version["VersionId"])
    assert ward.findings() == [("orphaned", "version-gone")]
    assert ward.findings("--retention", "30") == []


def test_a_finding_is_not_lost_among_what_its_file_brings_along(ward: Ward, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "MOST_TOLD", 1)
    ward.delete(f"NOTE#{ward.uid('5')}", "NOTE")
    _, found = ward.audit()
    assert [item["code"] for item in found["findings"]] == ["note-row-missing"]
    assert (found["problems"], found["not_told"]) == (2, {"lost": 1})
