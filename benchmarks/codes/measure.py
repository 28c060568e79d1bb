"""The figures: shares of diagnoses whose code is found, and of what must not be coded and is."""

from __future__ import annotations

import statistics
import time
from collections import Counter
from collections.abc import Iterable, Sequence

from benchmarks.codes.notes import KnownNote
from benchmarks.codes.truth import Known, known

from notes_pipeline.core.code_summaries import code_note
from notes_pipeline.core.icd10.history import past_code
from notes_pipeline.models import SourceRecord
from notes_pipeline.records import Checks, CodeCandidate, ModelIdentity, SummaryRecord

Figures = dict[str, float | int]
NO_SUMMARY = "No acute findings."


def as_record(summary: str) -> SummaryRecord:
    """Return a record that holds a summary."""
    return SummaryRecord(
        note_uid="0" * 32,
        content_sha256="0" * 64,
        note_id="1",
        source=SourceRecord(bucket="notes", key="incoming/1.txt", version_id="1", record=1),
        summary=summary,
        model=ModelIdentity(name="reference", version="1", sha256="0"),
        batch_id="1",
        summarized_at="2031-01-01T00:00:00+00:00",
        checks=Checks(),
        needs_review=False,
    )


def measure_notes(notes: Sequence[KnownNote], with_summary: bool) -> Figures:
    """Return the figures of notes, coded from summary and note or from the note alone."""
    counts: Counter[str] = Counter()
    milliseconds = []
    for each in notes:
        record = as_record(each.summary if with_summary else NO_SUMMARY)
        start = time.process_time()
        found = code_note(record, each.note).candidates
        milliseconds.append((time.process_time() - start) * 1000)
        _count_diagnoses(counts, each, found)
        _count_history(counts, each, found)
        _count_aside(counts, each, found)
    return {
        "notes": len(notes),
        "median_cpu_ms": round(statistics.median(milliseconds), 2),
        "p95_cpu_ms": round(statistics.quantiles(milliseconds, n=20)[-1], 2),
        "candidates_a_note": round(counts["candidates"] / len(notes), 2),
        **_shares(counts),
    }


def _count_diagnoses(counts: Counter[str], note: KnownNote, found: Sequence[CodeCandidate]) -> None:
    """Count the known diagnoses that are found among the first 3 (their category) and the first 5 (their code).

    A note that states k diagnoses cannot have them all among three, so the wide count looks at the first max(3, k + 2)
    and max(5, k + 4). The strict one takes notes with exactly one diagnosis, known or not.
    """
    counts["candidates"] += len(found)
    stated = len(note.diagnoses)
    for diagnosis in note.diagnoses:
        truth = known(diagnosis)
        counts["unknown"] += truth is None
        if truth:
            _count(counts, "all", truth, found, max(3, stated + 2), max(5, stated + 4))
            _count(counts, f"all_{truth.source}s", truth, found, max(3, stated + 2), max(5, stated + 4))
            if stated == 1:
                _count(counts, "single", truth, found, 3, 5)
                _count(counts, f"single_{truth.source}s", truth, found, 3, 5)


def _count(
    counts: Counter[str], name: str, truth: Known, found: Sequence[CodeCandidate], first: int, first_exact: int
) -> None:
    counts[f"{name}.category.of"] += 1
    counts[f"{name}.category"] += any(each.code[:3] in truth.categories for each in found[:first])
    if truth.codes:
        counts[f"{name}.code.of"] += 1
        counts[f"{name}.code"] += any(each.code in truth.codes for each in found[:first_exact])


def _count_history(counts: Counter[str], note: KnownNote, found: Sequence[CodeCandidate]) -> None:
    """Count past conditions that any candidate has, as the condition or as the personal history of it."""
    for condition in note.history:
        truth = known(condition)
        if truth and truth.codes:
            right = {code[:3] for each in truth.codes for code in (each, past_code(each)) if code}
            counts["history.category.of"] += 1
            counts["history.category"] += any(each.code[:3] in right for each in found)


def _count_aside(counts: Counter[str], note: KnownNote, found: Sequence[CodeCandidate]) -> None:
    """Count asides that are coded, of those that would be coded if they were stated plainly."""
    aside = note.aside
    if code_note(as_record(NO_SUMMARY), f"Diagnosis: {aside.conditions}.").candidates:
        counts[f"{aside.said}.coded.of"] += 1
        places = (e.span.start for each in found for e in each.evidence if e.where == "note")
        counts[f"{aside.said}.coded"] += any(place >= aside.start for place in places)


def _shares(counts: Counter[str]) -> Figures:
    names = sorted(name.removesuffix(".of") for name in counts if name.endswith(".of"))
    shares: Figures = {name: round(counts[name] / counts[f"{name}.of"], 4) for name in names}
    return {**shares, **{f"{name}.of": counts[f"{name}.of"] for name in names}, "unknown": counts["unknown"]}


def measure_phrases(phrases: Iterable[str]) -> Figures:
    """Return the figures of diagnoses that stand alone, one a text: top 3 for the category, top 5 for the code."""
    counts: Counter[str] = Counter()
    for phrase in phrases:
        truth = known(phrase)
        if truth:
            text = phrase.replace("{n}", "30")
            found = code_note(as_record(NO_SUMMARY), f"Diagnosis: {text}.").candidates
            _count(counts, "alone", truth, found, 3, 5)
    return _shares(counts)
