"""The places of a deployment that an audit reads."""

from __future__ import annotations

from dataclasses import dataclass

from chartbrief.deployment import Deployment
from notes_pipeline.aws.objects import Bucket
from notes_pipeline.aws.table import Table


@dataclass(frozen=True)
class Deployed:
    """Buckets and ledger of a deployment."""

    notes: Bucket
    work: Bucket
    summaries: Bucket
    table: Table


def places_of(deployment: Deployment) -> Deployed:
    """Return the buckets and the ledger of a deployment."""
    names = deployment.names
    return Deployed(
        notes=Bucket(names["NotesBucket"]),
        work=Bucket(names["WorkBucket"]),
        summaries=Bucket(names["SummariesBucket"]),
        table=Table(names["LedgerTable"]),
    )
