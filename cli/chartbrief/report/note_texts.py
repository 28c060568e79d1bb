"""The texts of the notes that have a record, kept beside the run's state: the page shows them, the records do not.

They lie in the work bucket, which ends with the cloud, and are merged over runs into `.chartbrief/notes.jsonl`.
"""

import json
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from chartbrief.errors import ConsoleError
from chartbrief.output_folder import replace_file, state_folder

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client

# One note's version: its uid and the hash of its text.
Version = tuple[str, str]

_READS_AT_ONCE = 4


def texts_file(out: Path) -> Path:
    """Where an output folder keeps the texts: one JSON object a line, `note_uid`, `content_sha256` and `text`."""
    return state_folder(out) / "notes.jsonl"


def load_texts(out: Path) -> dict[Version, str]:
    """The texts that an output folder keeps; none if no run has kept any.

    Raises:
        ConsoleError: The file is not what a run writes.
    """
    path = texts_file(out)
    try:
        return dict(_version_and_text(line, "text") for line in path.read_bytes().splitlines())
    except FileNotFoundError:
        return {}
    except (ValueError, TypeError, KeyError):
        raise ConsoleError(
            f"{path} is not what a run writes. Move it away: the page then says which texts are missing."
        ) from None


def keep_texts(s3: "S3Client", bucket: str, object_ids: Iterable[str], wanted: Iterable[Version], out: Path) -> None:
    """Add the texts of `wanted` versions to those kept, and drop all that no record needs any more.

    Args:
        s3: client of the cloud that the run used.
        bucket: the work bucket.
        object_ids: the objects whose shards may hold a text that is not kept yet.
        wanted: every version that has a summary record.
        out: the output folder.
    """
    needed, kept = set(wanted), load_texts(out)
    if needed - kept.keys():
        for staged in _staged_texts(s3, bucket, set(object_ids)):
            kept |= {version: text for version, text in staged.items() if version in needed}
    lines = [_line(version, text) for version, text in kept.items() if version in needed]
    replace_file(texts_file(out), "".join(lines).encode("utf-8", "surrogatepass"))


def _staged_texts(s3: "S3Client", bucket: str, object_ids: set[str]) -> Iterator[dict[Version, str]]:
    keys = (key for key in _staged_keys(s3, bucket) if key.split("/")[1] in object_ids)
    with ThreadPoolExecutor(_READS_AT_ONCE) as reads:
        yield from reads.map(partial(_read_shard, s3, bucket), keys)


def _staged_keys(s3: "S3Client", bucket: str) -> Iterator[str]:
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix="staged/"):
        for entry in page.get("Contents", []):
            if entry["Key"].endswith(".jsonl") and not entry["Key"].endswith(".notes.jsonl"):
                yield entry["Key"]


def _read_shard(s3: "S3Client", bucket: str, key: str) -> dict[Version, str]:
    body = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
    return dict(_version_and_text(line, "inputs") for line in body.splitlines())


def _version_and_text(line: bytes, field: str) -> tuple[Version, str]:
    row = json.loads(line)
    return (row["note_uid"], row["content_sha256"]), row[field]


def _line(version: Version, text: str) -> str:
    row = {"note_uid": version[0], "content_sha256": version[1], "text": text}
    return json.dumps(row, ensure_ascii=False) + "\n"
