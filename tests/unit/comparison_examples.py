"""A comparison made by hand: two options and a floor, on the notes of the evaluation's example."""

from __future__ import annotations

from collections.abc import Sequence

from tests.unit.evaluation_examples import MODEL, judgement

from note_summarizer.comparison.answers import Answers, NoteAnswer
from note_summarizer.comparison.candidate import Candidate, Recommendation
from note_summarizer.comparison.check_answers import check_answers, count_checks
from note_summarizer.comparison.compared import Compared, ComparedSystem
from note_summarizer.comparison.costs import Cost
from note_summarizer.comparison.prices import load_prices
from note_summarizer.comparison.significance import compare_trust
from note_summarizer.comparison.speed import speed_of
from note_summarizer.comparison.systems import parse_systems
from note_summarizer.evaluation.bootstrap import Interval
from note_summarizer.evaluation.score_answers import total_scores
from note_summarizer.pairs.pair import Pair

DRAWS = {"resamples": 200, "seed": 0}


def pair(note: str, record: int = 1, named: str | None = None) -> Pair:
    return Pair(note, f"summary of {record}", record, id=named)


def candidate(name: str, quality: float = 40.0, undelivered: int = 0, **said: object) -> Candidate:
    facts: dict[str, object] = {
        "is_floor": False,
        "failed": 0,
        "cost": 1.0,
        "cost_is_firm": True,
        "notes_per_second": 2.0,
        "measured": "bedrock",
        "change": f"SummarizerOption={name}",
        "before": "",
    }
    interval = Interval(quality, quality - 2, quality + 2)
    return Candidate(name, quality=interval, undelivered=undelivered, **{**facts, **said})  # type: ignore[arg-type]


def compared(text: str = "BP 120/80, chest pain.", name: str = "tuned", failed: Sequence[int] = (2, 5)) -> Compared:
    """Return base and `name` beside lead-1; `name` gives no answer to some notes, and invents a number in the rest."""
    found = judgement(text=text, name=name)
    notes = len(found.test)
    said = {
        "base": Answers(tuple(NoteAnswer(text, seconds=1.0 + n) for n in range(notes)), 24.0, 4),
        name: Answers(
            tuple(
                NoteAnswer(failure="Refused") if n in failed else NoteAnswer(f"answer {text} 77 mg", parts=1 + n % 2)
                for n in range(notes)
            ),
            2.0,
            identity=MODEL,
            alone_seconds=(0.5, 0.25),
        ),
        "lead-1": Answers(tuple(NoteAnswer("Chest pain.") for _ in range(notes)), 0.1),
    }
    systems = parse_systems(["base=bedrock:amazon.nova-lite-v1:0", "tuned=runs/a", "lead-1"])
    checks = {key: check_answers(found.test, answers) for key, answers in said.items()}
    rows = tuple(
        ComparedSystem(
            system=type(system)(key, system.kind, system.target, system.said),
            option=system.option,
            answers=answers,
            checks=checks[key],
            trust=total_scores(count_checks(checks[key]), **DRAWS),
            speed=speed_of(answers, system.kind),
            cost=Cost(0.5, "tokens", "counted by hand"),
            effort="some | effort",
        )
        for system, (key, answers) in zip(systems, said.items(), strict=True)
    )
    trust = tuple(compare_trust(key, checks[key], "base", checks["base"], **DRAWS) for key in (name, "lead-1"))
    advice = Recommendation(
        ("Best: base.",), f"Take {name}.", ("Few notes.",), ((name, "SummarizerOption=x", "First."),)
    )
    return Compared(found, rows, trust, load_prices(), advice)
