"""What is made of a collected batch: tables, candidate codes, FHIR documents, patient groups.

A batch is worked through in parts of some thousand notes, each a file of its tables. Every name follows from the
batch's plan, so that a repeat writes the same objects again.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from notes_pipeline.aws.batch_ledger import BatchLedger
from notes_pipeline.aws.inference import JSON_LINES
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
# A file of a table has so many rows at least: Athena and DuckDB read few large files faster than many small ones, and
# so many notes with their texts are in memory at once.
_PART_NOTES = 2_000
# So many requests wait for their answers at once; each waits some tens of milliseconds.
_AT_ONCE = 8
Coded = tuple[SummaryRecord, NoteCodes]
Version = tuple[str, str]


@dataclass(frozen=True)
class Publishing:
    """Where the records come from, and what is made of them.

    Attributes:
        engine: name of the engine for codes.
        coder: the engine; None makes no codes and no groups.
        fhir: whether FHIR documents are written too.
    """

    work: Bucket
    summaries: Bucket
    batch_ledger: BatchLedger
    engine: str
    coder: Coder | None
    fhir: bool


@dataclass
class Published:
    """What a batch came to: rows of the table, candidate codes, documents, and patients whose groups were looked at."""

    rows: int = 0
    codes: int = 0
    documents: int = 0
    patients: int = 0


@dataclass(frozen=True)
class _Part:
    """Some shards of a batch, and the name of the files that are made of them."""

    batch_id: str
    name: str
    shards: Sequence[StagedShard]


def publish_batch(publishing: Publishing, batch_id: str) -> Published:
    """Write the datasets of a batch, part by part, then bring the patient groups up to date.

    Raises:
        DependencyError: a service failed; given again, the batch goes on behind the last part whose codes are complete.
        InferenceError: the engine for codes cannot read a text.
    """
    batch = publishing.batch_ledger.batch(batch_id)
    published, coded = Published(), list[Coded]()
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        for number, shards in enumerate(in_parts(batch.plan.shards if batch else ())):
            coded += _publish_part(publishing, _Part(batch_id, f"part-{number:05d}", shards), pool, published)
    if coded:
        published.patients = regroup(publishing.summaries, coded, batch_id).patients
    return published


def in_parts(shards: Sequence[StagedShard], notes: int = _PART_NOTES) -> Iterator[list[StagedShard]]:
    """Yield the shards in their order, together as soon as they have so many notes."""
    part: list[StagedShard] = []
    for shard in shards:
        part.append(shard)
        if sum(each.notes for each in part) >= notes:
            yield part
            part = []
    if part:
        yield part


def _publish_part(publishing: Publishing, part: _Part, pool: ThreadPoolExecutor, published: Published) -> list[Coded]:
    read = pool.map(lambda shard: _records(publishing.work, part.batch_id, shard), part.shards)
    records = [record for some in read for record in some]
    # Earlier versions that these supersede are among them, for the tables to say so: their codes are there already.
    own = [record for record in records if record.superseded_by is None]
    if not own:
        return []
    place = f"dt={day_of(own[0])}/batch={part.batch_id}/{part.name}.parquet"
    rows = [summary_row(record) for record in records]
    publishing.summaries.write(f"table/{place}", to_parquet(rows, SUMMARIES), _PARQUET)
    published.rows += len(rows)
    if publishing.fhir:
        published.documents += sum(pool.map(lambda record: _write_document(publishing.summaries, record), records))
    if publishing.coder is None:
        return []
    found = _codes(publishing, publishing.coder, part, own, pool)
    coded = [(record, found[version(record)]) for record in own]
    codes = [row for record, of_note in coded for row in code_rows(record, of_note)]
    publishing.summaries.write(f"codes/{place}", to_parquet(codes, CODES), _PARQUET)
    published.codes += len(codes)
    return [_light(record, of_note) for record, of_note in coded]


def _records(work: Bucket, batch_id: str, shard: StagedShard) -> list[SummaryRecord]:
    try:
        lines = work.read(records_key(batch_id, shard)).splitlines()
    except MissingError:
        return []  # none of its notes was summarized in this batch
    return [SummaryRecord.model_validate_json(line) for line in lines]


def _write_document(summaries: Bucket, record: SummaryRecord) -> int:
    body = json.dumps(to_document_reference(record), ensure_ascii=False, indent=2)
    key = f"fhir/{record.note_uid}/{record.content_sha256}.json"
    summaries.write(key, body.encode(), "application/fhir+json")
    return 1


def _codes(
    publishing: Publishing, coder: Coder, part: _Part, records: Sequence[SummaryRecord], pool: ThreadPoolExecutor
) -> dict[Version, NoteCodes]:
    """Return the part's codes; what an engine has said once it is not asked again: one of them sends a bill."""
    key = f"batches/{part.batch_id}/codes/{publishing.engine}/{part.name}.jsonl"
    found = _kept_codes(publishing.work, key)
    if found.keys() != {version(record) for record in records}:
        texts: dict[Version, str] = {}
        for some in pool.map(lambda shard: read_texts(publishing.work.read(shard.key)), part.shards):
            texts |= some
        coded = pool.map(lambda record: _code(publishing.summaries, coder, record, texts[version(record)]), records)
        found = {version(codes): codes for codes in coded}
        body = "".join(codes.model_dump_json() + "\n" for codes in found.values())
        publishing.work.write(key, body.encode(), JSON_LINES)
    return found


def _kept_codes(work: Bucket, key: str) -> dict[Version, NoteCodes]:
    try:
        lines = work.read(key).splitlines()
    except MissingError:
        return {}
    return {version(codes): codes for codes in map(NoteCodes.model_validate_json, lines)}


def _code(summaries: Bucket, coder: Coder, record: SummaryRecord, text: str) -> NoteCodes:
    found = coder(record, text)
    key = f"codes/by_note/{record.note_uid}/{record.content_sha256}.json"
    summaries.write(key, found.model_dump_json(indent=2).encode())
    return found


def version(of: SummaryRecord | NoteCodes) -> Version:
    """Return which version of which note a record is of."""
    return of.note_uid, of.content_sha256


def _light(record: SummaryRecord, codes: NoteCodes) -> Coded:
    """Return what the groups look at, and no more: of a batch of 50,000 notes it is in memory at once."""
    candidates = tuple(candidate.model_copy(update={"evidence": ()}) for candidate in codes.candidates)
    bare = record.model_copy(update={"evidence": (), "checks": Checks(), "rejected": None})
    return bare, codes.model_copy(update={"candidates": candidates})
