"""Terms: the sets of search words under which a code is found, out of titles, inclusion terms and our own synonyms."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from chartbrief.icd10_table.read_package import Node
from notes_pipeline.core.clinical_text.abbreviations import all_expansions
from notes_pipeline.core.icd10.words import read_words

Term = frozenset[str]
NO_CODE = "-"  # of a name of ours that names nothing
_ENCOUNTER = re.compile(r", (?:initial|subsequent) encounter|, sequela")
_BOILERPLATE = re.compile(
    r"\b(?:unspecified|not elsewhere classified|not specified|not otherwise specified|NOS|NEC|with routine healing|"
    r"classified elsewhere|in diseases|conditions classifiable)\b",
    re.IGNORECASE,
)
_NOT_KNOWN = re.compile(r"\b(?:unspecified|not specified|not elsewhere classified)\b", re.IGNORECASE)
_BRACKETS = re.compile(r"\s*(?:\[[^\]]*\]|\([^()]*\))")
_OTHER = re.compile(r"\b[Oo]ther(?: specified)?\b")
_MOST_WORDS = 14
# Words that tell a side, a course or a number of something: none of them names anything alone.
_QUALIFYING = (
    "left right bilateral unilateral acute chronic subacute mild moderate severe primary secondary early late upper "
    "lower anterior posterior single multiple first second third initial subsequent unknown site disorder disease "
    "syndrome condition complication infection type stage grade without not no light diffuse essential therapeutic "
    "history building home therapy treatment worry suspected medical procedure third fourth"
)
_QUALIFIERS = frozenset(_QUALIFYING.split(" "))
# Chapters that a plain name is least likely to mean, worst last: of two codes with the same words the other is taken.
_UNLIKELY = "TQPORZVWXY"


def terms_of(nodes: Iterable[Node], synonyms: Iterable[tuple[str, str]]) -> dict[Term, str]:
    """Return the code (or category) of every term.

    A synonym of ours beats a title, a title an inclusion term, either beats the title of a rest class ("other …"), an
    ancestor what stands below it, and a disease its variants in pregnancy, the newborn and the accident statistics.
    """
    nodes = list(nodes)
    plain = [(term, node.code) for node in nodes for term in _title_terms(node, rest_class=False)]
    named = [(term, node.code) for node in nodes for name in node.names for term in _terms(name)]
    rests = [(term, node.code) for node in nodes for term in _title_terms(node, rest_class=True)]
    found: dict[Term, str] = {}
    ours: dict[Term, str] = {}
    for name, code in synonyms:
        ours.update(dict.fromkeys(_terms(name), code))
    for layer in (list(ours.items()), plain, named, rests):
        _add(found, layer)
    _add(found, _abbreviated(found))
    return {term: code for term, code in found.items() if code != NO_CODE}


def _add(found: dict[Term, str], layer: Iterable[tuple[Term, str]]) -> None:
    best: dict[Term, str] = {}
    for term, code in layer:
        if term not in best or _likelihood(code) < _likelihood(best[term]):
            best[term] = code
    found.update({term: code for term, code in best.items() if term not in found})


def _likelihood(code: str) -> tuple[int, int]:
    return _UNLIKELY.find(code[0]), len(code)


def _title_terms(node: Node, rest_class: bool) -> Iterator[Term]:
    # What only adds the encounter is found through its parent, and told by the text around it.
    if not _ENCOUNTER.search(node.title) and bool(_OTHER.search(node.title)) == rest_class:
        yield from _terms(node.title)


def _terms(name: str) -> Iterator[Term]:
    short = _BRACKETS.sub("", _BRACKETS.sub("", name))
    chunks = short.split(", ")
    # The first part names the thing ("Unspecified open wound, left foot"); a later one may only say what is not known.
    chunks = [*chunks[:1], *(chunk for chunk in chunks[1:] if not _NOT_KNOWN.search(chunk))]
    text = _BOILERPLATE.sub("", ", ".join(chunks))
    words = frozenset(word for token in read_words(text) for word in token.words)
    if not words <= _QUALIFIERS and len(words) <= _MOST_WORDS and not all(word.isdigit() for word in words):
        yield words


def _abbreviated(found: dict[Term, str]) -> Iterator[tuple[Term, str]]:
    for short, meanings in all_expansions().items():
        codes = [found[term] for meaning in meanings for term in _terms(meaning) if term in found]
        # An abbreviation that also means something that is no diagnosis ("ra", room air) is left to our own list.
        if len(codes) == len(meanings) or len(codes) == 1 == len(meanings):
            for term in _terms(short):
                yield term, codes[0]
