"""Collecting: what the model's outputs mean for each shard and note of a batch; independent of their order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from notes_pipeline.core.check_summary import check_summary, review_reasons
from notes_pipeline.core.read_outputs import NO_ANSWER, NoteAnswer, NoteKey, Outputs, note_answer
from notes_pipeline.core.shard_fates import BatchFacts, ShardFate, decide_fate
from notes_pipeline.models import Frozen, Sidecar, SourceRecord, StagedShard
from notes_pipeline.records import ModelIdentity, QuarantineRecord, SummaryRecord

# A container need not say these; the record has defaults.
_HOW_IT_WAS_READ = ("parts", "passes", "dropped_characters", "dropped_statements")


class ShardOutcome(Frozen):
    """What became of a shard: its summaries, its quarantined notes, and which of its lines go to the model again."""

    fate: ShardFate
    summaries: tuple[SummaryRecord, ...] = ()
    quarantined: tuple[QuarantineRecord, ...] = ()
    left: tuple[int, ...] = ()


def collect_shard(
    shard: StagedShard, sidecars: Sequence[Sidecar], texts: Mapping[NoteKey, str], outputs: Outputs, batch: BatchFacts
) -> ShardOutcome:
    """Decide what becomes of a shard.

    What is answered is settled. The rest goes to the model again, by the rules for how the batch ended.
    """
    keys = [(sidecar.note_uid, sidecar.content_sha256) for sidecar in sidecars]
    answers = [note_answer(batch.engine, texts[key], outputs.get(key, {})) for key in keys]
    left = tuple(place for place, answer in enumerate(answers) if answer.missing)
    fate = decide_fate(shard, [answers[place].missing for place in left], len(sidecars), batch)
    records = [
        _record(sidecar, texts[key], answer, shard.attempt, batch)
        for sidecar, key, answer in zip(sidecars, keys, answers, strict=True)
        if fate is ShardFate.DONE or not answer.missing
    ]
    return ShardOutcome(
        fate=fate,
        summaries=tuple(record for record in records if isinstance(record, SummaryRecord)),
        quarantined=tuple(record for record in records if isinstance(record, QuarantineRecord)),
        left=() if fate is ShardFate.DONE else left,
    )


def _record(
    sidecar: Sidecar, text: str, answer: NoteAnswer, attempt: int, batch: BatchFacts
) -> SummaryRecord | QuarantineRecord:
    if answer.missing:
        code = batch.code if answer.missing == NO_ANSWER else answer.missing
        reason = f"the model gave no answer ({code}), attempt {attempt}: {batch.rule.advice}"
        return quarantine(sidecar, code, reason, batch.batch_id)
    if answer.refused:
        reason = f"the model refused it ({answer.refused}): have a person read it"
        return quarantine(sidecar, answer.refused, reason, batch.batch_id)
    try:
        return _summary(sidecar, str(answer.said["summary_text"]), answer.said, text, batch)
    except ValidationError:
        return quarantine(sidecar, "BadAnswer", "the model's answer is not as agreed: check the model", batch.batch_id)


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
