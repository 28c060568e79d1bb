"""Writing the summaries of a shard: records by note, the ledger, and what they supersede."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

from notes_pipeline.aws.answered_twice import lift_all
from notes_pipeline.aws.note_batches import SETTLED_TOGETHER, current_rows, in_batches, settle_together
from notes_pipeline.aws.note_ledger import NoteLedger
from notes_pipeline.aws.objects import Bucket
from notes_pipeline.aws.table import Row
from notes_pipeline.core.identify import object_id
from notes_pipeline.errors import MissingError
from notes_pipeline.models import SourceObject, Status
from notes_pipeline.records import QuarantineRecord, SummaryRecord
from notes_pipeline.steps.stage_records import quarantine_key

# So many notes are written one after another, to see how long a request waits and how long it computes.
_PACE_NOTES = 5
_FEWEST_WRITERS, _MOST_WRITERS = 2, 16


def write_summaries(summaries: Bucket, ledger: NoteLedger, records: Sequence[SummaryRecord]) -> list[SummaryRecord]:
    """Write summaries and settle their notes; return the records as they were written, sorted by note and version.

    Among them are the earlier versions that these supersede; not those of which an amended version arrived meanwhile.
    """
    began, computed = time.perf_counter(), time.thread_time()
    written = _write_some(summaries, ledger, records[:_PACE_NOTES])
    writers = writers_at_once(time.perf_counter() - began, time.thread_time() - computed)
    rest = records[_PACE_NOTES:]
    with ThreadPoolExecutor(writers) as pool:
        batches = in_batches(rest, min(SETTLED_TOGETHER, len(rest) // writers + 1))
        for some in pool.map(lambda batch: _write_some(summaries, ledger, batch), batches):
            written += some
    return sorted(written, key=lambda record: (record.note_uid, record.content_sha256))


def writers_at_once(seconds: float, computed: float) -> int:
    """Return how many threads keep one processor busy: while one waits for its answers, the others compute.

    More only take the interpreter from each other: a fifth of the time, where answers come at once.

    Args:
        seconds: that some requests took, one after another.
        computed: the processor's share of it, in seconds.
    """
    return min(_MOST_WRITERS, max(_FEWEST_WRITERS, round(seconds / max(computed, 1e-6))))


def _write_some(summaries: Bucket, ledger: NoteLedger, records: Sequence[SummaryRecord]) -> list[SummaryRecord]:
    """Write the summaries of at most 50 notes and settle them; return them as written, with those they supersede."""
    rows = current_rows(ledger, [(record.note_uid, record.content_sha256) for record in records])
    for drop, record_number in lift_all(ledger, rows.values()):
        summaries.delete(quarantine_key(drop, record_number))
    # Of a note that has none among them an amended version arrived meanwhile; its own summary is on its way.
    current = [record for record in records if is_of(rows.get(record.note_uid), record)]
    _put_all(summaries, current)
    amended = (record for record in current if rows[record.note_uid].get("amended"))
    others = [other for record in amended for other in supersede_others(summaries, ledger, record)]
    settled = settle_together(ledger, rows, Status.SUMMARIZED)
    counting = [record for record in current if record.note_uid in settled]
    late = [_superseded(record) for record in current if record.note_uid not in settled]
    _put_all(summaries, late)
    for record in records:
        if not (record.note_uid in settled and is_of(rows[record.note_uid], record)):
            _leave(summaries, record)
        if not owns(rows.get(record.note_uid), record):
            ledger.supersede(record.note_uid, record.content_sha256, drop_of(record), record.source.record)
    return counting + late + others


def drop_of(record: SummaryRecord | QuarantineRecord) -> str:
    """Return the id of the drop that a record came with."""
    return object_id(SourceObject(**record.source.model_dump(exclude={"record"})))


def is_of(row: Row | None, record: SummaryRecord | QuarantineRecord) -> bool:
    """Say whether a note's row is of the text that a record is about: several texts of a note may be in one batch."""
    return row is not None and row["content_sha256"] == record.content_sha256


def owns(row: Row | None, record: SummaryRecord | QuarantineRecord) -> bool:
    """Say whether a note's row is of this very record: a later one may have brought its text again."""
    return row is not None and (row["object_id"], row["record_number"]) == (drop_of(record), record.source.record)


def _leave(summaries: Bucket, record: SummaryRecord) -> None:
    """Mark the summary that an earlier call may have left of a version that counts no more."""
    try:
        written = SummaryRecord.model_validate_json(summaries.read(_key(record)))
    except MissingError:
        return
    if written.status != "superseded":
        _put_all(summaries, [_superseded(written)])


def _superseded(record: SummaryRecord) -> SummaryRecord:
    return record.model_copy(update={"status": "superseded"})


def _put_all(summaries: Bucket, records: Sequence[SummaryRecord]) -> None:
    for record in records:
        summaries.write(_key(record), record.model_dump_json(indent=2).encode())


def _key(record: SummaryRecord) -> str:
    return f"by_note/{record.note_uid}/{record.content_sha256}.json"


def supersede_others(
    summaries: Bucket, ledger: NoteLedger, by: SummaryRecord | QuarantineRecord
) -> Iterator[SummaryRecord]:
    """Mark a note's summaries of other versions as superseded; yield those that this one superseded, now or before."""
    for key in summaries.keys(f"by_note/{by.note_uid}/"):
        other = SummaryRecord.model_validate_json(summaries.read(key))
        if other.content_sha256 == by.content_sha256:
            continue
        # A newer version may have come, and been summarized, while this one was looked at.
        if other.status != "superseded" and not _counts(ledger, other):
            other = other.model_copy(update={"status": "superseded", "superseded_by": by.content_sha256})
            _put_all(summaries, [other])
        if other.superseded_by == by.content_sha256:
            yield other


def _counts(ledger: NoteLedger, record: SummaryRecord) -> bool:
    held = ledger.current(record.note_uid)
    return held is not None and held[0].content_sha256 == record.content_sha256
