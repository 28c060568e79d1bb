"""Dropping files into the notes bucket, as a hospital's pipeline would."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chartbrief.note_files import NoteFile

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
    """Upload `files`, several at once, and yield what became of each in the order given."""
    with ThreadPoolExecutor(UPLOADS_AT_ONCE) as uploads:
        yield from uploads.map(lambda file: _drop(s3, bucket, file), files)


def _drop(s3: "S3Client", bucket: str, file: NoteFile) -> Drop:
    try:
        with file.path.open("rb") as body:
            answer = s3.put_object(Bucket=bucket, Key=file.key, Body=body)
    except OSError as error:
        return Drop(file, problem=f"{file.relative} could not be read ({error.strerror}): check it and run again.")
    return Drop(file, version_id=answer["VersionId"])
