"""Notes claimed and settled together: what changed in between is found out, and only that note is treated apart."""

import pytest
from tests.functional.stack import Stack

from notes_pipeline.aws.batch_ledger import BatchLedger
from notes_pipeline.aws.note_batches import claim_together, current_rows, settle_together
from notes_pipeline.aws.note_ledger import NoteLedger
from notes_pipeline.aws.table import Table
from notes_pipeline.models import ClinicalNote, NoteVersion, StagedShard, Status


def note(uid: str, text: str = "a") -> ClinicalNote:
    return ClinicalNote(note_uid=uid, content_sha256=text, note_id=uid, record=1, text=text)


def version(uid: str, text: str = "a", time: str = "2031-01-01T00:00:00Z") -> NoteVersion:
    return NoteVersion(content_sha256=text, object_id=f"{uid}{text}", record=1, key=text, sequencer="", event_time=time)


@pytest.fixture
def ledger(stack: Stack) -> NoteLedger:
    ledger = NoteLedger(Table(stack.name("LedgerTable")))
    for uid in ("1", "2"):
        claims = claim_together(ledger, [(note(uid), version(uid))])
        assert [claim.status for claim in claims] == [Status.PENDING]
        ledger.write_receipts(f"{uid}a", {1: (note(uid), Status.PENDING)}, [])
    return ledger


def test_one_amended_meanwhile_is_not_settled_and_the_other_is(ledger: NoteLedger) -> None:
    rows = current_rows(ledger, [("1", "a"), ("2", "a")])
    ledger.claim(note("1", "b"), version("1", "b", "2031-01-02T00:00:00Z"))
    assert settle_together(ledger, rows, Status.SUMMARIZED) == {"2"}
    statuses = {uid: row["status"] for uid in ("1", "2") if (row := ledger.table.get(f"NOTE#{uid}", "NOTE"))}
    assert statuses == {"1": "pending", "2": "summarized"}
    assert set(current_rows(ledger, [("1", "a"), ("2", "a")])) == {"2"}


def test_of_two_texts_of_a_note_the_one_that_counts_is_found_whatever_their_order(ledger: NoteLedger) -> None:
    ledger.claim(note("1", "b"), version("1", "b", "2031-01-02T00:00:00Z"))
    for texts in ([("1", "a"), ("1", "b")], [("1", "b"), ("1", "a")]):
        assert current_rows(ledger, texts)["1"]["content_sha256"] == "b"


def test_settling_again_changes_nothing(ledger: NoteLedger) -> None:
    for _ in range(2):
        rows = current_rows(ledger, [("1", "a"), ("2", "a")])
        assert settle_together(ledger, rows, Status.SUMMARIZED) == {"1", "2"}
    receipts = [row["status"] for uid in ("1", "2") for row in ledger.table.query(f"OBJECT#{uid}a", "RECORD#")]
    assert receipts == ["summarized", "summarized"]


def test_claims_of_known_and_new_notes_together(ledger: NoteLedger) -> None:
    notes = [
        (note("1"), version("1")),
        (note("2"), version("2", "a", "2031-01-03T00:00:00Z")),
        (note("3"), version("3")),
    ]
    notes[1] = (notes[1][0], notes[1][1].model_copy(update={"object_id": "other"}))
    statuses = [claim.status for claim in claim_together(ledger, notes)]
    assert statuses == [Status.PENDING, Status.DUPLICATE, Status.PENDING]


def test_a_files_shards_join_the_backlog_once_whether_some_are_there_already_or_not(ledger: NoteLedger) -> None:
    batches = BatchLedger(ledger.table)
    facts = {"object_id": "o", "notes": 1, "tokens": 1, "bytes": 1, "urgent": False, "ready_at": "2031-01-01T00:00:00Z"}
    shards = [StagedShard(key=f"staged/o/{number}.jsonl", **facts) for number in range(120)]
    retried = shards[0].model_copy(update={"attempt": 2})
    batches.add_shard(retried)
    for _ in range(2):
        batches.add_shards(shards)
        assert {shard.key: shard.attempt for shard in batches.backlog()} == {shard.key: 1 for shard in shards[1:]} | {
            retried.key: 2
        }
