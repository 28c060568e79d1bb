"""Giving a lower-case summary the casing its words have in the note; pure."""

from __future__ import annotations

import re
from collections import Counter

_WORD = re.compile(r"[^\W_]+(?:['-][^\W_]+)*")
_SENTENCE_START = re.compile(r"(?:^|[.!?:\n]\s*|[-*\]\"(]\s*)$")
# The summary style's own labels and the units that have one spelling whatever the note does.
_FIXED = {
    "hr": "HR", "bp": "BP", "rr": "RR", "spo2": "SpO2", "iv": "IV", "po": "PO", "mg": "mg", "ml": "mL", "kg": "kg",
    "mcg": "mcg", "bid": "BID", "tid": "TID", "prn": "PRN",
}  # fmt: skip
_VITAL_T = re.compile(r"\bt(?= \d)")


def restore_case(summary: str, note: str) -> str:
    """Return the summary with each word cased as in the note, labels as the style has them, the first letter up.

    A capital that only begins a sentence says nothing about its word, and neither do the capitals of a line written
    all in capitals.
    """
    known = _informative_cases(note)
    text = _WORD.sub(lambda match: _FIXED.get(match[0].lower()) or known.get(match[0].lower(), match[0]), summary)
    text = _VITAL_T.sub("T", text)
    return text[:1].upper() + text[1:]


def _informative_cases(note: str) -> dict[str, str]:
    counts: dict[str, Counter[str]] = {}
    for line in note.splitlines():
        shouted = _is_shouted(line)
        for match in _WORD.finditer(line):
            word = _without_accidental_capitals(match, line, shouted)
            counts.setdefault(word.lower(), Counter())[word] += 1
    return {lower: _best(forms) for lower, forms in counts.items()}


def _is_shouted(line: str) -> bool:
    words = [word for word in _WORD.findall(line) if len(word) > 3 and word.isalpha()]
    return len(words) > 1 and sum(word.isupper() for word in words) > len(words) * 0.6


def _without_accidental_capitals(match: re.Match[str], line: str, shouted: bool) -> str:
    word = match[0]
    if shouted and word.isupper():
        return word.lower()
    if word[:1].isupper() and word[1:].islower() and _SENTENCE_START.search(line[: match.start()]):
        return word.lower()
    return word


def _best(forms: Counter[str]) -> str:
    # A form with capitals wins over the lower-case one only when it is at least as common.
    return max(forms, key=lambda form: (forms[form], not form.islower()))
