"""From answers to a comparison: scores, checks, speed, cost, significance, and what follows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from note_summarizer.comparison.answers import Answers
from note_summarizer.comparison.candidate import Candidate, Judges
from note_summarizer.comparison.check_answers import Checked, check_answers, count_checks, is_undelivered
from note_summarizer.comparison.compared import Compared, ComparedSystem
from note_summarizer.comparison.costs import Cost, Machine, cost_of
from note_summarizer.comparison.effort import before_change, change_for, effort_of
from note_summarizer.comparison.engines import option_of
from note_summarizer.comparison.prices import Prices
from note_summarizer.comparison.recommend import recommend
from note_summarizer.comparison.run_systems import as_run
from note_summarizer.comparison.significance import compare_trust, mcnemar
from note_summarizer.comparison.speed import speed_of
from note_summarizer.comparison.systems import System
from note_summarizer.evaluation.bootstrap import PairedComparison, paired_bootstrap
from note_summarizer.evaluation.judge_runs import COMPARING, SystemRun, judge_runs
from note_summarizer.evaluation.judgement import Judgement
from note_summarizer.evaluation.metrics import MAIN
from note_summarizer.evaluation.score_answers import total_scores
from note_summarizer.pairs.pair import Pair

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Settled:
    """What a comparison is made with.

    Attributes:
        baseline: name of the system that all others are compared with.
        resamples, seed: of the intervals; comparisons draw ten times as often.
        remarks: sentences for the report, without any note's text.
    """

    test: Sequence[Pair]
    train: Sequence[Pair]
    baseline: str
    prices: Prices
    resamples: int = 1000
    seed: int = 0
    remarks: tuple[str, ...] = ()
    tell: Tell = lambda _: None


def compare_systems(systems: Sequence[System], answers: Mapping[str, Answers], settled: Settled) -> Compared:
    """Compare systems that have answered; a note without an answer counts as an empty summary.

    Args:
        answers: of every system, by name, in the order of the test notes.
    """
    judgement = judge_runs(
        [
            SystemRun(s.name, s.spec, "floor" if s.kind == "floor" else "model", as_run(answers[s.name]))
            for s in systems
        ],
        settled.test,
        train=settled.train,
        baseline=settled.baseline,
        resamples=settled.resamples,
        seed=settled.seed,
        remarks=settled.remarks,
        progress=settled.tell,
    )
    compared = tuple(_compared(system, answers[system.name], settled) for system in systems)
    often = {"resamples": COMPARING * settled.resamples, "seed": settled.seed}
    checks = {system.name: system.checks for system in compared}
    trust = tuple(
        compare_trust(name, checks[name], settled.baseline, checks[settled.baseline], **often)
        for name in checks
        if name != settled.baseline
    )
    judges = Judges(partial(_quality, judgement, often), partial(_is_less_trusted, checks))
    advice = recommend([_candidate(system, judgement) for system in compared], len(settled.test), judges)
    return Compared(judgement, compared, trust, settled.prices, advice)


def _compared(system: System, answers: Answers, settled: Settled) -> ComparedSystem:
    settled.tell(f"{system.name}: checking")
    checks = check_answers(settled.test, answers)
    option = option_of(system)
    speed = speed_of(answers, system.kind, in_jobs=option == "bedrock-batch")
    return ComparedSystem(
        system=system,
        option=option,
        answers=answers,
        checks=checks,
        trust=total_scores(count_checks(checks), resamples=settled.resamples, seed=settled.seed),
        speed=speed,
        cost=_cost(system, option, answers, settled.prices, speed.notes_per_second),
        effort=effort_of(system, option),
    )


def _cost(system: System, option: str, answers: Answers, prices: Prices, notes_per_second: float | None) -> Cost:
    if system.kind == "floor":
        return Cost(0.0, "nothing", "there is no model")
    machine = Machine(system.instance, system.count("instances", 1)) if system.instance else None
    return cost_of(
        answers, prices, option=option, model=system.model, machine=machine, notes_per_second=notes_per_second
    )


def _quality(judgement: Judgement, often: Mapping[str, int], first: str, second: str) -> PairedComparison:
    a, b = (judgement.system(name).counts[MAIN].parts for name in (first, second))
    return paired_bootstrap(a, b, resamples=often["resamples"], seed=often["seed"])


def _is_less_trusted(checks: Mapping[str, Checked], first: str, second: str) -> bool:
    a, b = ([is_undelivered(check) for check in checks[name]] for name in (first, second))
    found = mcnemar(a, b)
    return found.is_certain and found.only_a > found.only_b


def _candidate(system: ComparedSystem, judgement: Judgement) -> Candidate:
    quality = judgement.system(system.name).scores[MAIN]
    assert quality is not None  # noqa: S101 - ROUGE counts every note
    change = change_for(system.system, system.option)
    return Candidate(
        name=system.name,
        is_floor=system.is_floor,
        quality=quality,
        undelivered=sum(is_undelivered(check) for check in system.checks),
        failed=system.failed,
        cost=system.cost.per_thousand,
        cost_is_firm=system.cost.is_firm and not (system.cost.basis == "instance" and system.answers.identity),
        notes_per_second=system.speed.notes_per_second,
        measured=system.system.kind,
        change=change,
        before=before_change(system.system, system.option) if change else "",
    )
