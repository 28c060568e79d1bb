"""`chartbrief backfill`: old files come in once, whatever is cut off, and no old text replaces a newer one."""

import os
from pathlib import Path
from typing import Any

import pytest
from tests.functional.acting import arrive, refused, said
from tests.functional.operators import operate
from tests.functional.stack import Stack

OLD = "old-notes"
CSV = 'note_id,patient_id,note\n{id},p1,"{text}"\n'


@pytest.fixture
def old(stack: Stack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A bucket of old notes; checkpoints go to a folder of the test."""
    monkeypatch.chdir(tmp_path)
    s3 = stack.session.client("s3")
    s3.create_bucket(Bucket=OLD)

    def put(key: str, body: str, **more: str) -> None:
        s3.put_object(Bucket=OLD, Key=key, Body=body.encode("latin-1"), **more)

    return put


def notes(stack: Stack) -> dict[str, str]:
    """The ledger's notes: what the version that counts says, by the file it came from."""
    return {row["key"]: row["status"] for row in stack.rows("NOTE#")}


def test_objects_of_another_bucket_are_copied_once(stack: Stack, old: Any) -> None:
    old("2019/ehr/a.csv", CSV.format(id=1, text="Fever."))
    old("2019/ehr/ward/b.txt", "Cough.")
    old("2019/scan.tiff", "not text")
    found = said(stack, "backfill", f"s3://{OLD}/2019/")
    assert (found["files"], found["sent"], found["known"], found["skipped"]) == (2, 2, 0, {"no format of notes": 1})
    arrive(stack)
    assert notes(stack) == {"incoming/ehr/a.csv": "pending", "incoming/ehr/ward/b.txt": "pending"}
    again = said(stack, "backfill", f"s3://{OLD}/2019/")
    assert (again["files"], again["sent"], again["done_before"]) == (2, 0, 2)
    unremembered = said(stack, "backfill", f"s3://{OLD}/2019/", "--checkpoint", "another.sqlite")
    assert (unremembered["sent"], unremembered["known"]) == (0, 2)
    assert arrive(stack) == []


def test_what_a_name_does_not_say_the_content_does(stack: Stack, old: Any) -> None:
    hl7 = "MSH|^~\\&|A|B|C|D|20310502||MDM^T02|1|P|2.5\r"
    old("ehr/message", hl7)
    old("ehr/feed.2031", hl7)
    old("ehr/typed", "Chest pain.", ContentType="text/plain")
    for name in ("readme", "empty", "photo.jpg", "letter.docx"):
        old(f"ehr/{name}", "" if name == "empty" else "Some words.")
    found = said(stack, "backfill", f"s3://{OLD}/", "--dry-run")
    assert (found["files"], found["skipped"]) == (3, {"no format of notes": 4})
    assert sorted(found["formats"]) == [".2031", "without extension"]
    said(stack, "backfill", f"s3://{OLD}/")
    assert {key.rpartition("/")[2] for key in stack.objects("NotesBucket")} == {"message", "feed.2031", "typed"}


def test_a_copy_keeps_the_charset_that_its_content_type_names(stack: Stack, old: Any) -> None:
    old("ehr/a.txt", "Fièvre à jeun.", ContentType="text/plain; charset=iso-8859-1")
    said(stack, "backfill", f"s3://{OLD}/")
    arrive(stack)
    assert stack.books() == {"pending": 1}


def test_an_older_file_under_a_texts_name_that_is_no_text_comes_in_beside_it(stack: Stack, old: Any) -> None:
    old("a.txt", '{"note_id": "1", "note": "Fever."}\n{"note_id": "2", "note": "Cough."}\n')
    stack.drop("ehr/a.txt", "No cough.")
    found = said(stack, "backfill", f"s3://{OLD}/", "--system", "ehr")
    assert (found["sent"], found["older"]) == (1, 0)


def test_an_exports_patients_and_encounters_go_before_its_documents(stack: Stack, old: Any) -> None:
    for name in ("DocumentReference", "Encounter", "Patient"):
        old(f"ehr/{name}.ndjson", '{"note": "Fever."}\n')
    said(stack, "backfill", f"s3://{OLD}/", "--per-second", "1000")
    keys = [body["detail"]["object"]["key"].rpartition("/")[2] for body in stack.take("NotesUploadedQueue")]
    assert sorted(keys[:2]) == ["Encounter.ndjson", "Patient.ndjson"]
    assert keys[2:] == ["DocumentReference.ndjson"]


def test_what_is_new_since_is_found_by_the_same_command(stack: Stack, old: Any) -> None:
    old("ehr/a.csv", CSV.format(id=1, text="Fever."))
    said(stack, "backfill", f"s3://{OLD}/")
    old("ehr/b.csv", CSV.format(id=2, text="Cough."))
    found = said(stack, "backfill", f"s3://{OLD}/")
    assert (found["sent"], found["done_before"]) == (1, 1)


def test_an_old_file_never_replaces_a_newer_text_of_its_note(stack: Stack, old: Any) -> None:
    old("ehr/history.csv", CSV.format(id=7, text="Fever."))
    tomorrow = stack.drop("ehr/today.csv", CSV.format(id=7, text="Fever, and a cough since."))
    tomorrow["time"] = "2099-01-01T00:00:00Z"
    stack.upload(tomorrow)
    stack.take("NotesUploadedQueue")
    said(stack, "backfill", f"s3://{OLD}/")
    (message,) = arrive(stack)
    assert message["detail"]["object"]["key"] == "incoming/ehr/history.csv"
    assert notes(stack) == {"incoming/ehr/today.csv": "pending"}
    assert stack.books() == {"pending": 1, "superseded": 1}


def test_an_old_file_loses_although_its_copy_is_the_latest_drop(stack: Stack, old: Any) -> None:
    """S3 gives a copy a time and a sequencer of now; what counts is when the file was written."""
    old("ehr/history.csv", CSV.format(id=7, text="Fever."))
    stack.upload(stack.drop("ehr/today.csv", CSV.format(id=7, text="Cough alone.")) | {"time": "2098-01-01T00:00:00Z"})
    stack.take("NotesUploadedQueue")
    said(stack, "backfill", f"s3://{OLD}/")
    (message,) = [body for body in stack.take("NotesUploadedQueue") if body["detail-type"] == "Object Created"]
    message["time"] = "2099-01-01T00:00:00Z"
    stack.upload(message)
    assert notes(stack) == {"incoming/ehr/today.csv": "pending"}


def test_a_newer_file_of_the_same_name_stays_the_current_one(stack: Stack, old: Any) -> None:
    old("a.csv", CSV.format(id=1, text="Fever."))
    old("b.txt", "Cough.")
    stack.drop("ehr/a.csv", CSV.format(id=2, text="Chest pain."))
    stack.drop("ehr/b.txt", "No cough.")
    stack.take("NotesUploadedQueue")
    found = said(stack, "backfill", f"s3://{OLD}/", "--system", "ehr")
    assert (found["sent"], found["older"]) == (1, 1)
    held = stack.objects("NotesBucket", "incoming/ehr/")
    assert b"Chest pain." in held["incoming/ehr/a.csv"]
    assert held["incoming/ehr/b.txt"] == b"No cough."
    (beside,) = set(held) - {"incoming/ehr/a.csv", "incoming/ehr/b.txt"}
    assert b"Fever." in held[beside]
    arrive(stack)
    assert {row["key"] for row in stack.rows("NOTE#")} == {beside}


def test_files_of_the_notes_bucket_are_announced_where_they_lie(stack: Stack, old: Any) -> None:
    stack.upload(stack.drop("ehr/known.csv", CSV.format(id=1, text="Fever.")))
    stack.drop("ehr/lost.csv", CSV.format(id=2, text="Cough."))
    stack.take("NotesUploadedQueue")
    address = f"s3://{stack.name('NotesBucket')}/incoming/ehr/"
    found = said(stack, "backfill", address)
    assert (found["sent"], found["known"]) == (1, 1)
    (message,) = arrive(stack)
    assert message["detail"]["object"]["key"] == "incoming/ehr/lost.csv"
    assert stack.books() == {"pending": 2}
    assert said(stack, "backfill", address, "--checkpoint", "another.sqlite")["known"] == 2


def test_older_versions_come_in_before_the_current_one(stack: Stack, old: Any) -> None:
    for text in ("Fever.", "Fever and cough.", "Cough."):
        stack.drop("ehr/a.csv", CSV.format(id=1, text=text))
    stack.take("NotesUploadedQueue")
    address = f"s3://{stack.name('NotesBucket')}/incoming/ehr/a.csv"
    assert said(stack, "backfill", address, "--all-versions")["sent"] == 3
    arrive(stack)
    assert sum(stack.books().values()) == 3
    assert stack.books()["superseded"] == 2


def test_a_folder_is_uploaded_with_its_times(stack: Stack, old: Any, tmp_path: Path) -> None:
    file = tmp_path / "notes" / "ehr" / "a.csv"
    file.parent.mkdir(parents=True)
    file.write_text(CSV.format(id=1, text="Fever."))
    os.utime(file, (1_500_000_000, 1_500_000_000))
    assert said(stack, "backfill", str(tmp_path / "notes"))["sent"] == 1
    arrive(stack)
    (row,) = stack.rows("NOTE#")
    assert (row["event_time"], row["sequencer"]) == ("2017-07-14T02:40:00Z", "")


def test_a_dry_run_counts_and_gives_nothing(stack: Stack, old: Any) -> None:
    old("ehr/a.csv", "note_id,note\n1,Fever.\n2,Cough.\n3,\n")
    old("ehr/b.txt", "Chest pain.")
    old("ehr/c.txt", "Left out.")
    found = said(stack, "backfill", f"s3://{OLD}/", "--dry-run", "--exclude", "*/c.txt", "--since", "2020-01-01")
    assert (found["files"], found["skipped"]) == (2, {"not chosen": 1})
    assert found["formats"][".csv"]["files"] == 1
    assert (found["estimate"]["notes"], found["estimate"]["rejects"], found["estimate"]["is_exact"]) == (3, 1, True)
    # One job: five minutes to start, and a few tokens; an hour of its instance has a price.
    assert 300 <= found["estimate"]["instance_seconds"] < 310
    assert 0 < found["estimate"]["usd"] < 0.1
    assert stack.objects("NotesBucket") == {}
    assert list(Path().iterdir()) == []
    printed = operate(stack, "backfill", f"s3://{OLD}/", "--dry-run").stdout
    assert "3 files" in printed
    assert "0.1 instance-hours, $0.0" in printed
    assert "nothing was given" in printed


def test_what_cannot_work_is_refused(stack: Stack, old: Any, tmp_path: Path) -> None:
    assert "neither a folder" in refused(stack, "backfill", str(tmp_path / "nothing"))
    assert "have no versions" in refused(stack, "backfill", str(tmp_path), "--all-versions")
    inside = f"s3://{stack.name('NotesBucket')}/incoming/"
    assert "Leave --system out" in refused(stack, "backfill", inside, "--system", "ehr")
    said(stack, "backfill", f"s3://{OLD}/", "--checkpoint", "one.sqlite")
    assert "another backfill" in refused(stack, "backfill", f"s3://{OLD}/x/", "--checkpoint", "one.sqlite")
    (tmp_path / "text").write_text("This is no database, however long it is. " * 30)
    assert "is not a backfill's" in refused(stack, "backfill", f"s3://{OLD}/", "--checkpoint", "text")
