"""What one note says of its patient's diagnoses: codes with weights, or words where nothing could be coded."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

from notes_pipeline.core.faithfulness.find_words import kind_of
from notes_pipeline.core.faithfulness.read_text import ReadText
from notes_pipeline.core.identify import patient_uid, source_path
from notes_pipeline.records import CodeCandidate, FindingKind, NoteCodes, SummaryRecord

# Before a word that stands for a diagnosis without a code. No code begins so.
WORD_MARK = "~"
# One word of an uncoded summary tells less than a code does.
_WORD_WEIGHT = 0.3
_DIGITS = 4
_HASH_DIGITS = 16

Weights = dict[str, float]


class Patient(NamedTuple):
    """A patient of one source system."""

    uid: str
    patient_id: str
    source_system: str


@dataclass(frozen=True)
class Contribution:
    """A note's share in its patient's profile.

    Attributes:
        order: of two contributions of one note the one whose order is greater counts.
        patient: None where the note names none.
        weights: by ICD-10-CM code, or by word behind `WORD_MARK`; above 0, at most 1.
    """

    note_uid: str
    order: str
    patient: Patient | None
    weights: Weights


def read_contributions(coded: Iterable[tuple[SummaryRecord, NoteCodes]]) -> dict[str, Contribution]:
    """Return the newest contribution of each note by its uid; superseded records give none."""
    newest: dict[str, Contribution] = {}
    for record, codes in coded:
        if record.status != "superseded":
            found = _contribution(record, codes)
            held = newest.get(found.note_uid)
            if held is None or found.order > held.order:
                newest[found.note_uid] = found
    return newest


def _contribution(record: SummaryRecord, codes: NoteCodes) -> Contribution:
    weights = {each.code: _weight(each) for each in codes.candidates} or dict(_words(record.summary))
    return Contribution(record.note_uid, _order(record), _patient(record), weights)


def _weight(candidate: CodeCandidate) -> float:
    """Return how much a candidate counts: its score, discounted by its rank as in DCG (Järvelin, TOIS 2002)."""
    return max(round(candidate.score / math.log2(candidate.rank + 1), _DIGITS), 10.0**-_DIGITS)


def _order(record: SummaryRecord) -> str:
    at = datetime.fromisoformat(record.summarized_at)
    at = at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
    return f"{at.isoformat(timespec='microseconds')}/{record.content_sha256[:_HASH_DIGITS]}"


def _patient(record: SummaryRecord) -> Patient | None:
    if not record.patient_id:
        return None
    system, _ = source_path(record.source.key)
    return Patient(patient_uid(system, record.patient_id), record.patient_id, system)


def _words(summary: str) -> Iterator[tuple[str, float]]:
    """Yield the problems that a summary states of its patient."""
    read = ReadText(summary, is_items=True)
    for word in read.words:
        context = read.contexts.at(word.token.start, word.token.end)
        if kind_of(word) is FindingKind.PROBLEM and not (context.negated or context.uncertain or context.family):
            yield f"{WORD_MARK}{word.token.text}", _WORD_WEIGHT
