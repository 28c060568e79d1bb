"""Whether a group of observations is a report: it has text, and not only results.

Text and formatted text (TX, FT) and documents (ED, RP) are a report, but for a short one with a unit or a range, which
is a result whatever its type. Strings (ST, or no type) are one if they are prose, or parts of a report by the suffix
of their code, or of a service that writes reports. Comments (NTE) are one of such a service alone: below a result of a
laboratory they are about the result.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby

from notes_pipeline.core.formats.hl7.groups import Group, Observation
from notes_pipeline.core.formats.hl7.segments import Segment
from notes_pipeline.core.formats.hl7.values import (
    DOCUMENT,
    FORMATTED,
    NAME,
    PLAIN,
    POINTER,
    VALUE,
    is_measured,
    name_of,
    suffix_name,
    value_type,
)
from notes_pipeline.core.formats.note_types import DIAGNOSTIC_SERVICES, LOINC, note_type_of

# A result in words is shorter ("no growth after 48 hours"); what is called an impression or the like may be, too.
PROSE_WORDS, _CALLED_PROSE_WORDS = 12, 4
_CALLED_PROSE = re.compile(
    r"\b(?:impressions?|findings?|conclusions?|interpretations?|narratives?|addend(?:um|a))\b", re.I
)
_WORD = re.compile(r"[^\W\d_]{2,}")
_MOST_LOOKED_AT = 2_000
_RESULTS_ONLY = "Laboratory report"
# OBR-25 of a report that should have its text by now: final, corrected, preliminary, or results stored (table 0123).
_WRITTEN = ("F", "C", "P", "A", "R")


def is_report(group: Group) -> bool:
    """Say whether a group claims to be a report, be there text in it or not."""
    if any(claims_text(observation.segment) for observation in group.observations):
        return True
    if writes_reports(group):
        return has_comments(group) or any(_has_words(one.segment) for one in group.observations)
    return any(is_prose(run) for run in _strings(group))


def lacks_text(group: Group) -> bool:
    """Say whether a group without observations is a report that should have some by now."""
    return writes_reports(group) and not group.observations and group.value("OBR", 25).upper() in _WRITTEN


def writes_reports(group: Group) -> bool:
    """Say whether the service (OBR-24), or the kind of document (OBR-4 by LOINC), is one of reports."""
    return (kind_of_service(group) or kind_of_document(group) or _RESULTS_ONLY) != _RESULTS_ONLY


def kind_of_service(group: Group) -> str | None:
    """Return what a diagnostic service's (OBR-24) reports are called."""
    return note_type_of(DIAGNOSTIC_SERVICES, group.value("OBR", 24))


def kind_of_document(group: Group) -> str | None:
    """Return what a kind of document (OBR-4) is called, if LOINC has a code of it."""
    codes = ((group.value("OBR", 4, code), group.value("OBR", 4, code + 2).upper()) for code in (1, 4))
    return next(
        (name for code, system in codes if system in ("LN", "LOINC") and (name := note_type_of(LOINC, code))), None
    )


def claims_text(observation: Segment) -> bool:
    """Say whether an observation is one of a report by its type."""
    kind = value_type(observation)
    if kind in FORMATTED:
        return not is_measured(observation) or words_in(observation.raw(VALUE)) >= PROSE_WORDS
    return kind in (DOCUMENT, POINTER) or bool(suffix_name(observation))


def words_in(text: str) -> int:
    """Return how many words a text has; of a long one, how many its beginning has."""
    return len(_WORD.findall(text[:_MOST_LOOKED_AT]))


def has_comments(group: Group) -> bool:
    """Say whether any comment of a group has words."""
    comments = [*group.comments, *(comment for one in group.observations for comment in one.comments)]
    return any(words_in(comment.raw(3)) for comment in comments)


def _has_words(observation: Segment) -> bool:
    return value_type(observation) in (*PLAIN, *FORMATTED) and words_in(observation.raw(VALUE)) > 0


def _strings(group: Group) -> list[list[Observation]]:
    """Return the strings, those of one name in a row together: they are lines of one text."""
    strings = (one for one in group.observations if value_type(one.segment) in PLAIN)
    return [list(run) for _, run in groupby(strings, key=lambda one: one.segment.raw(NAME))]


def is_prose(run: Sequence[Observation]) -> bool:
    """Say whether strings of one name are prose."""
    words = 0
    wanted = _CALLED_PROSE_WORDS if _CALLED_PROSE.search(name_of(run[0].segment)) else PROSE_WORDS
    for one in run:
        words += words_in(one.segment.raw(VALUE))
        if words >= wanted:
            return True
    return False
