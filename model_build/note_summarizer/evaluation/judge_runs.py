"""Judging answers that are there already: scores of every system, and how it compares with a baseline."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from note_summarizer.errors import OptionsError
from note_summarizer.evaluation.compare_systems import compare_systems, paired_systems
from note_summarizer.evaluation.judgement import JudgedSystem, Judgement, Run
from note_summarizer.evaluation.score_answers import count_notes, rare_places, total_scores
from note_summarizer.pairs.pair import Pair

# Comparisons draw this many times as often as intervals: p-values need finer steps.
COMPARING = 10

Tell = Callable[[str], None]


@dataclass(frozen=True)
class SystemRun:
    """A system's answers to the test notes, with what it is called, where it is, and of which kind."""

    name: str
    spec: str
    kind: Literal["model", "floor"]
    run: Run


def judge_runs(
    runs: Sequence[SystemRun],
    test: Sequence[Pair],
    *,
    train: Sequence[Pair] = (),
    baseline: str,
    resamples: int = 1000,
    seed: int = 0,
    remarks: Sequence[str] = (),
    progress: Tell | None = None,
) -> Judgement:
    """Score the answers and compare every system with the baseline.

    Args:
        runs: answers in the order of the test notes.
        train: pairs that models were trained on: what makes a reference rare, and which test notes are known.
        baseline: name of one of the systems.
        resamples: drawn sets for each interval; comparisons draw ten times as many.
        remarks: sentences for the report, without any note's text.
    """
    tell = progress or (lambda _: None)
    rare = rare_places(test, train)
    draws = {"resamples": resamples, "seed": seed}
    judged = []
    for system in runs:
        tell(f"{system.name}: scoring")
        judged.append(_judged(system, test, rare, draws))
    tell("comparing")
    models, floors = ([system.name for system in judged if system.kind == kind] for kind in ("model", "floor"))
    counts = {system.name: system.counts for system in judged}
    often = {"resamples": COMPARING * resamples, "seed": seed}
    comparisons = compare_systems(counts, paired_systems(models, floors, baseline), rare, **often)
    told = (*remarks, *_known(test, train))
    return Judgement(tuple(test), len(train), rare, tuple(judged), baseline, comparisons, told, **draws)


def choose_baseline(baseline: str | None, names: Sequence[str], test: Sequence[Pair]) -> str:
    """Return the system that others are compared with: the first one, unless another is named.

    Raises:
        OptionsError: there is nothing to judge, no note to judge on, or no system of that name.
    """
    if not test:
        raise OptionsError("There are no test notes to judge on.")
    if not names:
        raise OptionsError("There is nothing to judge: name a model (--model) or a floor (--floor).")
    if baseline is not None and baseline not in names:
        raise OptionsError(f"The baseline {baseline!r} is not judged: choose among {', '.join(names)}.")
    return baseline or names[0]


def _judged(system: SystemRun, test: Sequence[Pair], rare: tuple[int, ...], draws: dict[str, int]) -> JudgedSystem:
    counts = count_notes(test, system.run.answers)
    of_rare = {key: count.of(rare) for key, count in counts.items()} if rare else {}
    scores, rare_scores = (
        total_scores(of, resamples=draws["resamples"], seed=draws["seed"]) for of in (counts, of_rare)
    )
    return JudgedSystem(system.name, system.spec, system.kind, system.run, counts, scores, rare_scores)


def _known(test: Sequence[Pair], train: Sequence[Pair]) -> tuple[str, ...]:
    known = {pair.note for pair in train}
    seen = sum(pair.note in known for pair in test)
    are = "is a training note" if seen == 1 else "are training notes"
    return (f"{seen} of the {len(test)} test notes {are} too, word for word: recalling answers it.",) if seen else ()
