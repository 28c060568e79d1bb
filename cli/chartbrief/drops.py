"""Dropping files into the notes bucket, as a hospital's pipeline would, and knowing those that were dropped before."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chartbrief.note_files import NoteFile, source_of

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client

UPLOADS_AT_ONCE = 4


@dataclass(frozen=True)
class Drop:
    """A file and the object version it became; or why it could not be read on this machine."""

    file: NoteFile
    version_id: str = ""
    problem: str = ""


def drop_files(s3: "S3Client", bucket: str, files: Sequence[NoteFile]) -> Iterator[Drop]:
    """Upload `files`, several at once, and yield what became of each in the order given.

    The first of those that do not come first waits for all that do.
    """
    with ThreadPoolExecutor(UPLOADS_AT_ONCE) as uploads:
        for _, together in groupby(files, key=lambda file: file.comes_first):
            yield from uploads.map(lambda file: _drop(s3, bucket, file), list(together))


def _drop(s3: "S3Client", bucket: str, file: NoteFile) -> Drop:
    try:
        with file.path.open("rb") as body:
            answer = s3.put_object(Bucket=bucket, Key=file.key, Body=body)
    except OSError as error:
        return Drop(file, problem=f"{file.relative} could not be read ({error.strerror}): check it and run again.")
    return Drop(file, version_id=answer["VersionId"])


def go_on_with(earlier: Sequence[Mapping[str, Any]], files: Sequence[NoteFile]) -> tuple[list[Drop], list[NoteFile]]:
    """Divide a run's files into those that an interrupted run has dropped already and those that are left to drop.

    Args:
        earlier: what was dropped and not told about yet, in order: `key`, `version_id`, `size` and `md5` of each.

    Returns:
        Every earlier drop, whether its file is among `files` or not; and the files whose content is not the newest that
        was dropped under their key.
    """
    newest = {drop["key"]: drop for drop in earlier}
    by_key = {file.key: file for file in files}
    drops = [Drop(by_key.get(drop["key"]) or _elsewhere(drop["key"]), drop["version_id"]) for drop in earlier]
    return drops, [file for file in files if file.key not in newest or not _is_same(file, newest[file.key])]


def _elsewhere(key: str) -> NoteFile:
    return NoteFile(Path(source_of(key)), source_of(key))


def _is_same(file: NoteFile, drop: Mapping[str, Any]) -> bool:
    try:
        if file.path.stat().st_size != drop["size"]:
            return False
        with file.path.open("rb") as body:
            return bool(hashlib.file_digest(body, _md5).hexdigest() == drop["md5"])
    except OSError:
        return False  # dropping it will say what is wrong


def _md5() -> "hashlib._Hash":
    return hashlib.md5(usedforsecurity=False)
