"""Many inputs of one format, one after another; those that break a promise are kept."""

import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from tests.fuzz.checks import examine
from tests.fuzz.mutate import Format, Seed, make_input
from tests.fuzz.seeds import FORMATS

# One in so many inputs is read a second time.
_READ_TWICE = 8
MOST_FAILURES = 20


@dataclass
class Tally:
    """What came of a format's inputs.

    Attributes:
        kinds: how many inputs had records of each kind.
        outcomes: the different sets of kinds.
        failures: (command, violations) of those that broke a promise.
    """

    form: str
    inputs: int = 0
    seconds: float = 0.0
    kinds: Counter[str] = field(default_factory=Counter)
    outcomes: set[frozenset[str]] = field(default_factory=set)
    failures: list[tuple[str, list[str]]] = field(default_factory=list)

    def __str__(self) -> str:
        rate = self.inputs / max(self.seconds, 1e-9)
        return (
            f"{self.form}: {self.inputs:,} inputs, {rate:,.0f} a second, {len(self.outcomes)} distinct outcomes of "
            f"{len(self.kinds)} kinds of records, {len(self.failures)} failed"
        )


def run_campaign(form: Format, seed: int, numbers: Iterable[int], out: Path, *, most_seconds: float = 0) -> Tally:
    """Try a format's inputs of some numbers.

    Args:
        out: folder for inputs that fail.
        most_seconds: after so many no more are begun; 0 for no limit.
    """
    tally, began = Tally(form.name), time.perf_counter()
    for number in numbers:
        if most_seconds and time.perf_counter() - began > most_seconds:
            break
        made = make_input(form, seed, number)
        verdict = examine(made.name, made.body, twice=number % _READ_TWICE == 0)
        tally.inputs += 1
        tally.kinds.update(verdict.kinds)
        tally.outcomes.add(verdict.kinds)
        if verdict.violations:
            tally.failures.append((keep(form.name, seed, number, made, out), verdict.violations))
            if len(tally.failures) >= MOST_FAILURES:
                break
    tally.seconds = time.perf_counter() - began
    return tally


def keep(form: str, seed: int, number: int, made: Seed, out: Path) -> str:
    """Write a failing input to a file and return the command that tries it again."""
    out.mkdir(parents=True, exist_ok=True)
    path = out / f"{form}-{seed}-{number}-{made.name}"
    path.write_bytes(made.body)
    return f"python -m tests.fuzz --replay {path}"


def check_seeds(out: Path) -> list[str]:
    """Return what is wrong with the seeds themselves, as they are."""
    return [
        f"{keep(form.name, 0, -1, seed, out)}: {violation}"
        for form in FORMATS.values()
        for seed in form.seeds
        for violation in examine(seed.name, seed.body, twice=True).violations
    ]
