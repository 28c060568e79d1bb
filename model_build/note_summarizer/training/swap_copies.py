"""More pairs out of few: what a summary copies from its note is swapped in both, so that copying is all that helps.

A small model that sees three dozen notes a dozen times learns their diagnoses by heart, and forgets how to copy.
Here, each further variant of a pair has some of its copied phrases replaced by phrases of other pairs, and its copied
numbers by others of the same length, alike in note and summary. Words that many summaries have are the style that is
to be learnt, and stay. Pure; the same random generator gives the same variants.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from random import Random

from note_summarizer.pairs import Pair

_TOKEN = re.compile(r"[^\W_]+(?:['-][^\W_]+)*|\d+|[\W_]")
_WORD = re.compile(r"[^\W_]")
_DIGITS = re.compile(r"\d+")
# A word in so many of the summaries is the style's own, not a note's.
_STYLE_SHARE = 0.1
_LONGEST_SPAN = 8
_SWAPPED_SHARE = 0.5

Span = tuple[str, ...]


@dataclass(frozen=True)
class CopyStyle:
    """What the training pairs say about copying.

    Attributes:
        style_words: lower-cased words that stay as they are.
        phrases: what may be put in a phrase's place.
    """

    style_words: frozenset[str]
    phrases: tuple[str, ...]

    @classmethod
    def of(cls, pairs: Sequence[Pair]) -> CopyStyle:
        """Learn the style's words and the copied phrases of all pairs."""
        words = Counter(word for pair in pairs for word in {t.lower() for t in _tokens(pair.summary)})
        style = frozenset(word for word, count in words.items() if count >= max(2, _STYLE_SHARE * len(pairs)))
        phrases = (" ".join(s) for p in pairs for s in copied_spans(p, style) if not _DIGITS.search(" ".join(s)))
        return cls(style, tuple(dict.fromkeys(phrases)))


def swapped_variants(pairs: Sequence[Pair], variants: int, seed: int) -> list[Pair]:
    """Return the pairs, and of each so many variants less one; the pairs themselves come first."""
    style = CopyStyle.of(pairs)
    found = list(pairs)
    for number in range(1, variants):
        rng = Random(f"{seed} {number}")
        found += [swap_copies(pair, style, rng) for pair in pairs]
    return found


def swap_copies(pair: Pair, style: CopyStyle, rng: Random) -> Pair:
    """Return the pair with some of its copied phrases and numbers swapped, alike in note and summary."""
    note, summary = pair.note, pair.summary
    for span in copied_spans(pair, style.style_words):
        if rng.random() >= _SWAPPED_SHARE:
            continue
        old = " ".join(span)
        new = _other_digits(old, rng) if _DIGITS.search(old) else rng.choice(style.phrases or (old,))
        note, summary = _replaced(note, span, new), _replaced(summary, span, new)
    return replace(pair, note=note, summary=summary)


def copied_spans(pair: Pair, style_words: frozenset[str]) -> list[Span]:
    """Return the lower-cased word sequences of the summary that stand in the note, without style words at their ends.

    A span goes on through style words ("shortness of breath"), but is more than those.
    """
    note = " ".join(_words(pair.note))
    words, at, found = _words(pair.summary), 0, []
    while at < len(words):
        end = at
        while end < min(len(words), at + _LONGEST_SPAN) and f" {' '.join(words[at : end + 1])} " in f" {note} ":
            end += 1
        span = _trimmed(words[at:end], style_words)
        if span:
            found.append(span)
        at = max(end, at + 1)
    return list(dict.fromkeys(found))


def _trimmed(words: Sequence[str], style_words: frozenset[str]) -> Span:
    kept = [place for place, word in enumerate(words) if _swappable(word, style_words)]
    return tuple(words[kept[0] : kept[-1] + 1]) if kept else ()


def _swappable(word: str, style_words: frozenset[str]) -> bool:
    return bool(_DIGITS.search(word)) or (len(word) > 3 and word not in style_words)


def _other_digits(text: str, rng: Random) -> str:
    """Return the text with every number replaced by another one of as many digits."""
    return _DIGITS.sub(lambda found: str(rng.randint(10 ** (len(found[0]) - 1), 10 ** len(found[0]) - 1)), text)


def _replaced(text: str, span: Span, new: str) -> str:
    pattern = r"[\W_]+?".join(map(re.escape, span))
    found = re.compile(rf"(?<![^\W_]){pattern}(?![^\W_])", re.IGNORECASE)
    return found.sub(lambda old: new[:1].upper() + new[1:] if old[0][:1].isupper() else new, text)


def _tokens(text: str) -> Iterator[str]:
    return (token for token in _TOKEN.findall(text) if _WORD.search(token))


def _words(text: str) -> list[str]:
    return [token.lower() for token in _tokens(text)]
