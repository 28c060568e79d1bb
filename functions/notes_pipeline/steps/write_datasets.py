"""What is made of a collected batch: tables, candidate codes, FHIR documents, patient groups.

Everything has a name that follows from the batch and its shards, so that a repeat writes the same objects again.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from notes_pipeline.aws.batch_ledger import BatchLedger
from notes_pipeline.aws.objects import Bucket
from notes_pipeline.core.fhir_document import to_document_reference
from notes_pipeline.core.parquet import to_parquet
from notes_pipeline.core.stage_notes import read_texts, records_key
from notes_pipeline.core.summary_table import CODES, SUMMARIES, code_rows, day_of, summary_row
from notes_pipeline.errors import MissingError
from notes_pipeline.models import StagedShard
from notes_pipeline.records import Checks, NoteCodes, SummaryRecord
from notes_pipeline.steps.coders import Coder
from notes_pipeline.steps.regroup import regroup

_PARQUET = "application/vnd.apache.parquet"
Coded = tuple[SummaryRecord, NoteCodes]


@dataclass(frozen=True)
class Publishing:
    """Where the records come from, and what is made of them.

    Attributes:
        coder: the engine for codes; None makes no codes and no groups.
        fhir: whether FHIR documents are written too.
    """

    work: Bucket
    summaries: Bucket
    batch_ledger: BatchLedger
    coder: Coder | None
    fhir: bool


@dataclass
class Published:
    """What a batch came to: rows of the table, candidate codes, documents, and patients whose groups were looked at."""

    rows: int = 0
    codes: int = 0
    documents: int = 0
    patients: int = 0


def publish_batch(publishing: Publishing, batch_id: str) -> Published:
    """Write the datasets of a batch, shard by shard, then bring the patient groups up to date."""
    batch = publishing.batch_ledger.batch(batch_id)
    published, coded = Published(), list[Coded]()
    for shard in batch.plan.shards if batch else ():
        records = _records(publishing.work, batch_id, shard)
        if records:
            coded += _publish_shard(publishing, records, shard, published)
    if coded:
        published.patients = regroup(publishing.summaries, coded, batch_id).patients
    return published


def _records(work: Bucket, batch_id: str, shard: StagedShard) -> list[SummaryRecord]:
    try:
        lines = work.read(records_key(batch_id, shard)).splitlines()
    except MissingError:
        return []  # none of its notes was summarized in this batch
    return [SummaryRecord.model_validate_json(line) for line in lines]


def _publish_shard(
    publishing: Publishing, records: Sequence[SummaryRecord], shard: StagedShard, published: Published
) -> list[Coded]:
    part = _part(records[0], shard)
    rows = [summary_row(record) for record in records]
    publishing.summaries.write(f"table/{part}", to_parquet(rows, SUMMARIES), _PARQUET)
    published.rows += len(rows)
    if publishing.fhir:
        published.documents += _write_documents(publishing.summaries, records)
    if publishing.coder is None:
        return []
    texts = read_texts(publishing.work.read(shard.key))
    coded = list(_code(publishing, records, publishing.coder, texts))
    codes = [row for record, found in coded for row in code_rows(record, found)]
    publishing.summaries.write(f"codes/{part}", to_parquet(codes, CODES), _PARQUET)
    published.codes += len(codes)
    return [(_light(record), found) for record, found in coded]


def _part(record: SummaryRecord, shard: StagedShard) -> str:
    name = shard.key.removeprefix("staged/").removesuffix(".jsonl").replace("/", "-")
    return f"dt={day_of(record)}/batch={record.batch_id}/{name}.parquet"


def _write_documents(summaries: Bucket, records: Sequence[SummaryRecord]) -> int:
    for record in records:
        body = json.dumps(to_document_reference(record), ensure_ascii=False, indent=2)
        key = f"fhir/{record.note_uid}/{record.content_sha256}.json"
        summaries.write(key, body.encode(), "application/fhir+json")
    return len(records)


def _code(
    publishing: Publishing, records: Sequence[SummaryRecord], coder: Coder, texts: dict[tuple[str, str], str]
) -> Iterator[Coded]:
    for record in records:
        found = coder(record, texts[record.note_uid, record.content_sha256])
        key = f"codes/by_note/{record.note_uid}/{record.content_sha256}.json"
        publishing.summaries.write(key, found.model_dump_json(indent=2).encode())
        yield record, found


def _light(record: SummaryRecord) -> SummaryRecord:
    """Return a record without what the groups do not look at: a batch of 50,000 notes is in memory at once."""
    return record.model_copy(update={"evidence": (), "checks": Checks(), "rejected": None})
