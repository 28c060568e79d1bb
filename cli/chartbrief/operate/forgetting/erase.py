"""Erasing what was found, in an order that may be cut off anywhere.

What only leads nowhere goes first, what says whose it is last: so the same command, given again, still finds what there
is left to erase.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable

from chartbrief.errors import ConsoleError
from chartbrief.operate.forgetting.clean import Cleaner
from chartbrief.operate.forgetting.find import Places, Traces
from chartbrief.operate.forgetting.ledger_traces import LedgerTraces, erase_rows
from chartbrief.operate.forgetting.rewrite import rewrite_dropped
from chartbrief.operate.forgetting.subject import Subject
from chartbrief.operate.forgetting.sweep import delete_old_versions, sweep
from chartbrief.operate.forgetting.waiting import take_out
from notes_pipeline.aws.objects import Bucket, bucket_and_key
from notes_pipeline.aws.table import Table
from notes_pipeline.errors import MissingError
from notes_pipeline.steps.forget_notes import forget_notes
from notes_pipeline.steps.give_jobs import async_key

FILES, ROWS, GROUPS = "dropped files", "ledger rows", "patient groups"
# What each prefix holds, as a person calls it; before and after what the ledger knows.
_WORK_FIRST = {"batches/": "requests, answers and records of batches", "staged/": "staged shards"}
_SUMMARIES_FIRST = {"quarantine/": "quarantine records", "codes/": "codes", "fhir/": "FHIR documents"}
_SUMMARIES_LAST = {"table/": "tables", "by_note/": "summaries"}


class GivenError(ConsoleError):
    """Something of the subject was given to the model meanwhile."""


def count_all(places: Places, subject: Subject, traces: Traces, ledger: LedgerTraces) -> Counter[str]:
    """Return how many versions of objects, and rows, would go, by place."""
    cleaner = _cleaner(places, subject, ledger)
    counts = Counter({FILES: len(traces.dropped), ROWS: len(ledger.notes) + len(ledger.receipts)})
    for bucket, prefixes in ((places.work, _WORK_FIRST), (places.summaries, _SUMMARIES_FIRST | _SUMMARIES_LAST)):
        for prefix, name in prefixes.items():
            counts[name] += sweep(bucket, prefix, cleaner, dry_run=True)
    counts[GROUPS] = len(subject.patient_uids)
    return counts


def erase_all(places: Places, table: Table, subject: Subject, traces: Traces, ledger: LedgerTraces) -> Counter[str]:
    """Erase what was found; return how many versions of objects, and rows, went, by place.

    Raises:
        GivenError: a round gave something of it to the model meanwhile; nothing else was done.
    """
    counts: Counter[str] = Counter()
    if not take_out(table, Bucket(places.work), ledger.waiting, subject):
        raise GivenError("A batch has just taken some of these notes: run the same command again when it is done.")
    cleaner = _cleaner(places, subject, ledger)

    def go(bucket: str, prefixes: Iterable[tuple[str, str]], *, sidecars: bool | None = None) -> None:
        for prefix, name in prefixes:
            counts[name] += sweep(
                bucket,
                prefix,
                cleaner,
                dry_run=False,
                only=lambda key: sidecars is None or key.endswith(".notes.jsonl") is sidecars,
            )

    go(places.work, _WORK_FIRST.items(), sidecars=False)
    go(places.summaries, _SUMMARIES_FIRST.items())
    counts[GROUPS] = forget_notes(Bucket(places.summaries), set(subject.versions), subject.patient_uids)
    delete_old_versions(places.summaries, "groups/")
    whole = {each.object_id for each in traces.dropped if not each.others}
    counts[ROWS] = erase_rows(table, ledger, whole)
    go(places.summaries, _SUMMARIES_LAST.items())
    go(places.work, _WORK_FIRST.items(), sidecars=True)
    counts[FILES] = rewrite_dropped(table, places.names, traces.dropped)
    return counts


def _cleaner(places: Places, subject: Subject, ledger: LedgerTraces) -> Cleaner:
    return Cleaner(subject, ledger, frozenset(_answers(Bucket(places.work), ledger.batches)))


def _answers(work: Bucket, batches: Iterable[str]) -> Iterable[str]:
    """Yield where asynchronous endpoints have left their answers to batches."""
    for batch in batches:
        try:
            asked = json.loads(work.read(async_key(batch)))
        except MissingError:
            continue
        yield from (bucket_and_key(one[name])[1] for one in asked for name in ("output", "failure") if one[name])
