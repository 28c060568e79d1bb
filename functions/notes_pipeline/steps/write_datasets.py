"""What is made of a collected batch: tables, candidate codes, FHIR documents, patient groups.

A batch is worked through in parts of some thousand notes, each a file of its tables. Every name follows from the
batch's plan, so that a repeat writes the same objects again.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

from notes_pipeline.aws.batch_ledger import BatchLedger
from notes_pipeline.aws.objects import Bucket
from notes_pipeline.core.batch_parts import BatchPart, batch_parts
from notes_pipeline.core.fhir_document import to_document_reference
from notes_pipeline.core.parquet import to_parquet
from notes_pipeline.core.stage_notes import read_texts
from notes_pipeline.core.summary_table import CODES, SUMMARIES, code_rows, day_of, summary_row
from notes_pipeline.errors import MissingError
from notes_pipeline.models import StagedShard
from notes_pipeline.records import Checks, NoteCodes, SummaryRecord
from notes_pipeline.steps.code_notes import Coding, Version, code_notes, version
from notes_pipeline.steps.regroup import regroup

_PARQUET = "application/vnd.apache.parquet"
# So many requests wait for their answers at once; each waits some tens of milliseconds.
_AT_ONCE = 8
Coded = tuple[SummaryRecord, NoteCodes]


@dataclass(frozen=True)
class Publishing:
    """Where the records come from, and what is made of them.

    Attributes:
        coding: the engine for codes; None makes no codes and no groups.
        fhir: whether FHIR documents are written too.
    """

    work: Bucket
    summaries: Bucket
    batch_ledger: BatchLedger
    coding: Coding | None
    fhir: bool


@dataclass
class Published:
    """What a batch came to.

    Attributes:
        rows: of the table of summaries.
        codes: candidates.
        uncoded: notes that the engine could not read: they have no candidates.
        documents: written for FHIR.
        patients: whose groups were looked at.
    """

    rows: int = 0
    codes: int = 0
    uncoded: int = 0
    documents: int = 0
    patients: int = 0


def publish_batch(publishing: Publishing, batch_id: str) -> Published:
    """Write the datasets of a batch, part by part, then bring the patient groups up to date.

    Raises:
        DependencyError: a service failed; given again, the batch goes on behind the last part whose codes are complete.
    """
    published, coded = Published(), list[Coded]()
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        for part in batch_parts(batch_id, publishing.batch_ledger.shards(batch_id)):
            coded += _publish_part(publishing, part, pool, published)
    if coded:
        published.patients = regroup(publishing.summaries, coded, batch_id).patients
    return published


def _publish_part(
    publishing: Publishing, part: BatchPart, pool: ThreadPoolExecutor, published: Published
) -> list[Coded]:
    records = _records(publishing.work, part)
    # Earlier versions that these supersede are among them, for the tables to say so: their codes are there already.
    own = [record for record in records if record.superseded_by is None]
    if not records:
        return []
    place = f"dt={day_of((own or records)[0])}/batch={part.batch_id}/{part.name}.parquet"
    rows = [summary_row(record) for record in records]
    publishing.summaries.write(f"table/{place}", to_parquet(rows, SUMMARIES), _PARQUET)
    published.rows += len(rows)
    if publishing.fhir:
        published.documents += sum(pool.map(lambda record: _write_document(publishing.summaries, record), records))
    if publishing.coding is None:
        return []
    key = f"batches/{part.batch_id}/codes/{publishing.coding.engine}/{part.name}.jsonl"
    read = partial(_read_texts, publishing.work, part.shards, pool)
    found = code_notes(publishing.coding, key, own, read, pool)
    coded = [(record, found.codes[version(record)]) for record in own]
    codes = [row for record, of_note in coded for row in code_rows(record, of_note)]
    publishing.summaries.write(f"codes/{place}", to_parquet(codes, CODES), _PARQUET)
    published.codes += len(codes)
    published.uncoded += found.unread
    return [_light(record, of_note) for record, of_note in coded]


def _records(work: Bucket, part: BatchPart) -> list[SummaryRecord]:
    try:
        lines = work.read(part.records_key).splitlines()
    except MissingError:
        return []  # none of its notes was summarized in this batch
    return [SummaryRecord.model_validate_json(line) for line in lines]


def _write_document(summaries: Bucket, record: SummaryRecord) -> int:
    body = json.dumps(to_document_reference(record), ensure_ascii=False, indent=2)
    key = f"fhir/{record.note_uid}/{record.content_sha256}.json"
    summaries.write(key, body.encode(), "application/fhir+json")
    return 1


def _read_texts(work: Bucket, shards: Sequence[StagedShard], pool: ThreadPoolExecutor) -> dict[Version, str]:
    texts: dict[Version, str] = {}
    for some in pool.map(lambda shard: read_texts(work.read(shard.key)), shards):
        texts |= some
    return texts


def _light(record: SummaryRecord, codes: NoteCodes) -> Coded:
    """Return what the groups look at, and no more: of a batch of 50,000 notes it is in memory at once."""
    candidates = tuple(candidate.model_copy(update={"evidence": ()}) for candidate in codes.candidates)
    bare = record.model_copy(update={"evidence": (), "checks": Checks(), "rejected": None})
    return bare, codes.model_copy(update={"candidates": candidates})
