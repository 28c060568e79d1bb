"""Quarantined records that may go through the door again, and asking for it."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from notes_pipeline.aws import clients, messages
from notes_pipeline.aws.error_map import translated
from notes_pipeline.aws.note_batches import in_batches
from notes_pipeline.aws.objects import Bucket
from notes_pipeline.aws.redrive_ledger import RedriveLedger
from notes_pipeline.core.drop_metadata import event_time
from notes_pipeline.core.identify import INCOMING
from notes_pipeline.core.redrives import MOST_RECORDS, Redrive
from notes_pipeline.errors import MissingError
from notes_pipeline.models import SourceObject, Status
from notes_pipeline.records import QuarantineRecord

_PREFIX = "quarantine/"
_KEY = re.compile(r"quarantine/([0-9a-f]+)/(\d+)\.json")
# Records are read some tens at once; each waits some tens of milliseconds.
_AT_ONCE = 16
_READ_TOGETHER = 500
_BEING_STAGED, _GONE = "its file is being staged", "its file is gone: drop it again"


@dataclass(frozen=True)
class Wanted:
    """Which quarantined records are meant.

    Attributes:
        code: a reason's code; "" for any.
        key: the dropped file, with `incoming/` or without; "" for any.
        since: quarantined then or later, as events write times; "" for any.
    """

    code: str = ""
    key: str = ""
    since: str = ""

    def takes(self, record: QuarantineRecord) -> bool:
        """Say whether a record is meant."""
        key = record.source.key.removeprefix(INCOMING)
        return self.code in ("", record.code) and self.key.removeprefix(INCOMING) in ("", key)


@dataclass
class Found:
    """What there is: records by file and code, and why others are left.

    Attributes:
        redrives: what would be asked for.
        codes: records that would go again, by the reason they were quarantined for.
        left: the others, by why they stay.
        noncurrent: records that would go again, although the file has been replaced by another of its name.
    """

    redrives: list[Redrive] = field(default_factory=list)
    codes: Counter[str] = field(default_factory=Counter)
    left: Counter[str] = field(default_factory=Counter)
    noncurrent: int = 0


@dataclass(frozen=True)
class Quarantine:
    """The quarantine of a deployment."""

    summaries: Bucket
    ledger: RedriveLedger

    def find(self, wanted: Wanted) -> Found:
        """Return the records that are meant and quarantined still, with their files' versions looked for."""
        found = Found()
        by_object: dict[str, dict[int, str]] = defaultdict(dict)
        for object_id, number, record in self._records(wanted):
            by_object[object_id][number] = record.code
        for object_id, codes in by_object.items():
            self._look(object_id, codes, found)
        return found

    def _records(self, wanted: Wanted) -> Iterator[tuple[str, int, QuarantineRecord]]:
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            for keys in in_batches(self._keys(wanted.since), _READ_TOGETHER):
                for key, body in zip(keys, pool.map(self._read, keys), strict=True):
                    named = _KEY.fullmatch(key)
                    if named and body and wanted.takes(record := QuarantineRecord.model_validate_json(body)):
                        yield named[1], int(named[2]), record

    def _keys(self, since: str) -> Iterator[str]:
        with translated("S3 ListObjectsV2"):
            pages = clients.s3().get_paginator("list_objects_v2").paginate(Bucket=self.summaries.name, Prefix=_PREFIX)
            for page in pages:
                yield from (o["Key"] for o in page.get("Contents", []) if event_time(o["LastModified"]) >= since)

    def _read(self, key: str) -> bytes:
        try:
            return self.summaries.read(key)
        except MissingError:
            return b""  # it has just left quarantine

    def _look(self, object_id: str, codes: Mapping[int, str], found: Found) -> None:
        source = self.ledger.source(object_id)
        is_current = source and _is_current(source)
        if is_current is None:
            found.left["its file is being staged" if source is None else "its file is gone: drop it again"] += len(
                codes
            )
            return
        receipts = self.ledger.receipts(object_id, sorted(codes))
        held = {number: row for number, row in receipts.items() if row["status"] == Status.QUARANTINED.value}
        found.left["it is not quarantined any more"] += len(codes) - len(held)
        found.codes.update(codes[number] for number in held)
        found.noncurrent += 0 if is_current else len(held)
        for numbers in in_batches(sorted(held), MOST_RECORDS):
            records = {number: held[number].get("redrives", 0) for number in numbers}
            found.redrives.append(Redrive(object_id=object_id, records=records))


def _is_current(source: SourceObject) -> bool | None:
    """Say whether a drop is what its key holds now; None if it is gone."""
    key, version = source.key, source.version_id
    try:
        with translated("S3 HeadObject"):
            clients.s3().head_object(Bucket=source.bucket, Key=key, **({"VersionId": version} if version else {}))  # type: ignore[arg-type]
    except MissingError:
        return None
    try:
        with translated("S3 HeadObject"):
            return clients.s3().head_object(Bucket=source.bucket, Key=key).get("VersionId", "") == version
    except MissingError:
        return False


def send_redrives(redrives: Iterable[Redrive], queue_url: str) -> int:
    """Ask for them; return how many records they are."""
    count = 0
    for redrive in redrives:
        messages.send(queue_url, object_id=redrive.object_id, redrive=redrive.as_text())
        count += len(redrive.records)
    return count
