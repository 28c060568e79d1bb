"""Search words: the form in which the table's terms and the texts are compared, whatever their spelling or number."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import NamedTuple

from notes_pipeline.core.clinical_text.tokens import tokenize
from notes_pipeline.core.word_lists import read_entries

_STOP_WORDS = (
    "of in the and or with by for on at a an to from due unspecified nos other nec specified elsewhere classified as "
    "is was are were be been has have had having this that these those it its his her their who which patient pt he "
    "she they caused associated does do did"
)
_STOP = frozenset(_STOP_WORDS.split(" "))
_BRITISH = (
    ("haem", "hem"),
    ("aemi", "emi"),
    ("oesoph", "esoph"),
    ("oedem", "edem"),
    ("paed", "ped"),
    ("rrhoea", "rrhea"),
    ("oest", "est"),
    ("foet", "fet"),
    ("caec", "cec"),
    ("faec", "fec"),
    ("gynaec", "gynec"),
    ("mour", "mor"),
    ("isation", "ization"),
    ("leucoc", "leukoc"),
    ("ischaem", "ischem"),
)
_NOT_PLURAL = ("ss", "us", "is", "as", "os", "ics")
# Where I is a number, and not who speaks.
_NUMBERED = re.compile(r"(?:type|stage|grade|class|bipolar|factor|group|degree|level|phase|category)\s$", re.IGNORECASE)


class Word(NamedTuple):
    """A token's search words (none for a word without meaning of its own), and where it stands."""

    words: tuple[str, ...]
    start: int
    end: int


def read_words(text: str) -> list[Word]:
    """Return a text's tokens with their search words, in order."""
    return [Word(_words_at(text, *token), token.start, token.end) for token in tokenize(text)]


def _words_at(text: str, word: str, start: int, end: int) -> tuple[str, ...]:
    if word == "a":
        return ("a",) if _is_label(text, start) else ()
    if word == "i":
        return ("1",) if _NUMBERED.search(text[max(0, start - 12) : start]) else ()
    if len(word) == 1 and "/" in (text[start - 1 : start], text[end : end + 1]):
        return ()  # w/o, s/p, c/o
    return search_words(word)


def _is_label(text: str, at: int) -> bool:
    # "Hepatitis A" and "stage 3a" are no articles; a capital A that opens a sentence is one all the same.
    return text[at - 1 : at].isdigit() or (text[at] == "A" and text[:at].rstrip(" ")[-1:].isalpha())


@lru_cache(maxsize=50_000)
def search_words(token: str) -> tuple[str, ...]:
    """Return the search words of a lower-case token."""
    if token in _STOP:
        return ()
    known = _equivalents().get(token)
    if known is not None:
        return known
    word = _plain(token)
    return () if word in _STOP else _equivalents().get(word, (word,))


def _plain(token: str) -> str:
    word = token.removesuffix("'s").removesuffix("\u2019s")
    if not word.isascii():
        word = "".join(c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c))
    for british, american in _BRITISH:
        if british in word:
            word = word.replace(british, american)
    return _singular(word)


def _singular(word: str) -> str:
    if len(word) < 4 or not word.endswith("s") or word.endswith(_NOT_PLURAL):
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "xes", "ches", "shes")):
        return word[:-2]
    return word[:-1]


@cache
def _equivalents() -> Mapping[str, tuple[str, ...]]:
    pairs = (entry.partition(" = ") for entry in read_entries(__package__, "words.txt"))
    return {form: tuple(words.split()) for forms, _, words in pairs for form in forms.split()}
