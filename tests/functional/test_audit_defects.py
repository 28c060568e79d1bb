"""Every defect that can be planted in a sound deployment is found, and called what it is."""

import pytest
from tests.functional.audited import Ward, shared_ward
from tests.functional.defects import (
    HASH,
    Defect,
    a_batch,
    change_both,
    change_note,
    change_receipt,
    change_summary,
    copy_summary,
    revive_old_text,
    stray_summary,
    two_current,
    wait_again,
)

__all__ = ["shared_ward"]  # a fixture
# Records by (drop, record): note 1 amended later, note 2 the original, the empty note 3, note 4 that was refused;
# then the amendment of 1, the duplicate of 2, and note 5 twice.
AMENDED, ORIGINAL, EMPTY, REFUSED = (0, 1), (0, 2), (0, 3), (0, 4)
AMENDMENT, DUPLICATE, FIRST_OF_TWO, SECOND_OF_TWO = (1, 1), (1, 2), (1, 3), (1, 4)


DEFECTS: dict[str, tuple[Defect, set[tuple[str, str]]]] = {
    "a drop that nothing staged": (
        lambda ward: ward.stack.drop("ehr/late.csv", "note_id,note\n9,x\n"),
        {("lost", "not-staged")},
    ),
    "a summary deleted": (lambda ward: ward.remove(ward.summary_key("2")), {("lost", "summary-missing")}),
    "a summary emptied": (
        change_summary("2", summary=""),
        {("lost", "summary-not-current"), ("orphaned", "summary-misplaced")},
    ),
    "a summary marked superseded": (change_summary("2", status="superseded"), {("lost", "summary-not-current")}),
    "a summary of another text": (
        change_summary("2", content_sha256=HASH),
        {("lost", "summary-not-current"), ("orphaned", "summary-misplaced")},
    ),
    "a summary copied within its note": (
        copy_summary,
        {("duplicated", "two-current-summaries"), ("orphaned", "summary-of-nothing")},
    ),
    "a summary copied to a note that is none": (stray_summary, {("orphaned", "summary-of-nothing")}),
    "both versions current": (two_current, {("duplicated", "two-current-summaries")}),
    "the old version current": (
        revive_old_text,
        {("lost", "summary-not-current"), ("stale", "old-text-current")},
    ),
    "a reason deleted": (
        lambda ward: ward.remove(f"quarantine/{ward.drops[0]}/000003.json"),
        {("lost", "reason-missing")},
    ),
    "a reason without words": (
        lambda ward: ward.write(f"quarantine/{ward.drops[0]}/000004.json", {"code": "Refused", "reason": ""}),
        {("lost", "reason-missing")},
    ),
    "a reason for a record that was not received": (
        lambda ward: ward.write(f"quarantine/{ward.drops[0]}/000009.json", {"code": "x", "reason": "y"}),
        {("orphaned", "reason-of-nothing")},
    ),
    "a reason beside a summary": (
        lambda ward: ward.write(f"quarantine/{ward.drops[0]}/000002.json", {"code": "x", "reason": "y"}),
        {("duplicated", "summary-and-reason")},
    ),
    "a note's row deleted": (
        lambda ward: ward.delete(f"NOTE#{ward.uid('2')}", "NOTE"),
        {("lost", "note-row-missing")},
    ),
    "a note put back to pending": (change_note("2", status="pending"), {("books", "note-and-receipt-differ")}),
    "a note and its receipt put back to pending": (
        change_both("2", ORIGINAL, "pending"),
        {("lost", "pending-nowhere")},
    ),
    "a refused note said to be summarized": (
        change_both("4", REFUSED, "summarized"),
        {("lost", "summary-missing"), ("duplicated", "summary-and-reason")},
    ),
    "a summarized note said to be refused": (
        change_both("2", ORIGINAL, "quarantined"),
        {("lost", "reason-missing"), ("duplicated", "summary-of-quarantined")},
    ),
    "a note's status unheard of": (
        change_note("2", status="lost"),
        {("books", "note-status-unknown"), ("books", "note-and-receipt-differ")},
    ),
    "a receipt deleted": (
        lambda ward: ward.delete(*ward.receipt(*SECOND_OF_TWO)),
        {
            ("books", "note-without-receipt"),
            ("books", "superseded-by-nothing"),
            ("lost", "receipts-missing"),
            ("orphaned", "summary-of-nothing"),
        },
    ),
    "a reject's receipt deleted": (
        lambda ward: ward.delete(*ward.receipt(*EMPTY)),
        {("lost", "receipts-missing"), ("orphaned", "reason-of-nothing")},
    ),
    "a superseded receipt put back to summarized": (
        change_receipt(AMENDED, status="summarized"),
        {("books", "summarized-not-newest")},
    ),
    "a superseded receipt put back to pending": (
        change_receipt(AMENDED, status="pending"),
        {("books", "pending-not-newest")},
    ),
    "a superseded receipt said to be a duplicate": (
        change_receipt(FIRST_OF_TWO, status="duplicate"),
        {("books", "duplicate-of-nothing")},
    ),
    "a duplicate said to be superseded": (
        change_receipt(DUPLICATE, status="superseded"),
        {("books", "superseded-by-nothing")},
    ),
    "a summarized receipt said to be a duplicate": (
        change_receipt(ORIGINAL, status="duplicate"),
        {("books", "note-and-receipt-differ")},
    ),
    "a reject's receipt said to be summarized": (
        change_receipt(EMPTY, status="summarized"),
        {("books", "receipt-of-no-note"), ("duplicated", "summary-and-reason")},
    ),
    "a receipt's status unheard of": (
        change_receipt(DUPLICATE, status="gone"),
        {("books", "receipt-status-unknown")},
    ),
    "a file's row deleted": (
        lambda ward: ward.delete(f"OBJECT#{ward.drops[0]}", "OBJECT"),
        {("lost", "staging-unfinished")},
    ),
    "a file with fewer records than receipts": (
        lambda ward: ward.change(f"OBJECT#{ward.drops[0]}", "OBJECT", records=2),
        {("books", "receipts-too-many")},
    ),
    "a file's row with another name": (
        lambda ward: ward.change(f"OBJECT#{ward.drops[0]}", "OBJECT", key="incoming/ehr/other.csv"),
        {("books", "row-of-another-file")},
    ),
    "a shard that waits again": (wait_again, {("duplicated", "shard-waits-again")}),
    "a batch's row deleted": (
        lambda ward: ward.delete(a_batch(ward), "BATCH"),
        {("orphaned", "shard-of-no-batch")},
    ),
    "a batch that ended and is still listed": (
        lambda ward: ward.change(a_batch(ward), "BATCH", backlog="open"),
        {("lost", "batch-forgotten")},
    ),
    "a batch open since long": (
        lambda ward: ward.change(
            a_batch(ward), "BATCH", backlog="open", status="running", ready_at="2026-01-01T00:00:00+00:00"
        ),
        {("stale", "batch-open-too-long")},
    ),
}


@pytest.mark.parametrize("name", DEFECTS)
def test_a_defect_is_found_and_named(shared_ward: Ward, name: str) -> None:
    plant, expected = DEFECTS[name]
    with shared_ward.put_right_again():
        plant(shared_ward)
        status, found = shared_ward.audit()
    assert status == 1
    assert {(item["kind"], item["code"]) for item in found["findings"]} == expected
    assert found["problems"] == len(found["findings"])
    assert all(item["todo"] and "?" not in item["says"] and "{" not in item["todo"] for item in found["findings"])


def test_what_was_put_right_is_sound(shared_ward: Ward) -> None:
    assert shared_ward.findings() == []
