"""Who: a patient whom a summary calls a man and the note a woman, or the reverse."""

from __future__ import annotations

from collections.abc import Iterator

from notes_pipeline.core.faithfulness.read_text import ReadText
from notes_pipeline.records import Finding, FindingKind, Severity, Span

_MALE = frozenset(["male", "man", "gentleman", "boy", "sir", "mr", "mister", "he", "his", "him", "himself"])
_FEMALE = frozenset(["female", "woman", "lady", "girl", "ma'am", "mrs", "ms", "miss", "she", "her", "hers", "herself"])
# Words that say it of the patient; pronouns may be a relative's.
_NOUNS = frozenset(["male", "man", "gentleman", "boy", "sir", "female", "woman", "lady", "girl", "ma'am"])


def find_persons(summary: ReadText, note: ReadText) -> Iterator[Finding]:
    """Yield a finding for the first noun of a sex that contradicts the note: it has words of the other sex only."""
    sexes = _sexes(note)
    for token in summary.tokens:
        sex = "male" if token.text in _MALE else "female" if token.text in _FEMALE else ""
        if (
            token.text in _NOUNS
            and sex
            and sexes
            and sex not in sexes
            and not _is_family(token.start, token.end, summary)
        ):
            yield Finding(
                kind=FindingKind.PERSON,
                severity=Severity.MODERATE,
                span=Span(start=token.start, end=token.end),
                note_span=None,
                explanation=f'The note does not speak of a {sex} patient ("{token.text}").',
            )
            return


def _sexes(note: ReadText) -> set[str]:
    said = {token.text for token in note.tokens if not _is_family(token.start, token.end, note)}
    return {name for name, words in (("male", _MALE), ("female", _FEMALE)) if said & words}


def _is_family(start: int, end: int, text: ReadText) -> bool:
    return text.contexts.at(start, end).family
