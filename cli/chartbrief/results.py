"""What a run tells about each record: the ledger's receipt joined with the record that the pipeline wrote."""

from collections.abc import Callable, Iterable, Mapping

from pydantic import BaseModel, ConfigDict, Field

from chartbrief.books import Status
from chartbrief.note_files import source_of
from chartbrief.receipts import WHOLE_FILE, Receipt
from chartbrief.records import Records, SummaryView

NoteIds = Callable[[str], dict[str, str]]

WITHOUT_SUMMARY = {
    "pending": "Not finished: run the same command again.",
    "superseded": "A newer text of this note (its id is the same) was dropped{where}; the summary of that counts.",
    "duplicate": "The same text of the same note was dropped before{where}; see that record.",
    "quarantined": "Rejected, but no reason was recorded; look into the logs.",
    "summarized": "Summarized, but its record is missing from the summaries bucket; look into the logs.",
}


class NoteResult(BaseModel):
    """One received record and what became of it. `record` counts from 1; 0 is the file as a whole."""

    model_config = ConfigDict(frozen=True)
    note_id: str | None
    source: str
    record: int
    status: Status
    summary: str | None = None
    summary_kind: str | None = None
    reason: str | None = None
    parts: int | None = None
    needs_review: bool = False
    review_reasons: tuple[str, ...] = ()
    amended: bool = Field(default=False, exclude=True)


def join_results(receipts: Iterable[Receipt], records: Records, note_ids: NoteIds) -> list[NoteResult]:
    """A result for every receipt; `note_ids` gives an object's note ids by note uid where no record names them."""
    receipts = list(receipts)
    replaced = {r.note_uid for r in receipts if r.status == "superseded"} | records.amended
    current = {view.note_uid: view for view in records.summaries.values() if view.status != "superseded"}
    return [_join(receipt, records, note_ids, receipt.note_uid in replaced, current) for receipt in receipts]


def _join(
    receipt: Receipt, records: Records, note_ids: NoteIds, replaced: bool, current: Mapping[str, SummaryView]
) -> NoteResult:
    view = records.summary_of(receipt)
    if view is None or receipt.status == "quarantined":
        return _without_summary(receipt, records, note_ids, current.get(receipt.note_uid or ""))
    return NoteResult(
        note_id=view.note_id,
        source=receipt.drop.file.relative,
        record=receipt.record,
        status=receipt.status,
        summary=view.summary,
        summary_kind=view.summary_kind,
        parts=view.parts,
        needs_review=view.needs_review,
        review_reasons=view.review_reasons,
        amended=replaced and receipt.status == "summarized",
    )


def _without_summary(receipt: Receipt, records: Records, note_ids: NoteIds, counts: SummaryView | None) -> NoteResult:
    """Return the result of a record without a summary of its own; `counts` is the one of its note, if it has one."""
    return NoteResult(
        note_id=counts.note_id if counts else _note_id(receipt, note_ids),
        source=receipt.drop.file.relative,
        record=receipt.record,
        status=receipt.status,
        reason=receipt.drop.problem or _reason(receipt, records, counts),
    )


def _note_id(receipt: Receipt, note_ids: NoteIds) -> str | None:
    if receipt.note_uid is None or receipt.record == WHOLE_FILE:
        return None
    return note_ids(receipt.object_id).get(receipt.note_uid)


def _reason(receipt: Receipt, records: Records, counts: SummaryView | None) -> str:
    quarantined = records.quarantine_of(receipt) if receipt.status == "quarantined" else None
    where = f" in {source_of(counts.source.key)}, record {counts.source.record}" if counts else ""
    return quarantined.reason if quarantined else WITHOUT_SUMMARY[receipt.status].format(where=where)
