"""A note in sentences; pure. The sentences joined are the note, character for character.

Pretraining masks them, and long notes are cut between them.

A line's end is a sentence's end, so a speaker's turn, a list's item and a heading are never part of what stands before
them. A full stop ends a sentence unless a small letter follows, or the word before it is an abbreviation ("Dr.",
"b.i.d.", "q.6h.") or a list's number. Dictation without full stops would be a single sentence; one of more than 50
words is cut at its commas, or else between words.
"""

from __future__ import annotations

import re
from itertools import pairwise

MOST_WORDS = 50

_LINE = re.compile(r"(?<=\n)(?=\S)")
# "b.i.d", "q.6h", "p.r.n"; "38.5" is none, and may well end a sentence.
_DOTTED = re.compile(r"(?=.*[a-z])\w{1,2}(?:\.\w{1,2})+")
_LIST_NUMBER = re.compile(r"\s*\d{1,2}")
# After "word. ", and after " . " as transcripts have it; the group is what follows. Only the first of several marks
# begins a match: a line of nothing else would take time by its square.
_END = re.compile(r"(?<![.!?])[.!?]+[\"')\]]*\s+(?=(\S))")
_LONGEST_ABBREVIATION = 12
_COMMA = re.compile(r"(?<=[,;:]\s)(?=\S)")
_SPACE = re.compile(r"(?<=\s)(?=\S)")
_ABBREVIATIONS = frozenset({
    "approx", "appt", "dept", "dr", "dx", "e.g", "etc", "ext", "fig", "ht", "hx", "i.e", "inc", "jr", "max", "min",
    "mr", "mrs", "ms", "prof", "pt", "rx", "sr", "st", "sx", "tx", "vs", "wt",
})  # fmt: skip


def split_sentences(note: str, most_words: int = MOST_WORDS) -> list[str]:
    """Split a note into sentences; each keeps the white space after it, and the first what stands before.

    Returns:
        Sentences in order, none of them blank; `"".join(sentences) == note`, unless the note is blank.
    """
    if not note.strip():
        return []
    lines = _cut(note, [match.start() for match in _LINE.finditer(note)])
    sentences = [sentence for line in lines for sentence in _cut(line, _ends(line))]
    return _joined_blanks([part for sentence in sentences for part in _shortened(sentence, most_words)])


def _ends(line: str) -> list[int]:
    return [match.end() for match in _END.finditer(line) if _is_end(line, match)]


def _is_end(line: str, match: re.Match[str]) -> bool:
    before = line[max(match.start() - _LONGEST_ABBREVIATION, 0) : match.start()]
    if not before or before[-1].isspace():
        return True  # " . " stands alone only where a sentence ends, whatever the letters' case
    word, following = before.split()[-1].lower().lstrip("\"'(["), match[1]
    initial = len(word) == 1 and word.isalpha() and word != "i"
    abbreviated = word in _ABBREVIATIONS or initial or _DOTTED.fullmatch(word)
    return not (following.islower() or abbreviated or _LIST_NUMBER.fullmatch(line, 0, match.start()))


def _shortened(sentence: str, most_words: int) -> list[str]:
    words = len(sentence.split())
    if words <= most_words:
        return [sentence]
    for pattern in (_COMMA, _SPACE):
        places = [match.start() for match in pattern.finditer(sentence) if sentence[: match.start()].strip()]
        if places:
            place = min(places, key=lambda place: abs(2 * place - len(sentence)))
            halves = sentence[:place], sentence[place:]
            return [part for half in halves for part in _shortened(half, most_words)]
    return [sentence]


def _cut(text: str, places: list[int]) -> list[str]:
    return [text[start:end] for start, end in pairwise([0, *places, len(text)]) if start < end]


def _joined_blanks(parts: list[str]) -> list[str]:
    """Give blank parts to the sentence before them; the blank beginning of a note to its first sentence."""
    joined: list[str] = []
    for part in parts:
        if joined and (not part.strip() or not joined[-1].strip()):
            joined[-1] += part
        else:
            joined.append(part)
    return joined


def without_white_space(sentence: str) -> tuple[str, str, str]:
    """Return what stands before a sentence's text, the text, and what stands after it."""
    text = sentence.strip()
    before = sentence[: len(sentence) - len(sentence.lstrip())]
    return before, text, sentence[len(before) + len(text) :]
