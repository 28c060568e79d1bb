"""Why an erasure has to wait: something of it is on its way through the pipeline, and would come out behind it."""

from __future__ import annotations

from typing import Any

from chartbrief.deployment import Deployment
from chartbrief.errors import ConsoleError
from chartbrief.operate.forgetting.find import Traces
from chartbrief.operate.forgetting.ledger_traces import LedgerTraces
from notes_pipeline.aws import clients
from notes_pipeline.aws.error_map import translated

_UNDER_WAY = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible")
# So many files are named.
_NAMED = 20


class NotYetError(ConsoleError):
    """The erasure has to wait; nothing was changed."""


class CannotRewriteError(ConsoleError):
    """A file holds something of the subject that cannot be taken out of it; nothing was changed."""


def refuse(deployment: Deployment, traces: Traces, ledger: LedgerTraces) -> None:
    """Raise if something is under way.

    Raises:
        NotYetError: with what to do; nothing was changed.
    """
    unstaged = sum(each.object_id not in ledger.staged for each in traces.dropped)
    if unstaged:
        raise NotYetError(
            f"{unstaged} of the files are not staged to the end: run the same command again when they are."
            " chartbrief audit tells whether they ever will be, chartbrief backfill announces them again."
        )
    if ledger.given:
        raise NotYetError(
            f"{len(ledger.given)} shards with these notes are with the model: run the same command again when their"
            " batches are done. chartbrief status tells."
        )
    if _messages(deployment.names["SummariesWrittenQueue"]):
        raise NotYetError("Tables and groups are being made: run the same command again in some minutes.")


def refuse_files(traces: Traces) -> None:
    """Raise if records cannot be taken out of a file that others may have something in.

    Raises:
        CannotRewriteError: with the files, and what to do; nothing was changed.
    """
    found = sorted({f"{each.version.key} ({each.problem})" for each in traces.dropped if each.problem})
    if found:
        more = f" and {len(found) - _NAMED} more" if len(found) > _NAMED else ""
        raise CannotRewriteError(
            f"Nothing was erased. These files have to be seen to first: {', '.join(found[:_NAMED])}{more}. Delete every"
            " version of them, drop what is others' in them again without the patient, and run the same command again."
        )


def _messages(queue_url: str) -> int:
    asked: Any = {"QueueUrl": queue_url, "AttributeNames": list(_UNDER_WAY)}
    with translated("SQS GetQueueAttributes"):
        told: Any = clients.sqs().get_queue_attributes(**asked)["Attributes"]
    return sum(int(told.get(name, 0)) for name in _UNDER_WAY)
