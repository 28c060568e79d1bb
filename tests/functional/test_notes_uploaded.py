"""NotesUploadedFunction: a dropped file becomes shards, receipts and quarantine records, once."""

import gzip
import json

import pytest
from tests.functional.stack import Stack, failed, queue_event

CSV = "note_id,patient_id,note\n1,p1,Fever and cough.\n2,p2,\n3,p3,Chest pain.\n"


def test_a_drop_is_staged_and_asks_for_a_batch(stack: Stack) -> None:
    assert failed(stack.upload(stack.drop("ehr/a.csv", CSV))) == []
    assert stack.books() == {"pending": 2, "quarantined": 1}
    (shard,) = stack.rows("SHARD#", waiting=True)
    assert (shard["notes"], shard["attempt"]) == ("2", "1")
    lines = stack.objects("WorkBucket")[shard["key"]].splitlines()
    assert [json.loads(line)["inputs"] for line in lines] == ["Fever and cough.", "Chest pain."]
    assert stack.take("BatchNowQueue") == [{"reason": "no-wait"}]


def test_the_quarantine_record_names_file_and_record_and_says_what_to_do(stack: Stack) -> None:
    stack.upload(stack.drop("ehr/a.csv", CSV))
    (record,) = stack.records("quarantine/")
    assert record["reason"] == "ehr/a.csv, record 2: the note is empty: send its text, or leave the record out."
    assert (record["stage"], record["code"], record["source"]["record"]) == ("parse", "EmptyNote", 2)


def test_the_same_message_again_changes_nothing(stack: Stack) -> None:
    message = stack.drop("ehr/a.csv", CSV)
    stack.upload(message)
    before = (stack.rows(""), stack.objects("WorkBucket"), stack.objects("SummariesBucket"))
    assert failed(stack.upload(message, message)) == []
    assert (stack.rows(""), stack.objects("WorkBucket"), stack.objects("SummariesBucket")) == before


def test_the_same_file_dropped_again_is_all_duplicates(stack: Stack) -> None:
    stack.upload(stack.drop("ehr/a.csv", CSV))
    stack.upload(stack.drop("ehr/b.csv", CSV))
    assert stack.books() == {"pending": 2, "quarantined": 2, "duplicate": 2}
    assert len(stack.rows("SHARD#")) == 1


def test_an_amended_note_supersedes_the_one_before(stack: Stack) -> None:
    stack.upload(stack.drop("ehr/a.csv", "note_id,note\n1,Fever.\n"))
    stack.upload(stack.drop("ehr/a.csv", "note_id,note\n1,Fever and cough.\n"))
    assert stack.books() == {"superseded": 1, "pending": 1}


def test_a_late_older_version_never_replaces_a_newer_one(stack: Stack) -> None:
    older = stack.drop("ehr/a.csv", "note_id,note\n1,Fever.\n")
    newer = stack.drop("ehr/a.csv", "note_id,note\n1,Fever and cough.\n")
    stack.upload(newer)
    stack.upload(older)
    assert stack.books() == {"pending": 1, "superseded": 1}
    (note,) = stack.rows("NOTE#")
    assert note["sequencer"] == newer["detail"]["object"]["sequencer"]


def test_a_note_twice_in_one_file_counts_once(stack: Stack) -> None:
    stack.upload(stack.drop("ehr/a.csv", "note_id,note\n1,Fever.\n1,Fever.\n1,Cough.\n"))
    assert stack.books() == {"superseded": 1, "duplicate": 1, "pending": 1}


def test_a_file_that_vanished_is_quarantined(stack: Stack) -> None:
    message = stack.drop("ehr/a.txt", "Fever.")
    where = message["detail"]["object"]
    stack.session.client("s3").delete_object(
        Bucket=stack.name("NotesBucket"), Key=where["key"], VersionId=where["version-id"]
    )
    assert failed(stack.upload(message)) == []
    (record,) = stack.records("quarantine/")
    assert record["reason"] == "ehr/a.txt: it vanished before it was read: drop it again."
    assert stack.books() == {"quarantined": 1}


@pytest.mark.parametrize(
    ("name", "body", "code"),
    [
        ("a.txt", b"", "EmptyFile"),
        ("a.txt", b"\xff\xfe\x00\xd8", "NotText"),
        ("a.csv", b"id,text\n1,Fever\n", "NoNoteColumn"),
        ("a.jsonl", b'{"note": "Fe', "BrokenJson"),
        ("a.csv", b"note\n \n", "EmptyNote"),
        ("a.txt", b"x" * 5_000_000, "NoteTooLong"),
        ("a.pdf", b"%PDF-1.7", "PdfNotRead"),
        ("a.txt.gz", gzip.compress(b"Fever", mtime=0)[:-3], "BrokenGzip"),
    ],
)
def test_bad_input_ends_in_quarantine_and_nowhere_else(stack: Stack, name: str, body: bytes, code: str) -> None:
    assert failed(stack.upload(stack.drop(f"ehr/{name}", body))) == []
    assert [record["code"] for record in stack.records("quarantine/")] == [code]
    assert stack.books() == {"quarantined": 1}
    assert stack.take("BatchNowQueue") == []


def test_urgent_drops_ask_for_a_batch_at_once_whatever_the_wait(aws: None) -> None:
    stack = Stack(MaxWaitSeconds="3600")
    stack.upload(stack.drop("ehr/a.txt", "Fever."))
    assert stack.take("BatchNowQueue") == []
    stack.upload(stack.drop("urgent/ehr/b.txt", "Chest pain."))
    assert stack.take("BatchNowQueue") == [{"reason": "urgent"}]


def test_a_large_backlog_asks_for_a_batch(aws: None) -> None:
    stack = Stack(MaxWaitSeconds="3600", MinNotes="2")
    stack.upload(stack.drop("ehr/a.txt", "Fever."))
    stack.upload(stack.drop("ehr/b.txt", "Cough."))
    assert stack.take("BatchNowQueue") == [{"reason": "backlog"}]


def test_a_file_of_many_notes_becomes_balanced_shards(aws: None) -> None:
    stack = Stack(ShardTokens="1000")
    stack.upload(stack.drop("ehr/a.csv", "note\n" + "".join(f"note {i} {'pain ' * 50}\n" for i in range(60))))
    tokens = [int(row["tokens"]) for row in stack.rows("SHARD#")]
    assert len(tokens) > 3
    assert max(tokens) - min(tokens) < 100


def test_only_the_message_that_is_no_object_event_comes_again(stack: Stack) -> None:
    good = stack.drop("ehr/a.txt", "Fever.")
    event = queue_event("notes_uploaded", {"hello": 1}, good)
    assert failed(stack.invoke("NotesUploadedFunction", event)) == ["m0"]
    assert stack.books() == {"pending": 1}


def test_headers_and_the_charset_of_files_are_as_the_deployment_says(stack: Stack) -> None:
    message = stack.drop("ehr/a.txt", "MRN: 7\n\nSeen à jeun.".encode("cp1252"))
    assert failed(stack.upload(message)) == []
    assert stack.books() == {"quarantined": 1}
    environment = stack.functions["NotesUploadedFunction"].environment
    environment |= {"TEXT_HEADERS": "patient_id=MRN", "NOTE_ENCODING": "cp1252"}
    assert failed(stack.upload(stack.drop("ehr/b.txt", "MRN: 7\n\nSeen à jeun.".encode("cp1252")))) == []
    (shard,) = stack.rows("SHARD#", waiting=True)
    (line,) = stack.objects("WorkBucket")[shard["key"]].splitlines()
    assert json.loads(line)["inputs"] == "Seen à jeun."
