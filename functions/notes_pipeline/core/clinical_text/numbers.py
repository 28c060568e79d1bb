"""Numbers as notes have them: digits, and the words of a dictation ("one twenty two", "two thousand nine")."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from notes_pipeline.core.clinical_text.tokens import Token

_ONES_IN_ORDER = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen"
)
_TENS_IN_ORDER = "twenty thirty forty fifty sixty seventy eighty ninety"
_ORDINALS_IN_ORDER = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth "
    "fifteenth sixteenth seventeenth eighteenth nineteenth twentieth"
)
# Numbers in words that more often order or hint than count.
LOOSE = frozenset([*_ORDINALS_IN_ORDER.split(), "thirtieth", "couple", "dozen", "half"])
_ONES = {word: at for at, word in enumerate(_ONES_IN_ORDER.split())}
_TENS = {word: 10 * at for at, word in enumerate(_TENS_IN_ORDER.split(), 2)}
_DECADES = {f"{word[:-1]}ies": value for word, value in _TENS.items()}
_ORDINALS = {word: at for at, word in enumerate(_ORDINALS_IN_ORDER.split(), 1)} | {"thirtieth": 30}
_TIMES = {"once": 1, "twice": 2, "thrice": 3, "half": 0.5, "couple": 2, "dozen": 12, **_DECADES}
_SCALES = {"hundred": 100, "thousand": 1000, "million": 1_000_000}
_WORDS = {**_ONES, **_TENS, **_SCALES, **_ORDINALS}
_DIGITS = re.compile(r"\d")


class Number(NamedTuple):
    """A number and where it stands.

    Attributes:
        values: what it may mean, the likeliest first; several only for words ("one twenty two" is 122, or 1 and 22).
        first, last: indices of its tokens, both included.
    """

    values: tuple[float, ...]
    start: int
    end: int
    first: int
    last: int


def read_numbers(tokens: Sequence[Token]) -> list[Number]:
    """Return a text's numbers in order; "one" and "second" alone are words, not numbers."""
    found: list[Number] = []
    at = 0
    while at < len(tokens):
        last = _run(tokens, at)
        if last >= at:
            values = _of_run([token.text for token in tokens[at : last + 1]])
            if values:
                found.append(Number(values, tokens[at].start, tokens[last].end, at, last))
        at = max(last, at) + 1
    return found


def _run(tokens: Sequence[Token], at: int) -> int:
    """Return the last token of the number that begins here, or one before `at` if none does."""
    text = tokens[at].text
    if _DIGITS.match(text) or text in _TIMES:
        return at
    last = at - 1
    while at < len(tokens) and tokens[at].text in _WORDS and (last < 0 or at - last <= 2):
        if last >= 0 and tokens[at].start - tokens[at - 1].end > 2:
            break
        last = at
        at += 2 if _joins(tokens, at) else 1
    return last if last >= 0 else at - 1


def _joins(tokens: Sequence[Token], at: int) -> bool:
    middle = tokens[at + 1].text if at + 2 < len(tokens) else ""
    after_scale = tokens[at].text in _SCALES
    return (middle == "point" or (middle == "and" and after_scale)) and tokens[at + 2].text in _WORDS


def _of_run(words: Sequence[str]) -> tuple[float, ...]:
    if _DIGITS.match(words[0]):
        return _of_digits(words[0])
    if words[0] in _TIMES:
        return (float(_TIMES[words[0]]),)
    if list(words) in (["one"], ["second"]):
        return ()
    whole = words[: words.index("point")] if "point" in words else words
    values = _of_words([word for word in whole if word != "and"])
    if "point" in words:
        tail = "".join(str(_ONES.get(word, "")) for word in words[words.index("point") + 1 :])
        values = (*(value + float(f"0.{tail or 0}") for value in values[:1]), *values)
    return tuple(dict.fromkeys(values))


def _of_digits(text: str) -> tuple[float, ...]:
    grouped = re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", text)
    plain = text.replace(",", "") if grouped else text.replace(",", ".")
    try:
        return (float(plain),)
    except ValueError:
        return tuple(float(part) for part in plain.split(".") if part)


def _of_words(words: Sequence[str]) -> tuple[float, ...]:
    groups = _groups(words)
    if len(groups) == 1:
        return (float(groups[0]),)
    # Years and vital signs are said in groups: "nineteen eighty four", "one twenty two"; digits one by one too.
    joined = "".join(str(group) for group in groups)
    return (float(joined), *(float(group) for group in groups)) if len(joined) <= 10 else tuple(map(float, groups))


def _groups(words: Sequence[str]) -> list[int]:
    """Split a run of number words into the numbers it is made of."""
    groups: list[int] = []
    room = 0  # how large the next word may be to be added to the last group
    for word in words:
        value = _WORDS[word]
        if word in _SCALES and groups and groups[-1] < value:
            groups[-1] *= value
            room = value
        elif value < room:
            groups[-1] += value
            room = 10 if word in _TENS else 0
        else:
            groups.append(value)
            room = 10 if word in _TENS else 0
    return groups
