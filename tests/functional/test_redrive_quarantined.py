"""`chartbrief redrive --quarantined`: what was repaired lets records through, each once, and no reason stays behind."""

from typing import Any

import pytest
from tests.functional.acting import arrive, said
from tests.functional.stack import Stack, failed

from notes_pipeline.core.redrives import Redrive

LONG = "note_id,note\n1,Fever.\n2,{long}\n3,{long} Again.\n".format(long="Cough since Monday. " * 60)


@pytest.fixture
def strict(stack: Stack) -> Stack:
    """A stack that takes short notes only, and has quarantined two long ones."""
    allow(stack, "1000")
    stack.upload(stack.drop("ehr/a.csv", LONG))
    stack.settle()
    stack.take("NotesUploadedQueue")
    assert stack.books() == {"summarized": 1, "quarantined": 2}
    return stack


def allow(stack: Stack, most: str) -> None:
    stack.functions["NotesUploadedFunction"].environment["MAX_NOTE_BYTES"] = most


def ask(stack: Stack, *options: str, status: int = 0) -> dict[str, Any]:
    return said(stack, "redrive", "--quarantined", *options, status=status)


def shards_asked(stack: Stack) -> int:
    return sum(len(job) for job in stack.sagemaker.created)


def test_what_was_repaired_is_summarized_and_its_reason_goes(strict: Stack) -> None:
    allow(strict, "100000")
    told = ask(strict)
    assert (told["records"], told["codes"], told["left"]) == (2, {"NoteTooLong": 2}, {})
    arrive(strict)
    strict.settle()
    assert strict.books() == {"summarized": 3}
    assert strict.records("quarantine/") == []
    assert len(strict.records("by_note/")) == 3
    assert ask(strict)["records"] == 0


def test_the_same_command_twice_sends_nothing_twice_to_the_model(strict: Stack) -> None:
    allow(strict, "100000")
    ask(strict)
    ask(strict)
    messages = arrive(strict)
    assert len(messages) == 2
    assert [row["notes"] for row in strict.rows("SHARD#", waiting=True)] == ["2"]
    assert ask(strict)["records"] == 0
    strict.settle()
    assert failed(strict.upload(*messages)) == []
    strict.settle()
    assert (strict.books(), len(strict.records("by_note/"))) == ({"summarized": 3}, 3)


def test_two_redrives_that_want_the_same_record_stage_it_once(strict: Stack) -> None:
    allow(strict, "100000")
    (identity,) = {row["pk"].removeprefix("OBJECT#") for row in strict.rows("OBJECT#")}
    some, all_ = (Redrive(object_id=identity, records=records) for records in ({2: 0}, {2: 0, 3: 0}))
    messages = [{"object_id": each.object_id, "redrive": each.as_text()} for each in (some, all_)]
    assert failed(strict.upload(*messages)) == []
    assert sorted(row["notes"] for row in strict.rows("SHARD#", waiting=True)) == ["1", "1"]
    strict.settle()
    assert strict.books() == {"summarized": 3}


def test_what_fails_again_has_a_reason_again_and_may_be_tried_once_more(strict: Stack) -> None:
    ask(strict)
    arrive(strict)
    assert strict.books() == {"summarized": 1, "quarantined": 2}
    assert len(strict.records("quarantine/")) == 2
    allow(strict, "100000")
    assert ask(strict)["records"] == 2
    arrive(strict)
    strict.settle()
    assert strict.books() == {"summarized": 3}


def test_notes_that_the_model_refused_go_again(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    stack.upload(stack.drop("ehr/a.csv", "note_id,note\n1,Fever.\n2,Please refuse me.\n"))
    stack.settle()
    stack.take("NotesUploadedQueue")
    assert ask(stack, "--code", "Refused", "--object", "ehr/a.csv", "--dry-run")["records"] == 1
    assert ask(stack, "--code", "NoAnswer")["records"] == 0
    for _ in range(2):
        assert ask(stack)["codes"] == {"Refused": 1}
        arrive(stack)
        assert stack.books() == {"summarized": 1, "pending": 1}
        stack.settle()
        assert stack.books() == {"summarized": 1, "quarantined": 1}
        assert len(stack.records("quarantine/")) == 1
    monkeypatch.setattr("tests.functional.sagemaker.summarize", lambda text: answer(text))
    ask(stack)
    arrive(stack)
    stack.settle()
    assert (stack.books(), stack.records("quarantine/")) == ({"summarized": 2}, [])
    assert {row["status"] for row in stack.rows("NOTE#")} == {"summarized"}


def answer(text: str) -> dict[str, Any]:
    return {"summary_text": text, "parts": 1, "model": {"name": "mended", "version": "2", "sha256": "0" * 64}}


def test_a_whole_file_is_read_again(stack: Stack) -> None:
    stack.upload(stack.drop("ehr/a.csv", "note_id,text\n1,Fever.\n2,\n"))
    stack.take("NotesUploadedQueue")
    assert stack.books() == {"quarantined": 1}
    stack.functions["NotesUploadedFunction"].environment["NOTE_FIELD"] = "text"
    assert ask(stack, "--code", "NoNoteColumn")["records"] == 1
    messages = arrive(stack)
    stack.settle()
    # The file's own receipt stands for nothing any more: its records have theirs.
    assert stack.books() == {"superseded": 1, "summarized": 1, "quarantined": 1}
    (record,) = stack.records("quarantine/")
    assert (record["source"]["record"], record["code"]) == (2, "EmptyNote")
    before = stack.rows("OBJECT#"), stack.rows("SHARD#")
    assert failed(stack.upload(*messages)) == []
    assert (stack.rows("OBJECT#"), stack.rows("SHARD#")) == before


def test_a_note_that_was_amended_meanwhile_does_not_come_back(strict: Stack) -> None:
    amended = strict.drop("ehr/a.csv", "note_id,note\n2,Cough.\n")
    amended["time"] = "2099-01-01T00:00:00Z"
    strict.upload(amended)
    strict.settle()
    strict.take("NotesUploadedQueue")
    allow(strict, "100000")
    assert ask(strict)["of_replaced_files"] == 2
    arrive(strict)
    strict.settle()
    assert strict.books() == {"summarized": 3, "superseded": 1}
    current = [record for record in strict.records("by_note/") if record["status"] == "draft"]
    assert sorted(record["summary"] for record in current if record["note_id"] == "2") == ["Cough."]


def test_a_file_that_is_gone_is_told(strict: Stack) -> None:
    s3, bucket = strict.session.client("s3"), strict.name("NotesBucket")
    for version in s3.list_object_versions(Bucket=bucket)["Versions"]:
        s3.delete_object(Bucket=bucket, Key=version["Key"], VersionId=version["VersionId"])
    told = ask(strict, status=1)
    assert (told["records"], told["left"]) == (0, {"its file is gone: drop it again": 2})
    assert strict.take("NotesUploadedQueue") == []


def test_a_file_that_is_not_staged_to_the_end_is_left_alone(strict: Stack) -> None:
    (row,) = [row for row in strict.rows("OBJECT#") if row["sk"] == "OBJECT"]
    key = {"pk": {"S": row["pk"]}, "sk": {"S": "OBJECT"}}
    strict.session.client("dynamodb").delete_item(TableName=strict.name("LedgerTable"), Key=key)
    assert ask(strict, status=1)["left"] == {"its file is being staged": 2}
