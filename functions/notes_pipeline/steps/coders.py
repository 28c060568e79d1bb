"""The engines that give a note its candidate codes; which one works is a choice of the deployment."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from notes_pipeline.aws.comprehend_medical import InferredCode, infer_codes
from notes_pipeline.core.code_summaries import SaidCode, code_note, rank_codes
from notes_pipeline.records import CodeEvidence, NoteCodes, Span, SummaryRecord

Coder = Callable[[SummaryRecord, str], NoteCodes]
_BETWEEN = "\n\n"
_IN_NOTE = 0.5  # what a mention in the note weighs beside one in the summary


def lexical_coder() -> Coder:
    """Return the engine that needs no service: the table's terms, found in the text."""
    return code_note


def comprehend_coder() -> Coder:
    """Return the engine that asks Amazon Comprehend Medical."""
    return _code_with_comprehend


def _code_with_comprehend(record: SummaryRecord, note: str) -> NoteCodes:
    """Return what the service finds in summary and note, sent together: it charges every request for at least 300."""
    inferred = infer_codes(f"{record.summary}{_BETWEEN}{note}")
    return NoteCodes(
        note_uid=record.note_uid,
        content_sha256=record.content_sha256,
        engine="comprehend-medical",
        candidates=rank_codes(_placed(inferred, len(record.summary), len(record.summary) + len(_BETWEEN))),
    )


def _placed(inferred: list[InferredCode], summary_end: int, note_start: int) -> Iterator[SaidCode]:
    for each in inferred:
        if each.end <= summary_end:
            span = Span(start=each.start, end=each.end)
            yield SaidCode(each.code, each.title, CodeEvidence(where="summary", span=span), each.score)
        elif each.start >= note_start:
            span = Span(start=each.start - note_start, end=each.end - note_start)
            yield SaidCode(each.code, each.title, CodeEvidence(where="note", span=span), each.score * _IN_NOTE)
