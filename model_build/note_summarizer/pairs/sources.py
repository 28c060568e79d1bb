"""Where a data file is: a path, or an S3 address that is downloaded for as long as it is read."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from note_summarizer.errors import DataError

S3 = "s3://"


def is_s3(source: str) -> bool:
    """Whether the source is an S3 address."""
    return source.startswith(S3)


def bucket_and_key(address: str) -> tuple[str, str]:
    """Split `s3://bucket/key`.

    Raises:
        DataError: it names no bucket.
    """
    bucket, _, key = address.removeprefix(S3).partition("/")
    if not is_s3(address) or not bucket:
        raise DataError(f"{address} is not an S3 address: write s3://bucket/key.")
    return bucket, key


@contextmanager
def local_copy(source: str) -> Iterator[Path]:
    """Yield a local path of the source; what was downloaded is deleted when the block is left.

    Notes stay nowhere but in the files that the user named, hence no cache.

    Raises:
        DataError: there is no such file or object, or it may not be read.
    """
    if not is_s3(source):
        path = Path(source)
        if not path.is_file():
            raise DataError(f"{source} does not exist or is not a file: check the path.")
        yield path
        return
    with tempfile.TemporaryDirectory(prefix="chartbrief-") as folder:
        yield _download(source, Path(folder))


def _download(address: str, folder: Path) -> Path:
    # Imported here: whoever reads local files needs neither boto3 nor credentials.
    import boto3
    from botocore.exceptions import BotoCoreError, ClientError

    bucket, key = bucket_and_key(address)
    path = folder / (Path(key).name or "data")
    try:
        boto3.client("s3").download_file(bucket, key, str(path))
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code", "?")
        raise DataError(f"{address} cannot be read ({code}): check its name and your rights to it.") from error
    except BotoCoreError as error:
        raise DataError(f"{address} cannot be read: {error}") from error
    return path
