"""Where everything stands that was received, in figures."""

from __future__ import annotations

from dataclasses import dataclass

from chartbrief.books import Books
from chartbrief.operate.auditing.check_drops import SINCE
from chartbrief.operate.auditing.evidence import Evidence

_BOOKS = "SELECT status, count(*) AS count FROM receipts GROUP BY status"
_OLDEST = f"""
    SELECT min({SINCE}) AS since FROM receipts r JOIN objects o USING (object_id) WHERE r.status = 'pending'
"""
_FIGURES = {
    "files": "SELECT count(*) AS count FROM objects",
    "ignored": "SELECT coalesce(sum(ignored), 0) AS count FROM objects",
    "versions": "SELECT count(*) AS count FROM versions",
    "unstaged": """
        SELECT count(*) AS count FROM versions v
        WHERE NOT EXISTS (SELECT 1 FROM objects o WHERE o.object_id = v.object_id)
    """,
    "notes": "SELECT count(*) AS count FROM notes",
    "summaries": "SELECT count(*) AS count FROM summaries WHERE status = 'draft'",
    "superseded_summaries": "SELECT count(*) AS count FROM summaries WHERE status = 'superseded'",
    "reasons": "SELECT count(*) AS count FROM reasons",
}


@dataclass(frozen=True)
class Standing:
    """Figures of a deployment.

    Attributes:
        ignored: what the files hold that has no receipt, since it tells no story.
        versions: files in the bucket, every version of each.
        unstaged: of these, dropped and not staged yet.
        summaries: that are marked current.
        pending_since: of the oldest pending record, in seconds since 1970.
    """

    books: Books
    files: int
    ignored: int
    versions: int
    unstaged: int
    notes: int
    summaries: int
    superseded_summaries: int
    reasons: int
    pending_since: float | None = None


def standing_of(evidence: Evidence) -> Standing:
    """Return the figures of evidence."""
    counts = {row["status"]: row["count"] for row in evidence.ask(_BOOKS)}
    figures = {name: next(evidence.ask(question))["count"] for name, question in _FIGURES.items()}
    books = Books(**{name: counts.get(name, 0) for name in Books.__dataclass_fields__})
    return Standing(books=books, pending_since=next(evidence.ask(_OLDEST))["since"], **figures)
