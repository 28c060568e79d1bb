"""How fast a system answers: what one note takes, and how many notes a second; pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from note_summarizer.comparison.answers import Answers
from note_summarizer.comparison.systems import Kind


@dataclass(frozen=True)
class Speed:
    """What was measured of a system's speed.

    Attributes:
        p50, p95: seconds from asking to the answer; nothing where they were not measured.
        timed: how many notes they are of.
        notes_per_second: nothing where it was not measured.
        said: how both were measured.
    """

    p50: float | None
    p95: float | None
    timed: int
    notes_per_second: float | None
    said: str


def speed_of(answers: Answers, kind: Kind, *, in_jobs: bool = False) -> Speed:
    """Return a system's speed, as far as its answers say.

    Args:
        in_jobs: what was asked live will answer in batch jobs.
    """
    seconds = list(answers.alone_seconds)
    seconds = seconds or [note.seconds for note in answers.notes if note.seconds is not None and not note.failure]
    rate, said = _rate(answers, kind, seconds)
    p50, p95 = (percentile(seconds, share) for share in (0.5, 0.95))
    if in_jobs and kind == "bedrock":
        said += "; measured on demand, batch jobs answer hours later"
    return Speed(p50, p95, len(seconds), rate, said)


def _rate(answers: Answers, kind: Kind, seconds: Sequence[float]) -> tuple[float | None, str]:
    notes = sum(not note.failure for note in answers.notes)
    if kind == "floor":
        return None, "there is no model to wait for"
    if kind == "recorded":
        if len(seconds) < notes or not sum(seconds):
            return None, "the recorded file does not say how long every answer took"
        return len(seconds) / sum(seconds), "as recorded, one note after another"
    if answers.wall_seconds is None:
        return None, "not measured"
    rate = notes / max(answers.wall_seconds, 1e-6)
    if kind == "model":
        return rate, f"on this machine, in batches; {len(seconds)} notes again one at a time"
    throttled = f", asked to slow down {answers.throttled} times" if answers.throttled else ""
    return rate, f"over the network, {answers.concurrency} at a time{throttled}; waits are in it"


def percentile(values: Sequence[float], share: float) -> float | None:
    """Return the smallest value that at least this share of all do not exceed (nearest rank); nothing of no values."""
    ordered = sorted(values)
    return ordered[max(1, math.ceil(share * len(ordered))) - 1] if ordered else None
