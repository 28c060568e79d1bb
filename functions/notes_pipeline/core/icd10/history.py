"""Personal history: what a coder writes for a condition that the note puts into the past."""

from __future__ import annotations

from functools import cache

from notes_pipeline.core.word_lists import read_entries

LASTING, OVER = "still", "none"


def past_code(code: str) -> str:
    """Return the code for a past condition: a personal-history code, the same code if it lasts, "" if there is none.

    "History of hypertension" is how notes speak of what a patient lives with, so whatever `history.txt` does not name
    is taken to last.
    """
    outcome = next((then for first, last, then in _rules() if first <= code[: len(first)] <= last), LASTING)
    return {LASTING: code, OVER: ""}.get(outcome, outcome)


@cache
def _rules() -> tuple[tuple[str, str, str], ...]:
    """Return (first, last, outcome) of every rule, the narrowest first."""
    rules = []
    for entry in read_entries(__package__, "history.txt"):
        codes, outcome = entry.split(" ")
        first, _, last = codes.partition("-")
        rules.append((first, last or first, outcome))
    return tuple(sorted(rules, key=_breadth))


def _breadth(rule: tuple[str, str, str]) -> tuple[int, int]:
    first, last, _ = rule
    width = (ord(last[0]) - ord(first[0])) * 100 + int(last[1:3], 36) - int(first[1:3], 36) if first != last else 0
    return width, -len(first)
