"""The sentence an auditor is told, and the figures it rests on."""

from __future__ import annotations

from chartbrief.operate.auditing.audit_deployment import Audit
from chartbrief.operate.times import iso, spoken

_PROMISE = "exactly one current summary or one written reason"


def sentence(audit: Audit) -> str:
    """Return what the audit shows, in one sentence."""
    books = audit.standing.books
    if audit.problems:
        kinds = ", ".join(f"{count} {kind}" for kind, count in audit.counts.items() if count)
        findings = "1 finding stands" if audit.problems == 1 else f"{audit.problems} findings stand"
        return f"{books.received} records received: {findings} against it that each has {_PROMISE} ({kinds})."
    if not books.pending:
        return f"{books.received} records received: each has {_PROMISE}."
    return (
        f"{books.received} records received: {books.received - books.pending} have ended, each with {_PROMISE};"
        f" {books.pending} are pending, the oldest since {iso(audit.standing.pending_since)}, each in a shard that"
        " waits or is with the model."
    )


def figures(audit: Audit) -> list[str]:
    """Return the figures behind the sentence, a line each."""
    standing = audit.standing
    lines = [
        standing.books.line(),
        f"{standing.files} files staged of {standing.versions} dropped; {standing.notes} notes;"
        f" {standing.summaries} current summaries, {standing.superseded_summaries} superseded;"
        f" {standing.reasons} reasons",
    ]
    if standing.ignored:
        lines.append(f"{standing.ignored} more that files hold were ignored when they were staged: they tell no story")
    if standing.unstaged:
        lines.append(f"{standing.unstaged} dropped file(s) are not staged yet")
    if audit.inventory_age is not None:
        lines.append(
            f"the inventory is {spoken(audit.inventory_age)} old: files dropped since are not among those checked"
        )
    if not audit.read_all:
        lines.append("records of notes that have one were listed, not read (--quick)")
    if audit.refuted:
        lines.append(f"{audit.refuted} thing(s) seemed wrong at first, and were not when looked at again")
    lines.append(f"took {spoken(audit.seconds)}")
    return lines
