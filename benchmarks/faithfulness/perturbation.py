"""The perturbation test: one change in a faithful summary, found at its place or not."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from random import Random
from typing import Any

from benchmarks.faithfulness.perturb import KINDS, Changed, change

from notes_pipeline.core.check_summary import find_all, is_items
from notes_pipeline.core.faithfulness.read_text import ReadText
from notes_pipeline.records import Finding, Severity

Pair = tuple[str, str]
_STATEMENT = re.compile(r"(?<=[.])\s|,(?!\d)\s")


def grave(summary: str, note: str) -> list[Finding]:
    """Return the findings that ask for a person, or reject the summary."""
    found = find_all(ReadText(summary, is_items=is_items(summary)), ReadText(note))
    return [finding for finding in found if finding.severity is not Severity.MINOR]


def measure(pairs: Sequence[Pair], changeable: Sequence[Pair], seed: int = 3) -> dict[str, Any]:
    """Return how many unchanged summaries are flagged, and for each kind of change how many at the right span.

    Args:
        changeable: the pairs that changes are made in.
    """
    flagged = [Counter(f.kind.value for f in grave(summary, note)) for note, summary in pairs]
    return {
        "summaries": len(pairs),
        "unchanged_flagged": sum(bool(kinds) for kinds in flagged) / len(pairs),
        "reasons_unchanged": dict(Counter(kind for kinds in flagged for kind in kinds).most_common()),
        "changed": {kind: _kind(kind, changeable, Random(seed)) for kind in KINDS},
    }


def worst(pairs: Sequence[Pair], count: int = 10) -> list[dict[str, int]]:
    """Return the kinds of findings of the unchanged summaries with the most of them."""
    found = [Counter(f.kind.value for f in grave(summary, note)) for note, summary in pairs]
    return [dict(kinds.most_common()) for kinds in sorted(found, key=lambda kinds: -kinds.total())[:count]]


def _kind(kind: str, pairs: Sequence[Pair], rng: Random) -> dict[str, float]:
    found = [_is_found(changed, note) for note, changed in _changes(kind, pairs, rng)]
    return {"changes": len(found), "flagged": sum(found) / len(found)} if found else {"changes": 0, "flagged": 0.0}


def _changes(kind: str, pairs: Sequence[Pair], rng: Random) -> list[tuple[str, Changed]]:
    changes = []
    for at, (note, summary) in enumerate(pairs):
        others = [part.strip() for part in _STATEMENT.split(pairs[(at * 7 + 13) % len(pairs)][1])]
        changed = change(kind, summary, others, rng)
        # What the other patient's fact says may be true of this one too.
        said = changed and changed.summary[changed.start : changed.end].lower().rstrip(".") in note.lower()
        if changed and not (said and kind == "other patient"):
            changes.append((note, changed))
    return changes


def _is_found(changed: Changed, note: str) -> bool:
    found = grave(changed.summary, note)
    return any(finding.span.start < changed.end and finding.span.end > changed.start for finding in found)
