"""A cloud without queues, handlers and model, for tests of the console: moto's buckets and table, and a toy pipeline.

A dropped file has one note a line, `<note id>: <text>`. An empty text is quarantined, `stuck` stays pending, and a file
called `ignored` is never staged. The rows and records have the shapes that the real pipeline writes.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3

from chartbrief.time_split import Span
from notes_pipeline.models import Sidecar, SourceRecord
from notes_pipeline.records import Checks, ModelIdentity, QuarantineRecord, SummaryRecord

OUTPUTS = {"NotesBucket": "notes", "WorkBucket": "work", "SummariesBucket": "summaries", "LedgerTable": "ledger"}


def digest(*parts: str) -> str:
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


class FakeCloud:
    """The interface of the local cloud; `idle()` is what makes its toy pipeline work."""

    def __init__(self) -> None:
        self.outputs: Mapping[str, str] = OUTPUTS
        self.waiting = 0
        self._told: set[str] = set()
        self.summaries_written = 0
        self._s3, self._dynamodb = self.session().client("s3"), self.session().client("dynamodb")
        self._newest: dict[str, tuple[str, int, SummaryRecord]] = {}
        self._seen: set[str] = set()
        for name in ("notes", "work", "summaries"):
            self._s3.create_bucket(Bucket=name)
        self._s3.put_bucket_versioning(Bucket="notes", VersioningConfiguration={"Status": "Enabled"})
        self._dynamodb.create_table(
            TableName="ledger",
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
            AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk")],
            BillingMode="PAY_PER_REQUEST",
        )

    def session(self) -> Any:
        return boto3.Session("testing", "testing", region_name="us-east-1")

    def dead_letters(self) -> Mapping[str, int]:
        return {"NotesUploadedDeadLetterQueue": 0}

    def unreported_drops(self) -> list[dict[str, Any]]:
        drops = [v for v in self._dropped() if v["VersionId"] not in self._told]
        names = {"key": "Key", "version_id": "VersionId", "size": "Size"}
        return [{n: v[name] for n, name in names.items()} | {"md5": v["ETag"].strip('"')} for v in drops]

    def mark_reported(self) -> None:
        self._told = {version["VersionId"] for version in self._dropped()}

    def drops_waiting(self) -> int:
        return self.waiting

    def _dropped(self) -> list[Any]:
        versions: list[Any] = self._s3.list_object_versions(Bucket="notes").get("Versions", [])
        return sorted(versions, key=lambda version: version["LastModified"])

    def object_rows(self) -> list[Mapping[str, Any]]:
        rows: list[Mapping[str, Any]] = self._dynamodb.scan(TableName="ledger")["Items"]
        return [row for row in rows if row["pk"]["S"].startswith("OBJECT#")]

    def copy_summaries(self, folder: Path) -> None:
        for item in self._s3.list_objects_v2(Bucket="summaries").get("Contents", []):
            path = folder / item["Key"]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(self._s3.get_object(Bucket="summaries", Key=item["Key"])["Body"].read())

    def spans(self) -> list[Span]:
        return [Span("model", 0.0, 1.0)]

    def idle(self) -> bool:
        for version in self._dropped():
            if version["VersionId"] not in self._seen and "ignored" not in version["Key"]:
                self._seen.add(version["VersionId"])
                self._stage(version["Key"], version["VersionId"])
        return True

    def _stage(self, key: str, version_id: str) -> None:
        object_id = digest("notes", key, version_id)[:32]
        body = self._s3.get_object(Bucket="notes", Key=key, VersionId=version_id)["Body"].read().decode()
        self._put(object_id, "OBJECT", bucket="notes", key=key, version_id=version_id)
        for number, line in enumerate(body.splitlines(), start=1):
            note_id, _, text = line.partition(": ")
            self._receive(
                object_id, SourceRecord(bucket="notes", key=key, version_id=version_id, record=number), note_id, text
            )

    def _receive(self, object_id: str, source: SourceRecord, note_id: str, text: str) -> None:
        if not text:
            self._reject(object_id, source)
            return
        uid, content = digest(note_id)[:32], digest(text)
        sidecar = Sidecar(note_uid=uid, content_sha256=content, note_id=note_id, source=source)
        shard = f"staged/{object_id}/{source.record:05d}"
        line = {"note_uid": uid, "content_sha256": content, "inputs": text}
        self._s3.put_object(Bucket="work", Key=f"{shard}.jsonl", Body=json.dumps(line).encode() + b"\n")
        self._s3.put_object(Bucket="work", Key=f"{shard}.notes.jsonl", Body=sidecar.model_dump_json().encode() + b"\n")
        status = self._summarize(object_id, sidecar, text) if text != "stuck" else "pending"
        self._put(object_id, f"RECORD#{source.record:06d}", status=status, note_uid=uid, content_sha256=content)

    def _summarize(self, object_id: str, sidecar: Sidecar, text: str) -> str:
        older = self._newest.get(sidecar.note_uid)
        if older and older[2].content_sha256 == sidecar.content_sha256:
            return "duplicate"
        if older:
            self._write(older[2].model_copy(update={"status": "superseded", "superseded_by": sidecar.content_sha256}))
            superseded = {"note_uid": sidecar.note_uid, "content_sha256": older[2].content_sha256}
            self._put(older[0], f"RECORD#{older[1]:06d}", status="superseded", **superseded)
        record = summary_record(sidecar, f"Summary of {text}.")
        self._newest[sidecar.note_uid] = (object_id, sidecar.source.record, record)
        self._write(record)
        return "summarized"

    def _write(self, record: SummaryRecord) -> None:
        self.summaries_written += record.status == "draft"
        key = f"by_note/{record.note_uid}/{record.content_sha256}.json"
        self._s3.put_object(Bucket="summaries", Key=key, Body=record.model_dump_json().encode())

    def _reject(self, object_id: str, source: SourceRecord) -> None:
        reason = f"{source.key}, record {source.record}: the note is empty. Fill it and drop the file again."
        record = QuarantineRecord(source=source, stage="parse", code="EmptyNote", reason=reason)
        key = f"quarantine/{object_id}/{source.record:06d}.json"
        self._s3.put_object(Bucket="summaries", Key=key, Body=record.model_dump_json().encode())
        self._put(object_id, f"RECORD#{source.record:06d}", status="quarantined", code="EmptyNote")

    def _put(self, object_id: str, sk: str, **attributes: str) -> None:
        item = {"pk": f"OBJECT#{object_id}", "sk": sk} | attributes
        self._dynamodb.put_item(TableName="ledger", Item={name: {"S": value} for name, value in item.items()})


def summary_record(sidecar: Sidecar, summary: str) -> SummaryRecord:
    """A record as the pipeline would publish it."""
    return SummaryRecord(
        **json.loads(sidecar.model_dump_json()),
        summary=summary,
        parts=2 if "long" in summary else 1,
        model=ModelIdentity(name="toy", version="1", sha256="0" * 64),
        batch_id="cb-1",
        summarized_at="2031-01-01T00:00:00Z",
        checks=Checks(),
        needs_review="odd" in summary,
        review_reasons=("number 7 is not in the note",) if "odd" in summary else (),
    )


@contextmanager
def opened(cloud: FakeCloud) -> Iterator[FakeCloud]:
    """The fake as a context manager, as the local cloud is one."""
    yield cloud
