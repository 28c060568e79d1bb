"""Mentions of clinical entities: the phrases of the project's lexicons and the titles of ICD-10-CM; pure.

Word for word but for case, punctuation and a plural "s": "high blood pressure" is no mention of "hypertension". So the
figures say how much of the wording of findings, drugs and procedures is kept, not whether two texts mean the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache

from note_summarizer.evaluation.sentences import words
from note_summarizer.synthetic.lexicons import icd_titles, lab_tests, read_lines

LEXICONS = (
    "allergens",
    "conditions",
    "drugs",
    "exam_findings",
    "imaging_findings",
    "interventions",
    "procedures",
    "studies",
    "symptoms",
)
# Headings, axes and places among the titles of ICD-10-CM, units, abbreviations that are also words: no findings.
_NO_ENTITIES = """
accident activity acute anogenital battery breakdown building ca cerebellar cloudy constitutional deposit
developmental diastolic diffuse displaced displacement egg electric epithelial erosive essential fatty filtering
flood focal fourth gas generalized gestational glass glider illness inappropriate infantile institutional intrinsic
malignant mediastinal mg mood morbid ms na neonatal neoplastic nondisplaced occupant onset parent postprocedural
postural preterm retained rider runaway school scooter shop sixth specific subacute superficial systolic theater
therapeutic third total tributary worry
"""
# Five letters at least: "does" is not "DOE", and "labs" may stay what it is.
_PLURAL = re.compile(r"(?<=[a-z]{4})(?<![sui])s$")

Phrase = tuple[str, ...]


@cache
def known_phrases() -> frozenset[Phrase]:
    """Return the phrases that count as entities; those with a number to fill in are left out."""
    lines = [line for name in LEXICONS for line in read_lines("lexicon", name) if "{" not in line]
    titles = [title for split in ("train", "validation", "test") for title in icd_titles(split)]
    return frozenset(_phrases([*lines, *(test.name for test in lab_tests()), *titles]))


def _phrases(lines: Iterable[str]) -> Iterator[Phrase]:
    found, without = (tuple(_singular(words(line))) for line in lines), set(_NO_ENTITIES.split())
    # One letter or a bare number is no entity either: "c", "24".
    return (p for p in found if any(len(word) > 1 and not word.isdigit() and word not in without for word in p))


def find_entities(text: str, phrases: frozenset[Phrase] | None = None) -> set[Phrase]:
    """Return the entities that a text mentions, longest first from left to right, so that none lies in another.

    Args:
        phrases: what counts as an entity; `known_phrases()` by default.
    """
    known = known_phrases() if phrases is None else phrases
    longest = max(map(len, known), default=0)
    found: set[Phrase] = set()
    said, start = _singular(words(text)), 0
    while start < len(said):
        lengths = range(min(longest, len(said) - start), 0, -1)
        phrase = next((p for length in lengths if (p := tuple(said[start : start + length])) in known), None)
        found |= {phrase} if phrase else set()
        start += len(phrase) if phrase else 1
    return found


def mentioned(phrases: Iterable[Phrase], text: str) -> int:
    """Return how many of the phrases stand in a text word for word, also within longer ones."""
    said = f" {' '.join(_singular(words(text)))} "
    return sum(f" {' '.join(phrase)} " in said for phrase in phrases)


def _singular(said: Iterable[str]) -> list[str]:
    return [_PLURAL.sub("", word) for word in said]
