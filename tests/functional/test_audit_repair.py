"""What an audit finds lost it can mend; and the audit after the next batch has nothing to say."""

import json
from typing import Any

import pytest
from tests.functional.audited import Ward
from tests.functional.operators import operate
from tests.functional.stack import Stack


@pytest.fixture
def ward(stack: Stack) -> Ward:
    return Ward(stack)


def repaired(ward: Ward) -> dict[str, Any]:
    status, found = ward.audit("--repair")
    assert status == 1
    return dict(found["repaired"])


def let_it_work(ward: Ward) -> None:
    ward.stack.upload(*ward.stack.take("NotesUploadedQueue"))
    ward.stack.settle()


def test_a_file_that_was_not_staged_is_announced(ward: Ward) -> None:
    ward.stack.drop("ehr/late.csv", "note_id,note\n9,Cough. Better.\n")
    assert repaired(ward)["announced"] == 1
    let_it_work(ward)
    status, found = ward.audit()
    assert (status, found["books"]["received"], found["books"]["summarized"]) == (0, 11, 5)


def test_a_lost_summary_is_made_again(ward: Ward) -> None:
    lost = ward.summary_key("1")
    before = ward.read(lost)
    ward.remove(lost)
    assert repaired(ward)["given"] == 1
    assert ward.audit()[0] == 0  # it waits
    let_it_work(ward)
    assert ward.audit()[0] == 0
    after = ward.read(lost)
    assert {**after, "batch_id": "", "summarized_at": ""} == {**before, "batch_id": "", "summarized_at": ""}


def test_a_pending_note_without_a_place_goes_to_the_model_alone(ward: Ward) -> None:
    ward.change(f"NOTE#{ward.uid('2')}", "NOTE", status="pending")
    ward.change(*ward.receipt(0, 2), status="pending")
    assert repaired(ward)["given"] == 1
    (waiting,) = ward.stack.rows("SHARD#", waiting=True)
    assert waiting["notes"] == "1"
    let_it_work(ward)
    assert ward.audit()[0] == 0


def test_reasons_are_written_again(ward: Ward) -> None:
    for record in (3, 4):
        ward.remove(f"quarantine/{ward.drops[0]}/{record:06d}.json")
    done = repaired(ward)
    assert (done["reasons"], done["given"], done["left"]) == (1, 1, {})
    let_it_work(ward)
    status, found = ward.audit()
    assert (status, found["reasons"]) == (0, 3)


def test_notes_whose_staged_text_expired_are_read_from_their_file_again(stack: Stack) -> None:
    stack.upload(stack.drop("ehr/a.csv", "note_id,note\n1,Fever. Cough.\n"))
    for key in stack.objects("WorkBucket", "staged/"):
        stack.session.client("s3").delete_object(Bucket=stack.name("WorkBucket"), Key=key)
    result = operate(stack, "audit", "--json", "--grace", "0", "--repair")
    found = json.loads(result.stdout)
    assert sorted(item["code"] for item in found["findings"]) == ["pending-nowhere", "shard-text-gone"]
    assert (found["repaired"]["given"], found["repaired"]["taken_off"]) == (1, 1)
    stack.settle()
    assert operate(stack, "audit", "--grace", "0").exit_code == 0
    assert stack.books() == {"summarized": 1}


def test_a_shard_that_waits_though_its_notes_have_ended_is_taken_off(ward: Ward) -> None:
    shard = next(row for row in ward.stack.rows("SHARD#") if row["object_id"] == ward.drops[0])
    ward.change(shard["pk"], "SHARD", backlog="pending")
    assert repaired(ward)["taken_off"] == 1
    assert ward.audit()[0] == 0
    assert ward.stack.rows("SHARD#", waiting=True) == []


def test_what_contradicts_itself_is_for_a_person(ward: Ward) -> None:
    ward.change(f"NOTE#{ward.uid('2')}", "NOTE", status="pending")
    rows = ward.all_rows()
    done = repaired(ward)
    assert done["left"] == {"note-and-receipt-differ": 1}
    assert ward.all_rows() == rows
    told = operate(ward.stack, "audit", "--grace", "0", "--repair").stdout
    assert "for a person: 1 note-and-receipt-differ" in told


def test_a_text_that_its_file_no_longer_holds_is_left(ward: Ward) -> None:
    ward.change(f"NOTE#{ward.uid('2')}", "NOTE", status="pending", content_sha256="0" * 64)
    ward.change(*ward.receipt(0, 2), status="pending", content_sha256="0" * 64)
    assert repaired(ward)["left"]["pending-nowhere"] == 1
