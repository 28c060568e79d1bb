"""What is where, what happened to it, and why: for a deployment, a note, a file, a batch; and never a note's text."""

import json
from typing import Any

import pytest
from tests.functional.audited import FIRST, SECOND, Ward, shared_ward
from tests.functional.operators import operate

__all__ = ["shared_ward"]  # a fixture


def seen(ward: Ward, *arguments: str) -> Any:
    result = operate(ward.stack, "status", "--json", *arguments)
    assert result.stderr == ""
    return json.loads(result.stdout)


def story(ward: Ward, wanted: str, *arguments: str) -> dict[str, Any]:
    (found,) = seen(ward, wanted, *arguments)["found"]
    return dict(found)


def test_the_books_are_told_by_source_system(shared_ward: Ward) -> None:
    found = seen(shared_ward)
    assert found["systems"]["ehr"] == {"summarized": 3, "quarantined": 2, "duplicate": 1, "superseded": 2, "pending": 0}
    assert found["systems"]["ed"]["quarantined"] == 1
    assert (found["books"]["received"], found["backlog"]["notes"], found["batches"]) == (10, 0, [])
    assert set(found["dead_letters"]) == {
        f"{name}DeadLetterQueue" for name in ("NotesUploaded", "BatchNow", "TransformFinished", "SummariesWritten")
    }


def test_books_can_be_left_out(shared_ward: Ward) -> None:
    assert seen(shared_ward, "--no-books")["books"] is None


def test_an_amended_note_tells_both_its_texts(shared_ward: Ward) -> None:
    found = story(shared_ward, "1")
    assert (found["subject"], found["identity"]) == ("note", shared_ward.uid("1"))
    assert found["facts"]["note id"] == "1 of ehr"
    assert found["facts"]["summary"].startswith("superseded, s3://local-summariesbucket/by_note/")
    assert found["facts"]["summary 2"].startswith("draft, s3://")
    told = [event["what"] for event in found["events"]]
    drops = [what for what in told if what.startswith("dropped")]
    assert [("first.csv" in what, "superseded now" in what) for what in drops] == [(True, True), (False, False)]
    assert "second.csv, record 1" in drops[1]
    assert sum("summarized by toy" in what for what in told) == 2
    assert sum("superseded by text" in what for what in told) == 1
    assert sum("was planned" in what for what in told) == 2


@pytest.mark.parametrize("known_by", ["uid", "beginning", "address", "id and system"])
def test_a_note_is_found_by_whatever_is_known_of_it(shared_ward: Ward, known_by: str) -> None:
    uid = shared_ward.uid("2")
    wanted = {
        "uid": (uid,),
        "beginning": (uid[:12],),
        "address": (f"s3://{shared_ward.stack.name('SummariesBucket')}/{shared_ward.summary_key('2')}",),
        "id and system": ("2", "--system", "ehr"),
    }[known_by]
    assert story(shared_ward, *wanted)["identity"] == uid


def test_a_refused_note_tells_why(shared_ward: Ward) -> None:
    found = story(shared_ward, "4")
    assert found["facts"]["status"] == "quarantined"
    assert found["facts"]["reason"].startswith("Refused: ehr/first.csv, record 4: ")
    assert found["facts"]["record lies in"].endswith(f"quarantine/{shared_ward.drops[0]}/000004.json")


@pytest.mark.parametrize("known_by", ["key", "short", "address", "id", "beginning"])
def test_a_file_is_found_by_whatever_is_known_of_it(shared_ward: Ward, known_by: str) -> None:
    key, identity = "incoming/ehr/first.csv", shared_ward.drops[0]
    bucket = shared_ward.stack.name("NotesBucket")
    names = {"key": key, "short": key.removeprefix("incoming/"), "address": f"s3://{bucket}/{key}"}
    found = story(shared_ward, {**names, "id": identity, "beginning": identity[:10]}[known_by])
    assert (found["subject"], found["identity"]) == ("file", identity)
    assert [row["status"] for row in found["rows"]] == ["superseded", "summarized", "quarantined", "quarantined"]
    assert found["rows"][2]["reason"].startswith("EmptyNote: ehr/first.csv, record 3: ")


def test_a_batch_tells_its_files(shared_ward: Ward) -> None:
    (batch,) = {row["batch_id"] for row in shared_ward.stack.rows("SHARD#") if row["object_id"] == shared_ward.drops[0]}
    found = story(shared_ward, batch)
    assert (found["facts"]["status"], found["facts"]["way"]) == ("finished, its job ended Completed", "transform")
    assert [row["file"] for row in found["rows"]] == ["incoming/ehr/first.csv"]


def test_no_text_is_shown(shared_ward: Ward) -> None:
    subjects = ("1", "2", "4", "5", *shared_ward.drops, "ed/walk-in.txt")
    told = "".join(
        operate(shared_ward.stack, "status", *wanted, *form).stdout
        for wanted in ((), *((subject,) for subject in subjects))
        for form in ((), ("--json",))
    )
    lines = FIRST.splitlines()[1:] + SECOND.splitlines()[1:]
    texts = [line.partition(",")[2] for line in lines] + ["Sprained ankle. Rest."]
    said = {sentence.strip() for text in texts for sentence in text.split(".") if len(sentence.strip()) > 3}
    assert len(said) > 8
    assert not {sentence for sentence in said if sentence in told}


def test_what_nobody_knows_is_a_wrong_argument(shared_ward: Ward) -> None:
    for wanted in ("77", "cb-none", "incoming/ehr/none.csv", "abcdef0123"):
        result = operate(shared_ward.stack, "status", wanted)
        assert (result.exit_code, result.stdout) == (2, "")
        assert result.stderr.startswith(f"There is no note, file or batch {wanted} in local cloud")
