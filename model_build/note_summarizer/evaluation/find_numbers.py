"""The numbers of a text, in digits or in English words: "fifty five" of a dialogue is the 55 of its summary; pure.

Numbers are compared as values: 1,200 is 1200, 7.0 is 7, 07 is 7; 120/80 holds 120 and 80. A number's unit and what it
measures are not looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

_DIGITS = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?(?!\d)|\d+(?:\.\d+)?")
# "1. Hypertension. 2. Gout." counts its items, it measures nothing.
_LIST_MARKER = re.compile(r"(?:^|(?<=[\n.;:]))\s*\d{1,2}[.)]\s+(?=[A-Z])")
_RUN = re.compile(r"[a-z]+(?:[ -]+[a-z]+)*")
_ONES = """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
seventeen eighteen nineteen"""
_TWENTY_ON = "twenty thirty forty fifty sixty seventy eighty ninety"
_FIRST_ON = """first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth
fifteenth sixteenth seventeenth eighteenth nineteenth twentieth"""
_JANUARY_ON = "january february march april may june july august september october november december"
_UNITS = {word: value for value, word in enumerate(_ONES.split())}
_TENS = {word: 10 * value for value, word in enumerate(_TWENTY_ON.split(), start=2)}
_ORDINALS = {word: value for value, word in enumerate(_FIRST_ON.split(), start=1)} | {"thirtieth": 30}
_MONTHS = {word: value for value, word in enumerate(_JANUARY_ON.split(), start=1)}
_SCALES = {"hundred": 100, "thousand": 1000}
_VALUES = {**_UNITS, **_TENS, **_ORDINALS, **_SCALES}


def stated_numbers(text: str) -> set[str]:
    """Return the numbers that a text states: those it can be asked to have right.

    A lone "one" and lone ordinals ("first", "second") are left out: they are mostly no measurements.
    """
    return _in_digits(text) | {_plain(value) for value, words in _in_words(text) if not _is_idiom(words)}


def held_numbers(text: str) -> set[str]:
    """Return the numbers that a text can support, read generously.

    Beside the stated ones: "one", ordinals, months (July is the 7 of 07/29), and each word of a compound by itself,
    since "five ten" may be 510, or 5 and 10.
    """
    spoken, lower = list(_in_words(text)), text.lower()
    parts = {_plain(_VALUES[word]) for _, words in spoken for word in words}
    months = {str(number) for month, number in _MONTHS.items() if month in lower}
    return _in_digits(text) | {_plain(value) for value, _ in spoken} | parts | months


def _in_digits(text: str) -> set[str]:
    return {_plain(number.replace(",", "")) for number in _DIGITS.findall(_LIST_MARKER.sub(" ", text))}


def _plain(number: str | int) -> str:
    whole, _, fraction = str(number).partition(".")
    return ".".join(filter(None, (whole.lstrip("0") or "0", fraction.rstrip("0"))))


def _is_idiom(words: list[str]) -> bool:
    return words == ["one"] or (len(words) == 1 and words[0] in _ORDINALS)


def _in_words(text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield each number in words with its words; punctuation ends a number."""
    for run in _RUN.findall(text.lower()):
        yield from _grouped(re.findall("[a-z]+", run))


def _grouped(said: Iterable[str]) -> Iterator[tuple[int, list[str]]]:
    value, words = 0, list[str]()
    for word in said:
        if word == "and" and words and words[-1] in _SCALES:  # a hundred and five
            continue
        grown = _grown(value, words, word)
        if grown is None and words:
            yield value, words
            words = []
        if word in _VALUES:
            value, words = _VALUES[word] if grown is None else grown, [*words, word]
    if words:
        yield value, words


def _grown(value: int, words: list[str], word: str) -> int | None:
    """Return the value that a number has with one more word, or nothing if the word begins another number."""
    if not words or words[-1] in _ORDINALS or word not in _VALUES:
        return None
    added, last = _VALUES[word], _VALUES[words[-1]]
    if word in _SCALES:
        return _scaled(value, added)
    if words[-1] in _SCALES or (words[-1] in _TENS and 0 < added < 10):
        return value + added if added < last else None
    # "one forty" over ninety, "nineteen ninety": said in two halves.
    return 100 * value + added if 0 < value < 100 and value == last and added >= 10 else None


def _scaled(value: int, scale: int) -> int | None:
    below = value % 1000 if scale == 100 else value
    return value - below + below * scale if 0 < below < scale else None
