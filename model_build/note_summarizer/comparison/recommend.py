"""What the numbers allow to be recommended, as plain sentences, and never more than they say; pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from note_summarizer.comparison.candidate import Candidate, Judges, Recommendation
from note_summarizer.evaluation.compare_systems import ENOUGH_NOTES

# Below this, intervals are wide, and somewhat too narrow at that.
_FEW_NOTES = 30
_MANY_FAILURES = 0.05


def recommend(candidates: Sequence[Candidate], notes: int, judges: Judges) -> Recommendation:
    """Return what can be recommended.

    Args:
        candidates: all systems; floors are compared with, never recommended, unless there is nothing else.
        notes: how many all were asked about.
    """
    real = [found for found in candidates if not found.is_floor] or list(candidates)
    floors = [found for found in candidates if found.is_floor and found not in real]
    best = max(real, key=lambda found: found.quality.mean)
    as_good = [c for c in real if c is not best and not judges.quality(best.name, c.name).better]
    safest = min(real, key=lambda found: (found.undelivered, -found.quality.mean))
    as_safe = [c for c in real if c is not safest and not judges.is_less_trusted(c.name, safest.name)]
    unbeaten = [c for c in real if c in (best, *as_good) and c in (safest, *as_safe)]
    findings = [
        _quality(best, as_good),
        *_against_floors(best, floors, judges),
        _trust(safest, as_safe, notes),
        _cost(real),
        _speed(real),
    ]
    return Recommendation(
        findings=tuple(filter(None, findings)),
        choice=_choice(real, unbeaten, best, safest, notes),
        cautions=tuple(_cautions(real, best, notes)),
        changes=tuple((c.name, c.change, c.before) for c in real if c.change),
    )


def _quality(best: Candidate, as_good: Sequence[Candidate]) -> str:
    said = f"Best wording: {best.name}, ROUGE-1 {best.quality.mean:.1f}."
    if not as_good:
        return said
    return f"{said} {_listed(as_good, lambda c: f'{c.quality.mean:.1f}')} may be as good: the difference may be chance."


def _against_floors(best: Candidate, floors: Sequence[Candidate], judges: Judges) -> list[str]:
    level = [floor for floor in floors if not judges.quality(best.name, floor.name).better]
    if not level:
        return []
    return [
        f"{best.name} is not certain to beat {_listed(level, lambda c: f'{c.quality.mean:.1f}')}, which needs no model:"
        " by wording, no option is known to be worth its cost on these notes."
    ]


def _trust(safest: Candidate, as_safe: Sequence[Candidate], notes: int) -> str:
    said = f"Most trusted: {safest.name}, {safest.undelivered} of {notes} answers rejected or missing."
    if not as_safe:
        return said
    return f"{said} {_listed(as_safe, lambda c: str(c.undelivered))} may be as safe: the difference may be chance."


def _cost(real: Sequence[Candidate]) -> str:
    known = sorted((c for c in real if c.cost is not None), key=lambda c: c.cost or 0.0)
    unknown = [c.name for c in real if c.cost is None]
    missing = f" Not known: {', '.join(unknown)}." if unknown else ""
    if not known:
        return f"Cheapest: cannot be said.{missing}"
    first, others = known[0], known[1:]
    more = f"; {_listed(others, lambda c: money(c.cost or 0.0))}" if others else ""
    alone = "" if others or not unknown else " (the only one whose cost is known)"
    return f"Cheapest: {first.name}, {money(first.cost or 0.0)} for 1,000 notes{alone}{more}.{missing}"


def _speed(real: Sequence[Candidate]) -> str:
    known = sorted((c for c in real if c.notes_per_second), key=lambda c: c.notes_per_second or 0.0, reverse=True)
    if not known:
        return "Fastest: cannot be said; no speed was measured."
    first = known[0]
    others = f"; {_listed(known[1:], lambda c: f'{c.notes_per_second:,.1f}')}" if known[1:] else ""
    unlike = len({c.measured for c in known}) > 1
    apart = " They were not measured alike: see the page." if unlike else ""
    return f"Fastest: {first.name}, {first.notes_per_second:,.1f} notes a second{others}.{apart}"


def _choice(
    real: Sequence[Candidate], unbeaten: Sequence[Candidate], best: Candidate, safest: Candidate, notes: int
) -> str:
    if len(real) == 1:
        return f"{best.name} was compared with nothing else that could be deployed."
    if notes < ENOUGH_NOTES:
        return f"No recommendation: {notes} notes cannot tell a difference from chance."
    if not unbeaten:
        return (
            f"A trade-off: {best.name} words its summaries more like the references, {safest.name} is rejected or fails"
            " less often, and neither difference is likely to be chance. What a wrong summary costs you decides."
        )
    if len(unbeaten) == 1:
        cheaper = _cheaper(unbeaten[0], real)
        return f"{unbeaten[0].name}: the only one that no other is certain to beat, in wording or in trust.{cheaper}"
    names = _listed(unbeaten, None)
    level = f"none is certain to beat {names}, in wording or in trust"
    priced = [c for c in unbeaten if c.cost is not None]
    if len(priced) < len(unbeaten):
        return f"No single one: {level}. Cost would decide, and is not known for all of them."
    cheapest = min(priced, key=lambda c: c.cost or 0.0)
    return f"{cheapest.name}: {level}, and of these it is the cheapest."


def _cheaper(chosen: Candidate, real: Sequence[Candidate]) -> str:
    cheaper = [c for c in real if chosen.cost is not None and c.cost is not None and c.cost < chosen.cost]
    return f" Cheaper, but beaten in one of them: {_listed(cheaper, None)}." if cheaper else ""


def _cautions(real: Sequence[Candidate], best: Candidate, notes: int) -> list[str]:
    half = (best.quality.high - best.quality.low) / 2
    moves = f"the ROUGE-1 of {best.name} would move by about {half:.1f} either way"
    said = [f"{notes} notes: with others of their kind, {moves}."]
    if notes < _FEW_NOTES:
        said.append(f"Fewer than {_FEW_NOTES} notes: take every interval for wider than it looks.")
    failing = [c for c in real if c.failed > _MANY_FAILURES * notes]
    said += [f"{c.name} gave no answer to {c.failed} of {notes} notes; they count as empty summaries." for c in failing]
    unsure = [c.name for c in real if c.cost is not None and not c.cost_is_firm]
    if unsure:
        said.append(
            f"Costs of {', '.join(unsure)} rest on prices that are unconfirmed or incomplete, or on this machine's"
            " speed: see the page."
        )
    said.append(
        "ROUGE is likeness to the references, and the checks find what the note does not say, not what is left out."
    )
    return said


def money(dollars: float) -> str:
    """Return US dollars as they are written: cents, or two figures of less."""
    return f"{dollars:,.2f} USD" if dollars >= 0.1 or not dollars else f"{dollars:.2g} USD"


def _listed(candidates: Sequence[Candidate], figure: Callable[[Candidate], str] | None) -> str:
    named = [f"{c.name} ({figure(c)})" if figure else c.name for c in candidates]
    return named[0] if len(named) == 1 else f"{', '.join(named[:-1])} and {named[-1]}"
