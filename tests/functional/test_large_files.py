"""Files of lines too large for one call: divided, staged part by part in whatever order, and closed once."""

import gzip
import json
import random
from collections import Counter
from typing import Any

import pytest
from tests.functional.stack import Event, Stack, failed

from notes_pipeline.steps import divide_object, stage_object


@pytest.fixture(autouse=True)
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything over 2 kB is large, and a part has 15 lines or more."""
    monkeypatch.setattr(stage_object, "WHOLE_BYTES", 2_000)
    monkeypatch.setattr(divide_object, "PART_LINES", 15)
    monkeypatch.setattr("notes_pipeline.aws.objects.PIECE_BYTES", 700)
    monkeypatch.setattr("notes_pipeline.core.formats.streams.BLOCK_BYTES", 700)


def lines(count: int, **changes: str) -> list[str]:
    found = [json.dumps({"note_id": f"N{n}", "note": f"Fever {n}. Cough."}) for n in range(1, count + 1)]
    for number, line in changes.items():
        found[int(number.removeprefix("line_")) - 1] = line
    return found


def divide(stack: Stack, message: Event) -> list[Any]:
    """Give the message about a file to the function; return those about its parts that it sent."""
    stack.take("NotesUploadedQueue")  # moto's own about the drop
    assert failed(stack.upload(message)) == []
    return stack.take("NotesUploadedQueue")


def object_row(stack: Stack) -> dict[str, str] | None:
    return next((row for row in stack.rows("OBJECT#") if row["sk"] == "OBJECT"), None)


@pytest.mark.parametrize("name", ["ehr/a.jsonl", "ehr/a.ndjson.gz"])
def test_a_large_file_is_staged_by_parts_in_any_order_and_closed_by_the_last(stack: Stack, name: str) -> None:
    text = "\n".join(lines(100, line_7="{broken", line_50="", line_99='{"note": "Fever", "note_id": "N1"}'))
    body = gzip.compress(text.encode()) if name.endswith(".gz") else text.encode()
    parts = divide(stack, stack.drop(name, body))
    assert len(parts) > 3
    random.Random(3).shuffle(parts)
    for part in parts[:-1]:
        assert failed(stack.upload(part)) == []
    assert object_row(stack) is None
    assert stack.take("BatchNowQueue") == []
    stack.upload(parts[-1])
    row = object_row(stack)
    assert row is not None
    assert (row["records"], bool(row["staged_at"])) == ("99", True)
    assert stack.take("BatchNowQueue") == [{"reason": "no-wait"}]
    assert stack.books() == {"pending": 97, "quarantined": 1, "superseded": 1}
    receipts = [row["sk"] for row in stack.rows("OBJECT#") if row["sk"].startswith("RECORD#")]
    assert sorted(receipts) == [f"RECORD#{n:08d}" for n in range(1, 101) if n != 50]
    stack.settle()
    assert stack.books() == {"summarized": 97, "quarantined": 1, "superseded": 1}
    summaries = {(record["note_id"], record["source"]["record"]) for record in stack.records("by_note/")}
    assert {found for found in summaries if found[0] == "N1"} == {("N1", 99)}
    assert len(summaries) == 97


def test_every_message_may_come_again_at_any_time(stack: Stack) -> None:
    message = stack.drop("ehr/a.jsonl", "\n".join(lines(60)))
    parts = divide(stack, message)
    stack.upload(*parts[:2], *parts[:2])
    again = divide(stack, message)
    assert [part["part"]["start"] for part in again] == [part["part"]["start"] for part in parts[2:]]
    stack.upload(*again, *parts, message)
    assert stack.take("NotesUploadedQueue") == []
    assert stack.books() == {"pending": 60}
    stack.settle()
    stack.upload(message, *parts)
    stack.settle()
    assert stack.books() == {"summarized": 60}
    assert Counter(key.split("/")[1] for key in stack.objects("SummariesBucket", "by_note/")).most_common(1)[0][1] == 1
    (job,) = stack.sagemaker.created
    assert len(stack.rows("NOTE#")) == 60
    assert job["TransformJobName"]


def test_a_part_that_was_staged_as_the_call_died_is_closed_by_its_repeat(
    stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts = divide(stack, stack.drop("ehr/a.jsonl", "\n".join(lines(60))))
    stack.upload(*parts[:-1])
    with monkeypatch.context() as patch:
        patch.setattr("notes_pipeline.handlers.notes_uploaded.close_object", lambda *_: 1 / 0)
        assert failed(stack.upload(parts[-1])) == ["m0"]
    assert object_row(stack) is None
    stack.take("BatchNowQueue")
    stack.upload(parts[-1])
    assert object_row(stack) is not None
    assert stack.take("BatchNowQueue") == [{"reason": "no-wait"}]


def test_an_amendment_that_comes_between_the_parts_wins(stack: Stack) -> None:
    parts = divide(stack, stack.drop("ehr/a.jsonl", "\n".join(lines(60))))
    stack.upload(*parts[:1])
    amended = "".join(json.dumps({"note_id": f"N{n}", "note": f"Chest pain {n}."}) + "\n" for n in (1, 50))
    stack.upload(stack.drop("ehr/b.jsonl", amended))
    stack.upload(*parts[1:])
    stack.settle()
    assert stack.books() == {"summarized": 60, "superseded": 2}
    current = [record for record in stack.records("by_note/") if record["status"] == "draft"]
    texts = {record["note_id"]: record["summary"] for record in current}
    assert (texts["N1"], texts["N50"], len(texts)) == ("Chest pain 1.", "Chest pain 50.", 60)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("\n".join(lines(60)).encode() + b"\xff", "NotText"),
        (b"\n" * 3000, "EmptyFile"),
    ],
)
def test_a_large_file_that_cannot_be_used_is_one_reject(stack: Stack, body: bytes, code: str) -> None:
    assert divide(stack, stack.drop("ehr/a.jsonl", body)) == []
    assert [record["code"] for record in stack.records("quarantine/")] == [code]
    assert stack.books() == {"quarantined": 1}


def test_a_gzip_file_that_ends_too_soon_stages_nothing(stack: Stack) -> None:
    noise = random.Random(5)
    body = "\n".join(lines(60, line_1=json.dumps({"note": "".join(noise.choices("abcdefgh ", k=20_000))})))
    assert divide(stack, stack.drop("ehr/a.jsonl.gz", gzip.compress(body.encode())[:-4])) == []
    assert [record["code"] for record in stack.records("quarantine/")] == ["BrokenGzip"]


@pytest.mark.parametrize(("name", "most"), [("a.jsonl", "MAX_LINES_BYTES"), ("a.csv", "MAX_FILE_BYTES")])
def test_what_is_too_large_is_refused_with_what_to_do(
    stack: Stack, monkeypatch: pytest.MonkeyPatch, name: str, most: str
) -> None:
    module = divide_object if most == "MAX_LINES_BYTES" else stage_object
    monkeypatch.setattr(module, most, 2_100)
    stack.upload(stack.drop(f"ehr/{name}", "note\n" + "\n".join(lines(60))))
    (record,) = stack.records("quarantine/")
    assert record["code"] == "FileTooLarge"
    assert "split it" in record["reason"]


def test_a_file_that_vanished_before_a_part_was_read_is_said_once_for_the_part(stack: Stack) -> None:
    message = stack.drop("ehr/a.jsonl", "\n".join(lines(60)))
    parts = divide(stack, message)
    stack.upload(*parts[1:])
    item = message["detail"]["object"]
    place = {"Bucket": stack.name("NotesBucket"), "Key": item["key"], "VersionId": item["version-id"]}
    stack.session.client("s3").delete_object(**place)
    stack.upload(parts[0])
    (record,) = stack.records("quarantine/")
    assert record["code"] == "FileVanished"
    assert object_row(stack) is not None


def test_a_message_that_comes_when_little_time_is_left_goes_to_the_end_of_the_queue(
    stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("notes_pipeline.handlers.notes_uploaded._LONGEST_SECONDS", 10_000)
    message = stack.drop("ehr/a.csv", "note\nFever\n")
    assert divide(stack, message) == [message]
    assert stack.books() == {}
