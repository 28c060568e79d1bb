"""Putting a package into S3: in parts, never over an object that is there, and checked by hash afterwards."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from note_summarizer.errors import OptionsError, OutputError
from note_summarizer.packaging.receipts import Receipt
from note_summarizer.pairs.sources import bucket_and_key

# S3 takes at most 10,000 parts: enough for 160 GB.
PART_BYTES = 16 * 1024 * 1024
SUFFIX = ".tar.gz"
BytesSent = Callable[[int], None]


class Destination:
    """Where in S3 a package goes.

    Args:
        address: `s3://bucket/prefix/`, below which the archive keeps its name, or the whole `s3://.../name.tar.gz`.
    """

    def __init__(self, address: str, archive: Path) -> None:
        import boto3  # here, so that only an upload needs it

        self.bucket, key = bucket_and_key(address)
        if not key.endswith(SUFFIX):
            key = f"{key.rstrip('/')}/{archive.name}".lstrip("/")
        self.key, self._client = key, boto3.client("s3")

    @property
    def address(self) -> str:
        """The object's address."""
        return f"s3://{self.bucket}/{self.key}"

    def require_new(self) -> None:
        """Look whether the object is there.

        Raises:
            OutputError: it is, or S3 does not say.
        """
        if self._head() is not None:
            raise OutputError(f"{self.address} exists: give another name, or --force to replace it.")

    def upload(self, archive: Path, receipt: Receipt, sent: BytesSent, *, force: bool) -> None:
        """Upload the archive, compare what arrived, and put the receipt beside it.

        Parts of an upload that does not end are removed again.

        Args:
            sent: told how many more bytes were sent; from several threads.

        Raises:
            OutputError: S3 refuses, another object got there first, or what arrived is not what was sent.
        """
        with _refusals_told(f"Uploading {archive} to {self.address}"), self._never_over_another(force):
            self._client.upload_file(
                str(archive), self.bucket, self.key, ExtraArgs=_properties(receipt), Config=_in_parts(), Callback=sent
            )
        self._compare(archive, receipt)
        with _refusals_told(f"Writing the receipt of {self.address}"):
            body = receipt.text().encode()
            self._client.put_object(
                Bucket=self.bucket, Key=f"{self.key}.json", Body=body, ContentType="application/json"
            )

    def _compare(self, archive: Path, receipt: Receipt) -> None:
        """Compare size and checksum; an object store that keeps no checksums has compared each part's itself."""
        found = self._head() or {}
        # Not all stores say the number of parts behind the digest.
        digests = [str(text).partition("-")[0] for text in (found.get("ChecksumSHA256"), checksum_of(archive)) if text]
        if found.get("ContentLength") != receipt.size or len(set(digests)) > 1:
            raise OutputError(f"{self.address} is not what was sent: delete it and upload again.")

    def _head(self) -> Any:
        from botocore.exceptions import ClientError

        with _refusals_told(f"Looking for {self.address}"):
            try:
                return self._client.head_object(Bucket=self.bucket, Key=self.key, ChecksumMode="ENABLED")
            except ClientError as error:
                if error.response["Error"]["Code"] in {"404", "NoSuchKey", "NotFound"}:
                    return None
                raise

    @contextmanager
    def _never_over_another(self, force: bool) -> Iterator[None]:
        """Have S3 itself refuse if the object has appeared meanwhile; the transfer has no argument for that."""
        calls = [f"before-parameter-build.s3.{name}" for name in ("CompleteMultipartUpload", "PutObject")]
        for call in calls if not force else ():
            self._client.meta.events.register(call, _only_if_new)
        try:
            yield
        finally:
            for call in calls:
                self._client.meta.events.unregister(call, _only_if_new)


def checksum_of(archive: Path) -> str:
    """Return the checksum that S3 has of a file uploaded in parts: that of the parts' digests, and their number.

    See "Checking object integrity" in the S3 user guide: composite checksums.
    """
    digests = list(_part_digests(archive))
    if len(digests) == 1 and archive.stat().st_size < PART_BYTES:
        return base64.b64encode(digests[0]).decode()
    return f"{base64.b64encode(hashlib.sha256(b''.join(digests)).digest()).decode()}-{len(digests)}"


def _part_digests(archive: Path) -> Iterator[bytes]:
    with archive.open("rb") as file:
        while part := file.read(PART_BYTES):
            yield hashlib.sha256(part).digest()


def _in_parts() -> Any:
    from boto3.s3.transfer import TransferConfig

    return TransferConfig(multipart_threshold=PART_BYTES, multipart_chunksize=PART_BYTES, max_concurrency=4)


def _properties(receipt: Receipt) -> dict[str, Any]:
    told = {"sha256": receipt.sha256, "model-name": receipt.name, "model-version": receipt.version}
    return {"Metadata": told, "ChecksumAlgorithm": "SHA256", "ContentType": "application/gzip"}


def _only_if_new(params: dict[str, Any], **_: object) -> None:
    params["IfNoneMatch"] = "*"


@contextmanager
def _refusals_told(doing: str) -> Iterator[None]:
    from boto3.exceptions import S3UploadFailedError
    from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError

    try:
        yield
    except NoCredentialsError as error:
        raise OptionsError(f"{doing} needs AWS credentials: sign in, or set AWS_PROFILE.") from error
    except (BotoCoreError, ClientError, S3UploadFailedError) as error:
        raise OutputError(f"{doing} failed: {str(error).rstrip('.')}. The local archive is complete.") from error
