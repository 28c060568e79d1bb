"""The packaged model that is deployed: looked into and hashed in one pass, and uploaded if it is a local file."""

from __future__ import annotations

import contextlib
import hashlib
import json
import tarfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from note_summarizer.artifact import DESCRIPTION, ArtifactError
from note_summarizer.deployment.connections import Aws, is_missing, refusals_told
from note_summarizer.deployment.waiting import Tell
from note_summarizer.pairs.sources import bucket_and_key, is_s3

HASH = "sha256"  # the object's metadata entry in which the archive's hash is recorded
_REQUIREMENTS = "code/requirements.txt"
_CHUNK = 1024 * 1024
_LARGEST_TEXT = 1024 * 1024


@dataclass(frozen=True)
class Archive:
    """A model.tar.gz.

    Attributes:
        sha256: hash of the archive as a file.
        size: bytes.
        description: what its `artifact.json` says; empty if it has none.
        requirements: packages that the Hugging Face container installs when it starts.
    """

    source: str
    sha256: str
    size: int
    description: dict[str, Any]
    requirements: tuple[str, ...]


def read_archive(source: str, aws: Aws) -> Archive:
    """Read an archive once, from the disk or from S3, without unpacking it.

    Raises:
        ArtifactError: it is no gzipped tar file, or is not the one whose hash was recorded with it.
        DeploymentError: S3 does not give it.
    """
    with _opened(source, aws) as (file, recorded):
        reader = _Hashing(file)
        texts = _texts(source, reader)
    if recorded and recorded != reader.sha256:
        raise ArtifactError(f"{source} is not the archive whose hash was recorded with it: upload it again.")
    lines = (line.split("#")[0].strip() for line in texts.get(_REQUIREMENTS, "").splitlines())
    description = _description(source, texts.get(DESCRIPTION, "{}"))
    return Archive(source, reader.sha256, reader.size, description, tuple(line for line in lines if line))


def upload_archive(
    archive: Archive, aws: Aws, bucket: str, key: str, kms_key: str | None, tell: Tell
) -> tuple[str, bool]:
    """Put a local archive into S3 with its hash; return its address, and whether it was not there before.

    Raises:
        DeploymentError: S3 refuses it.
    """
    address = f"s3://{bucket}/{key}"
    with refusals_told(f"Looking for {address}"):
        if _recorded_hash(aws, bucket, key) == archive.sha256:
            return address, False
    tell(f"uploading {archive.source}, {archive.size / 1e6:.1f} MB ...")
    encryption = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": kms_key} if kms_key else {}
    with refusals_told(f"Uploading {archive.source} to {address}"):
        aws.s3.upload_file(archive.source, bucket, key, ExtraArgs={"Metadata": {HASH: archive.sha256}, **encryption})
    return address, True


def delete_upload(aws: Aws, bucket: str, key: str) -> None:
    """Delete what was just uploaded; in a versioned bucket the version itself, not only its name."""
    version = aws.s3.head_object(Bucket=bucket, Key=key).get("VersionId")
    aws.s3.delete_object(Bucket=bucket, Key=key, **({"VersionId": version} if version else {}))


def _recorded_hash(aws: Aws, bucket: str, key: str) -> str | None:
    try:
        metadata: dict[str, str] = aws.s3.head_object(Bucket=bucket, Key=key)["Metadata"]
    except ClientError as error:
        if is_missing(error):
            return None
        raise
    return metadata.get(HASH)


@contextlib.contextmanager
def _opened(source: str, aws: Aws) -> Iterator[tuple[Any, str | None]]:
    if not is_s3(source):
        with Path(source).open("rb") as file:
            yield file, None
        return
    bucket, key = bucket_and_key(source)
    with refusals_told(f"Reading {source}"):
        answer = aws.s3.get_object(Bucket=bucket, Key=key)
        with contextlib.closing(answer["Body"]) as body:
            yield body, answer["Metadata"].get(HASH)


class _Hashing:
    """A file that is hashed and counted while it is read."""

    def __init__(self, file: Any) -> None:
        self._file, self._hash, self.size = file, hashlib.sha256(), 0

    def read(self, size: int = -1) -> bytes:
        data: bytes = self._file.read(size)
        self._hash.update(data)
        self.size += len(data)
        return data

    @property
    def sha256(self) -> str:
        return self._hash.hexdigest()


def _texts(source: str, reader: _Hashing) -> dict[str, str]:
    found: dict[str, str] = {}
    stream: Any = reader  # a stream archive needs no more than read()
    try:
        with tarfile.open(fileobj=stream, mode="r|gz", bufsize=_CHUNK) as archive:
            for member in archive:
                name = member.name.removeprefix("./")
                if name in (DESCRIPTION, _REQUIREMENTS) and (text := archive.extractfile(member)):
                    found[name] = text.read(_LARGEST_TEXT).decode("utf-8")
        while reader.read(_CHUNK):
            pass  # what follows the archive's end belongs to the file's hash
    except (tarfile.TarError, EOFError, zlib.error, UnicodeDecodeError) as error:
        raise ArtifactError(f"{source} is not a model archive ({error}): make it again.") from error
    return found


def _description(source: str, text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise ArtifactError(f"{source}: its {DESCRIPTION} is not a JSON object: package the model again.")
    return found
