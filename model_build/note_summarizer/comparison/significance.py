"""Whether a difference in trust may be chance, on the same notes; pure.

Shares of notes: McNemar's test in its exact form (McNemar 1947, "Note on the sampling error of the difference between
correlated proportions"): of the notes on which two systems differ, either should win half. Numbers of findings: the
paired bootstrap, as for ROUGE.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import comb

from note_summarizer.comparison.check_answers import Checked, is_undelivered
from note_summarizer.evaluation.bootstrap import LEVEL, PairedComparison, paired_bootstrap
from note_summarizer.evaluation.compare_systems import ENOUGH_NOTES, said_p
from notes_pipeline.records import Severity


@dataclass(frozen=True)
class McNemar:
    """On how many notes only one of two systems fails.

    Attributes:
        a, b: notes on which each fails.
        only_a, only_b: those of them on which the other does not.
        p_value: two-sided.
    """

    a: int
    b: int
    only_a: int
    only_b: int
    p_value: float

    @property
    def is_certain(self) -> bool:
        """Whether the difference is above chance."""
        return self.p_value < 1 - LEVEL


def mcnemar(a: Sequence[bool], b: Sequence[bool]) -> McNemar:
    """Compare on which notes two systems fail.

    Raises:
        ValueError: not as many of `a` as of `b`.
    """
    pairs = list(zip(a, b, strict=True))
    only_a, only_b = (sum(pair == wanted for pair in pairs) for wanted in ((True, False), (False, True)))
    differ = only_a + only_b
    tail = sum(comb(differ, wins) for wins in range(min(only_a, only_b) + 1))
    return McNemar(sum(a), sum(b), only_a, only_b, min(1.0, 2 * tail / 2**differ))


@dataclass(frozen=True)
class TrustComparison:
    """One system against another one: answers that are not delivered, and severe findings.

    Attributes:
        notes: how many both were asked about.
        undelivered: `a` is the system.
        severe: severe findings a note on the notes that both answered, system minus other; nothing without such notes.
    """

    system: str
    against: str
    notes: int
    undelivered: McNemar
    severe: PairedComparison | None

    @property
    def result(self) -> str:
        """`better`, `worse` or `chance`: the system against the other one, by what is not delivered."""
        found = self.undelivered
        if not found.is_certain:
            return "chance"
        return "better" if found.only_a < found.only_b else "worse"

    @property
    def verdict(self) -> str:
        """What came of it, as a sentence without a full stop."""
        found = self.undelivered
        counts = f"{self.system} {found.a} of {self.notes}, {self.against} {found.b}"
        figures = f"not delivered: {counts}; {said_p(found.p_value)}"
        if self.result != "chance":
            first, second = (self.system, self.against) if self.result == "better" else (self.against, self.system)
            return f"{first} is rejected or fails less often than {second} ({figures})"
        if not found.only_a + found.only_b:
            return f"{self.system} and {self.against} are rejected or fail on the same notes, {found.a} of {self.notes}"
        few = f"; {self.notes} notes cannot tell" if self.notes < ENOUGH_NOTES else ""
        return f"{self.system} against {self.against}: the difference may be chance ({figures}){few}"

    @property
    def severe_verdict(self) -> str:
        """The same of severe findings; empty where there are none to compare."""
        found = self.severe
        if found is None or found.low == found.high == 0:
            return ""
        figures = f"95 % {found.low:+.2f} to {found.high:+.2f}, {said_p(found.p_value)}"
        apart = f"{self.system} has {abs(found.difference):.2f} {'more' if found.difference > 0 else 'fewer'} severe"
        chance = "" if found.better or found.worse else "; the difference may be chance"
        return f"{apart} findings a note than {self.against}, where both answered{chance} ({figures})"


def compare_trust(system: str, a: Checked, against: str, b: Checked, *, resamples: int, seed: int) -> TrustComparison:
    """Compare two systems' checks on the same notes."""
    missed = mcnemar([is_undelivered(check) for check in a], [is_undelivered(check) for check in b])
    both = [(x.count(Severity.SEVERE), y.count(Severity.SEVERE)) for x, y in zip(a, b, strict=True) if x and y]
    severe = None
    if both:
        severe = paired_bootstrap([x for x, _ in both], [y for _, y in both], resamples=resamples, seed=seed)
    return TrustComparison(system, against, len(a), missed, severe)
