"""Collecting: what the model's outputs mean for each shard and note of a batch; independent of their order."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Any

from pydantic import ValidationError

from notes_pipeline.core.check_summary import check_summary, review_reasons
from notes_pipeline.models import Frozen, Sidecar, SourceRecord, StagedShard
from notes_pipeline.records import ModelIdentity, QuarantineRecord, SummaryRecord

NoteKey = tuple[str, str]
Answers = Mapping[NoteKey, Mapping[str, Any]]
# A container need not say these; the record has defaults.
_HOW_IT_WAS_READ = ("parts", "passes", "dropped_characters", "dropped_statements")


class JobEnd(StrEnum):
    """How a batch ended, as far as a retry is concerned."""

    FINISHED = "finished"
    FAILED = "failed"
    INFRASTRUCTURE = "infrastructure"


class ShardFate(StrEnum):
    """What happens to a shard."""

    DONE = "done"
    SPLIT = "split"
    RETRY = "retry"


class ShardOutcome(Frozen):
    """What became of a shard: its summaries, its quarantined notes, and whether it goes to the model again."""

    fate: ShardFate
    summaries: tuple[SummaryRecord, ...] = ()
    quarantined: tuple[QuarantineRecord, ...] = ()


class BatchFacts(Frozen):
    """What is known of an ended batch.

    Attributes:
        reason: the service's error code for a failed job, never its message (which may quote a record).
        ended_at: ISO time that every record of the batch carries, so that a repeat writes the same bytes.
    """

    batch_id: str
    end: JobEnd
    reason: str = ""
    ended_at: str
    max_attempts: int


def read_answers(lines: Iterable[str]) -> dict[NoteKey, Mapping[str, Any]]:
    """Return the answers of output lines by note; a line that is not an answer to a note is left out."""
    answers: dict[NoteKey, Mapping[str, Any]] = {}
    for line in lines:
        try:
            record = json.loads(line)
            answers[record["note_uid"], record["content_sha256"]] = dict(record["SageMakerOutput"])
        except (ValueError, KeyError, TypeError):
            # The note it belonged to counts as unanswered, and its shard is tried again.
            continue
    return answers


def collect_shard(
    shard: StagedShard, sidecars: Sequence[Sidecar], texts: Mapping[NoteKey, str], answers: Answers, batch: BatchFacts
) -> ShardOutcome:
    """Decide what becomes of a shard.

    A wholly answered shard is done. An unanswered one goes back after an infrastructure failure, up to
    `max_attempts`; after any other failure it is split, until the one bad note stands alone and is quarantined.
    """
    keys = [(sidecar.note_uid, sidecar.content_sha256) for sidecar in sidecars]
    if all(key in answers for key in keys):
        return _done(sidecars, texts, answers, batch)
    if batch.end is JobEnd.INFRASTRUCTURE and shard.attempt < batch.max_attempts:
        return ShardOutcome(fate=ShardFate.RETRY)
    if batch.end is not JobEnd.INFRASTRUCTURE and len(sidecars) > 1:
        return ShardOutcome(fate=ShardFate.SPLIT)
    code = batch.reason or "NoAnswer"
    reason = f"the model gave no answer ({code}), attempt {shard.attempt}: check the model's logs, then drop it again"
    refused = tuple(quarantine(sidecar, code, reason, batch.batch_id) for sidecar in sidecars)
    return ShardOutcome(fate=ShardFate.DONE, quarantined=refused)


def _done(
    sidecars: Sequence[Sidecar], texts: Mapping[NoteKey, str], answers: Answers, batch: BatchFacts
) -> ShardOutcome:
    records = [_record(sidecar, texts, answers, batch) for sidecar in sidecars]
    return ShardOutcome(
        fate=ShardFate.DONE,
        summaries=tuple(record for record in records if isinstance(record, SummaryRecord)),
        quarantined=tuple(record for record in records if isinstance(record, QuarantineRecord)),
    )


def _record(
    sidecar: Sidecar, texts: Mapping[NoteKey, str], answers: Answers, batch: BatchFacts
) -> SummaryRecord | QuarantineRecord:
    key = (sidecar.note_uid, sidecar.content_sha256)
    answer = answers[key]
    if "error" in answer or not str(answer.get("summary_text", "")).strip():
        code = _error_code(answer)
        return quarantine(sidecar, code, f"the model refused it ({code}): have a person read it", batch.batch_id)
    try:
        return _summary(sidecar, str(answer["summary_text"]), answer, texts[key], batch)
    except ValidationError:
        return quarantine(sidecar, "BadAnswer", "the model's answer is not as agreed: check the model", batch.batch_id)


def _error_code(answer: Mapping[str, Any]) -> str:
    error = answer.get("error")
    code = str(error.get("code", "")) if isinstance(error, Mapping) else ""
    # Only a plain word is taken over from a container: anything else could quote the note.
    return code if code.isalnum() and len(code) <= 40 else "NoSummary"


def _summary(sidecar: Sidecar, summary: str, answer: Mapping[str, Any], text: str, batch: BatchFacts) -> SummaryRecord:
    checked = check_summary(summary, text)
    record = SummaryRecord(
        **sidecar.model_dump(),
        **{name: answer[name] for name in _HOW_IT_WAS_READ if name in answer},
        summary=checked.summary,
        summary_kind="extract" if checked.rejected else "model",
        rejected=checked.rejected,
        evidence=checked.evidence,
        model=ModelIdentity.model_validate(answer.get("model")),
        batch_id=batch.batch_id,
        summarized_at=batch.ended_at,
        checks=checked.checks,
        needs_review=False,
    )
    reasons = (*_missing(record), *review_reasons(checked))
    return record.model_copy(update={"needs_review": bool(reasons), "review_reasons": reasons})


def _missing(record: SummaryRecord) -> Iterator[str]:
    if record.dropped_characters:
        yield f"The model did not read {record.dropped_characters} character(s) of the note."
    if record.dropped_statements:
        yield f"The summary leaves out {record.dropped_statements} statement(s) that the model made about the note."


def quarantine(sidecar: Sidecar, code: str, reason: str, batch_id: str) -> QuarantineRecord:
    """Return the quarantine record of a note that the model could not summarize."""
    return QuarantineRecord(
        source=sidecar.source,
        stage="inference",
        code=code,
        reason=f"{_place(sidecar.source)}: {reason}.",
        note_uid=sidecar.note_uid,
        content_sha256=sidecar.content_sha256,
        batch_id=batch_id,
    )


def _place(source: SourceRecord) -> str:
    return f"{source.key.removeprefix('incoming/')}, record {source.record}"
