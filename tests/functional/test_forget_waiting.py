"""Erasing while notes are on their way: what waits is taken out, what cannot be stopped is waited for."""

import json

import pytest
from tests.functional.acting import refused, said
from tests.functional.erased import ALONE, JANE, MIXED, holders_of_jane, sound, ward
from tests.functional.stack import Stack

pytestmark = pytest.mark.usefixtures("elsewhere")


def test_notes_that_wait_are_taken_out_and_the_others_go_on_waiting(stack: Stack) -> None:
    stack.upload(stack.drop("ehr/mixed.csv", MIXED), stack.drop("ehr/alone.jsonl", ALONE))
    stack.take("NotesUploadedQueue")
    assert said(stack, "forget", JANE, "--yes")["traces_found"] == 0
    (waiting,) = stack.rows("SHARD#", waiting=True)
    lines = stack.objects("WorkBucket")[waiting["key"]].splitlines()
    assert [json.loads(line)["inputs"] for line in lines] == ["Acute asthma with wheezing. Salbutamol given twice."]
    stack.settle()
    stack.publish()
    assert holders_of_jane(stack) == []
    assert stack.books() == {"summarized": 1}
    sound(stack)


def test_notes_that_are_with_the_model_are_waited_for(stack: Stack) -> None:
    stack.upload(stack.drop("ehr/mixed.csv", MIXED))
    stack.start()
    before = holders_of_jane(stack)
    assert "with the model" in refused(stack, "forget", JANE, "--yes", status=1)
    assert holders_of_jane(stack) == before
    stack.settle()
    assert "being made" in refused(stack, "forget", JANE, "--yes", status=1)
    stack.publish()
    assert said(stack, "forget", JANE, "--yes")["traces_found"] == 0
    assert holders_of_jane(stack) == []


def test_files_that_are_not_staged_are_waited_for(stack: Stack) -> None:
    message = stack.drop("ehr/mixed.csv", MIXED)
    assert "not staged" in refused(stack, "forget", JANE, "--yes", status=1)
    stack.upload(message)
    assert said(stack, "forget", JANE, "--yes")["traces_found"] == 0


def test_a_version_that_is_not_current_is_not_made_current(stack: Stack) -> None:
    """The patient's note was in yesterday's file alone; today's has the other's, and tomorrow's was deleted."""
    yesterday = stack.drop("ehr/daily.csv", MIXED)
    today = stack.drop("ehr/daily.csv", MIXED.splitlines()[0] + "\nn-9,p-7,visit-9,Sprained ankle.\n")
    stack.upload(yesterday, today)
    stack.settle()
    stack.publish()
    said(stack, "forget", JANE, "--yes")
    assert b"Sprained ankle" in stack.objects("NotesBucket")["incoming/ehr/daily.csv"]
    assert holders_of_jane(stack) == []
    sound(stack)


def test_a_deleted_file_stays_deleted(stack: Stack) -> None:
    ward(stack)
    stack.session.client("s3").delete_object(Bucket=stack.name("NotesBucket"), Key="incoming/ehr/mixed.csv")
    said(stack, "forget", JANE, "--yes")
    assert "incoming/ehr/mixed.csv" not in stack.objects("NotesBucket")
    assert holders_of_jane(stack) == []


def test_a_trace_that_no_rule_knows_is_found_by_the_proof(stack: Stack) -> None:
    ward(stack)
    body = b"Exported by hand: Janedoe has a fever of 39.2 and dry cough since Monday."
    stack.session.client("s3").put_object(Bucket=stack.name("WorkBucket"), Key="export/letter.doc", Body=body)
    told = said(stack, "forget", JANE, "--yes", status=1)
    assert (told["proof"]["work bucket"]["found"], told["traces_found"]) == (1, 1)


def test_a_phrase_that_others_have_too_is_no_trace(stack: Stack) -> None:
    same = "Acute asthma with wheezing. Salbutamol given twice."
    for number, patient in enumerate((JANE, "p-7")):
        drop = f"note_id,patient_id,encounter_id,note\nn-{number},{patient},visit-1,{same}\n"
        stack.upload(stack.drop(f"ehr/{number}.csv", drop))
    stack.settle()
    stack.publish()
    told = said(stack, "forget", JANE, "--yes")
    assert told["traces_found"] == 0
    assert all(told["proof"][place]["shared"] for place in ("notes bucket", "summaries bucket", "ledger table"))
    assert [record["summary"] for record in stack.records("by_note/")] == ["Acute asthma with wheezing."]
    sound(stack)
