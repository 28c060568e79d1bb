"""Abbreviations of problems that stand for something else where they stand."""

from __future__ import annotations

import re

# Abbreviations that are words of their own in lower case, or something else behind a value ("98% on RA").
_CAPITALS = (
    "add ad aid all als as ar bv ca cap cp cr di dic doe dt ed fh gad ha hd hit hus ich itp la lad mm mr ms ocd "
    "od om os pa pad paf pd pda pe pfo ph pid pt ra rt si sle sob va vs"
)
_ONLY_CAPITALS = frozenset(_CAPITALS.split(" "))
_SHORT = 3  # letters; longer words are names, whatever their case
_VALUE = re.compile(r"\s*(?:[:=]|of|is|was|at|up at|up to|down to)?\s*[<>~]?\s*\d")
# Problems whose stage or type is written behind them ("CKD 3", "DM 2").
_STAGED = frozenset(["ckd", "dm", "hiv", "aki", "nyha", "men", "gold", "copd", "ards", "fx"])
# Abbreviations that mean something else before these words.
_STUDIED = {
    "cva": re.compile(r"\s+(?:tender|angle)", re.IGNORECASE),
    "pe": re.compile(r"\s*:|\s+(?:exam|normal|unremarkable|shows|wnl)", re.IGNORECASE),
    "ms": re.compile(r"\s+(?:change|exam|\d)", re.IGNORECASE),
}
_NOTHING = re.compile(r"(?!)")
_ROOM_AIR = re.compile(r"(?:on|sat|%|\d)\s*$")


def is_other_word(text: str, start: int, end: int) -> bool:
    """Whether the single word at `text[start:end]` is no name of a problem: a word, a value's label, room air."""
    said = text[start:end]
    if _is_measured(said, text, end) or _STUDIED.get(said.lower(), _NOTHING).match(text, end):
        return True
    if said.lower() == "ra" and _ROOM_AIR.search(text[max(0, start - 4) : start]):
        return True
    return any(each.lower() in _ONLY_CAPITALS and not each.isupper() for each in (said, said.removesuffix("s")))


def _is_measured(said: str, text: str, end: int) -> bool:
    """Whether an abbreviation is the label of a value ("HR 120", "CRP 64"): few problems have a number behind them."""
    is_short = said.isupper() or len(said) <= _SHORT
    return is_short and said.lower() not in _STAGED and _VALUE.match(text, end) is not None
