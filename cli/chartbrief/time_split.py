"""Where a run's time went: every moment of it belongs to exactly one step, so that the steps add up to the whole."""

import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

# A moment in which several steps were under way belongs to the first of these: what the model works through is the
# model's, whatever else went on beside it.
STEPS = ("model", "collect", "publish", "stage", "plan", "job", "write", "idle")


@dataclass(frozen=True)
class Span:
    """A step that was under way, from and to (seconds since the epoch)."""

    step: str
    start: float
    end: float


def split_time(spans: Iterable[Span], start: float, end: float) -> dict[str, float]:
    """Seconds of each of `STEPS` between `start` and `end`; "idle" is what no span covers. They add up to the whole."""
    found = [span for span in spans if span.end > start and span.start < end]
    edges = sorted({start, end, *(min(max(at, start), end) for span in found for at in (span.start, span.end))})
    seconds = dict.fromkeys(STEPS, 0.0)
    for left, right in itertools.pairwise(edges):
        under_way = {span.step for span in found if span.start <= left and span.end >= right}
        seconds[next((step for step in STEPS if step in under_way), "idle")] += right - left
    return seconds


def around_model(seconds: Mapping[str, float]) -> float:
    """The share of the whole in which the model did nothing."""
    whole = sum(seconds.values())
    return 1 - seconds["model"] / whole if whole else 0.0
