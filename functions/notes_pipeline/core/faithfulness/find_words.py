"""Words of a summary that its note does not say, in no form and under no other name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import pairwise

from notes_pipeline.core.clinical_text.lexicon import read_words
from notes_pipeline.core.clinical_text.stems import stem
from notes_pipeline.core.faithfulness.locate import locate
from notes_pipeline.core.faithfulness.read_text import ReadText, Word
from notes_pipeline.core.word_lists import read_entries
from notes_pipeline.records import Finding, FindingKind, Severity, Span

_ENDINGS = {
    FindingKind.DRUG: (
        "olol pril sartan statin cillin mycin micin floxacin cycline azole azepam azolam oprazole tidine triptan "
        "setron parin xaban gliptin gliflozin glutide mab nib dipine codone morphone caine barbital profen sone "
        "solone vir zepine oxetine afil"
    ),
    FindingKind.PROCEDURE: "ectomy otomy ostomy oscopy oplasty graphy centesis pexy rrhaphy plasty desis",
    FindingKind.PROBLEM: (
        "itis osis emia aemia oma pathy algia uria penia plegia paresis rrhea rrhage ectasis megaly "
        "sclerosis trophy dynia phagia pnea tension cardia phasia praxia edema"
    ),
}
_KINDS = [(kind, re.compile(rf"\w{{2,}}(?:{'|'.join(ends.split())})s?")) for kind, ends in _ENDINGS.items()]
# What changes a patient's fate is severe, whatever else the word is.
_OUTCOMES = frozenset(
    map(stem, ["died", "deceased", "expired", "death", "discharged", "extubated", "intubated", "transferred", "ama"])
)
_RARE = 0.1  # rate up to which a paraphrase is rare: such a word is more than a minor finding


def find_words(summary: ReadText, note: ReadText) -> Iterator[Finding]:
    """Yield a finding for every content word without support in the note."""
    for word in summary.words:
        if not _is_said(word, summary, note):
            kind = kind_of(word)
            yield Finding(
                kind=kind,
                severity=_severity(word, kind),
                span=Span(start=word.token.start, end=word.token.end),
                note_span=_nearest(word, summary, note),
                explanation=f'The note does not say "{summary.text[word.token.start : word.token.end]}".',
            )


def kind_of(word: Word) -> FindingKind:
    """Return what kind of thing a word names."""
    if word.keys[0] in _OUTCOMES:
        return FindingKind.OUTCOME
    for kind, names in _named().items():
        if word.keys[0] in names:
            return kind
    return next((kind for kind, pattern in _KINDS if pattern.fullmatch(word.token.text)), FindingKind.WORD)


def _is_said(word: Word, summary: ReadText, note: ReadText) -> bool:
    if any(key in note.all_keys for key in word.keys):
        return True
    neighbours = [t.text for t in summary.tokens[max(0, word.at - 1) : word.at + 2]]
    joined = [a + b for a, b in pairwise(neighbours)]
    return any(stem(text) in note.all_keys for text in joined)


def _severity(word: Word, kind: FindingKind) -> Severity:
    if kind is not FindingKind.WORD:
        return Severity.SEVERE
    rate = _rates().get(str(word.keys[0]), 0.0)
    return Severity.MODERATE if rate < _RARE else Severity.MINOR


def _nearest(word: Word, summary: ReadText, note: ReadText) -> Span | None:
    around = [other for other in summary.words if other.clause == word.clause and abs(other.at - word.at) <= 4]
    places = locate(around, note)
    return Span(start=places[0].start, end=places[0].end) if places else None


@cache
def _named() -> dict[FindingKind, frozenset[str]]:
    lists = {
        kind: f"{kind.value}_words"
        for kind in (FindingKind.DRUG, FindingKind.DEVICE, FindingKind.PROCEDURE, FindingKind.PROBLEM)
    }
    return {kind: frozenset(map(stem, read_words(name))) for kind, name in lists.items()}


@cache
def _rates() -> dict[str, float]:
    pairs = (entry.split() for entry in read_entries("notes_pipeline.core.clinical_text", "paraphrase_rates.txt"))
    return {word: float(rate) for word, rate in pairs}
