"""Faithfulness: what a summary says and its note does not. A first line of defence, on words and numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable

from notes_pipeline.records import Checks

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_PAIR = re.compile(r"\b(\d+)/(\d+)\b")
_WORD = re.compile(r"[^\W\d_]{3,}")
_ITEM = re.compile(r",(?!\d)\s*")
_NEGATION = r"\b(?:denies|denied|deny|no|without|negative for|absent|ruled out|not|never)\b"
# Words the summary style adds by itself, and the labels it gives to values that a note may label otherwise.
_STYLE_WORDS = frozenset(
    [
        "history",
        "possible",
        "planned",
        "stopped",
        "normal",
        "notified",
        "acute",
        "findings",
        "pain",
        "weight",
        "spo",
        "improved",
        "condition",
        "worsened",
        "stable",
        "home",
        "transferred",
        "admitted",
        "referred",
        "follow",
        "with",
        "left",
        "medical",
        "advice",
        "controlled",
        "tolerating",
        "diet",
        "ambulating",
        "tolerated",
        "procedure",
        "well",
        "symptoms",
        "and",
        "the",
    ]
)
# The style's words for outcomes that change what happens to a patient: a note says them in other words, but says them.
_SAID_AS = {
    "allergic": re.compile(r"allerg|reaction|intoleran|tolerate|sensitiv|anaphyla|hives|rash|swell|itch"),
    "discharged": re.compile(r"\bhome\b|discharg|\bd/?c\b|released"),
    "against": re.compile(r"\bagainst\b|\bama\b|eloped|signed out"),
    "extubated": re.compile(r"extubat|ventilator|breathing tube"),
    "died": re.compile(r"\b(?:died|dead|death|deceased|expired|demise)\b|passed away|pronounced|did not survive"),
}
_STEM = 5


def check_summary(summary: str, note: str) -> Checks:
    """Compare a summary with its note.

    A number must stand in the note, and a pair such as a blood pressure in the same order; a word must share its first
    five letters with a word of the note, or be one of the summary style's own; an item must not stand in the note only
    behind a negation.
    """
    lower, numbers = note.lower(), set(_NUMBER.findall(note))
    pairs = (pair for pair in _PAIR.finditer(summary) if pair[2] != "10" and not _holds_pair(lower, pair))
    stems = {word[:_STEM] for word in _WORD.findall(lower)}
    own = _STYLE_WORDS.union(outcome for outcome, wording in _SAID_AS.items() if wording.search(lower))
    words = [word for word in _WORD.findall(summary.lower()) if word not in own]
    labelled = re.sub(r"SpO2|/10\b", "", summary)
    return Checks(
        numbers_unsupported=_distinct(
            [*(n for n in _NUMBER.findall(labelled) if n not in numbers), *(pair[0] for pair in pairs)]
        ),
        words_unsupported=_distinct(word for word in words if word[:_STEM] not in stems),
        negated_in_note=_distinct(item for item in _items(summary) if _only_negated(item, lower)),
    )


def review_reasons(checks: Checks) -> tuple[str, ...]:
    """Return why a person should read this summary, one sentence a reason; empty if nothing was found."""
    reasons = (
        ("The note does not hold the number(s)", checks.numbers_unsupported),
        ("The note does not hold the word(s)", checks.words_unsupported),
        ("The note seems to deny", checks.negated_in_note),
    )
    return tuple(f"{text} {', '.join(found)}." for text, found in reasons if found)


def _holds_pair(note: str, pair: re.Match[str]) -> bool:
    # "120 over 80" and "120 / 80" are 120/80; 80/120 is not.
    return bool(re.search(rf"\b{pair[1]}\s*(?:/|over|out of)\s*{pair[2]}\b", note))


def _items(summary: str) -> list[str]:
    return [item.strip().lower() for item in _ITEM.split(summary.strip().rstrip(".")) if item.strip()]


def _only_negated(item: str, note: str) -> bool:
    if len(item) < 4 or item.startswith(("normal ", "no ")):
        return False
    places = [match.start() for match in re.finditer(rf"(?<!\w){re.escape(item)}(?!\w)", note)]
    return bool(places) and all(_negated_before(note[:place]) for place in places)


def _negated_before(text: str) -> bool:
    # A negation reaches to the end of its clause, over lists ("denies fever, chills or cough").
    clause = re.split(r"[.;:\n]|\bbut\b|\bhowever\b", text)[-1]
    return bool(re.search(_NEGATION, clause)) and not re.search(
        r"\b(?:reports|has|had|with|shows?|showed)\b[^,]*$", clause
    )


def _distinct(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(texts))
