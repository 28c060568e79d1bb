"""An S3 Inventory report in place of a listing, for buckets that take hours to list.

The manifest's fields, and how keys are written:
https://docs.aws.amazon.com/AmazonS3/latest/userguide/storage-inventory-location.html
https://docs.aws.amazon.com/AmazonS3/latest/userguide/storage-inventory.html
"""

from __future__ import annotations

import csv
import gzip
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from tempfile import TemporaryFile
from typing import Any, BinaryIO, cast
from urllib.parse import unquote_plus

from chartbrief.errors import UsageError
from chartbrief.operate.listings import Version
from chartbrief.operate.times import seconds_of
from notes_pipeline.aws import clients
from notes_pipeline.aws.error_map import translated
from notes_pipeline.aws.objects import Bucket, bucket_and_key
from notes_pipeline.errors import MissingError

# Of the columns as CSV names them; Parquet has the same in small letters with underscores.
_NEEDED = ("Key", "VersionId", "IsDeleteMarker", "LastModifiedDate")
_PARQUET = dict(zip(_NEEDED, ("key", "version_id", "is_delete_marker", "last_modified_date"), strict=True))
_CSV_TRUE = "true"
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Inventory:
    """A report, as its manifest describes it.

    Attributes:
        created: when its scan of the bucket began, in seconds since 1970; later drops may be missing.
        bucket: where the report's files lie.
    """

    bucket: str
    created: float
    is_parquet: bool
    columns: tuple[str, ...]
    files: tuple[str, ...]


def read_manifest(address: str, notes_bucket: str) -> Inventory:
    """Return what a manifest says.

    Raises:
        UsageError: it is none, or of another bucket, or of a format or with fields that cannot be used.
    """
    try:
        said = json.loads(Bucket(bucket_and_key(address)[0]).read(bucket_and_key(address)[1]))
        inventory = Inventory(
            bucket=said["destinationBucket"].removeprefix("arn:aws:s3:::").split(":::")[-1],
            created=int(said["creationTimestamp"]) / 1000,
            is_parquet=said["fileFormat"] == "Parquet",
            columns=tuple(name.strip() for name in said["fileSchema"].split(",")),
            files=tuple(file["key"] for file in said["files"]),
        )
    except MissingError:
        raise UsageError(f"There is no inventory manifest at {address}.") from None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise UsageError(f"{address} is not the manifest.json of an S3 Inventory report.") from None
    _check(said, inventory, address, notes_bucket)
    return inventory


def _check(said: Row, inventory: Inventory, address: str, notes_bucket: str) -> None:
    if said.get("sourceBucket") != notes_bucket:
        raise UsageError(f"{address} is of the bucket {said.get('sourceBucket')}; the notes are in {notes_bucket}.")
    if said["fileFormat"] not in ("CSV", "Parquet"):
        raise UsageError(f"{address} is of {said['fileFormat']} files: make the report with CSV or Parquet.")
    names = [_PARQUET[name] if inventory.is_parquet else name for name in _NEEDED]
    schema = said["fileSchema"]
    missing = [name for name in names if name not in (schema if inventory.is_parquet else inventory.columns)]
    if missing:
        raise UsageError(
            f"{address} lacks {', '.join(missing)}: make the report with all versions and the last modified date."
        )


def versions_of(inventory: Inventory, prefix: str) -> Iterator[Version]:
    """Yield the versions under a prefix that a report lists; no delete markers."""
    for key in inventory.files:
        with _fetched(inventory.bucket, key) as file:
            for row in _parquet_rows(file) if inventory.is_parquet else _csv_rows(file, inventory.columns):
                if row["Key"].startswith(prefix) and not row["IsDeleteMarker"]:
                    yield Version(row["Key"], row["VersionId"] or "null", row["LastModifiedDate"])


@contextmanager
def _fetched(bucket: str, key: str) -> Iterator[BinaryIO]:
    """Fetch one of a report's files to this disk; it may be 2 GB."""
    with TemporaryFile() as file:
        with translated("S3 GetObject"):
            for part in clients.s3().get_object(Bucket=bucket, Key=key)["Body"].iter_chunks(1 << 20):
                file.write(part)
        file.seek(0)
        yield cast(BinaryIO, file)


def _csv_rows(file: BinaryIO, columns: tuple[str, ...]) -> Iterator[Row]:
    with gzip.open(file, "rt", encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines, fieldnames=columns):
            yield {
                "Key": unquote_plus(row["Key"]),
                "VersionId": row["VersionId"],
                "IsDeleteMarker": row["IsDeleteMarker"].lower() == _CSV_TRUE,
                "LastModifiedDate": seconds_of(row["LastModifiedDate"]),
            }


def _parquet_rows(file: BinaryIO) -> Iterator[Row]:
    from pyarrow import parquet  # a quarter of a second that only such a report is worth

    table = parquet.ParquetFile(file)
    for batch in table.iter_batches(columns=list(_PARQUET.values())):
        for row in batch.to_pylist():
            found = {name: row[column] for name, column in _PARQUET.items()}
            yield {**found, "LastModifiedDate": _seconds(found["LastModifiedDate"])}


def _seconds(at: datetime | None) -> float | None:
    return seconds_of(at.isoformat()) if at else None
