"""The files of a batch job: found, and checked as the service does while a job is `Validating`.

https://docs.aws.amazon.com/bedrock/latest/userguide/batch-inference-data.html: JSON Lines in files that end in .jsonl,
each line an object with `modelInput` and, if wanted, an alphanumeric `recordId`; whether the model takes a
`modelInput` is seen only when its record is processed.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from chartbrief.local_cloud.bedrock.limits import Limits

_EXTENSION = ".jsonl"


class JobInputError(Exception):
    """The job cannot run; the message names file and line, and is the job's."""


@dataclass(frozen=True)
class Record:
    """A line of an input file."""

    record_id: str
    model_input: Any


@dataclass(frozen=True)
class InputFile:
    """An input file: its key below the job's location, and its records."""

    name: str
    records: tuple[Record, ...]


def read_input(s3: Any, uri: str, limits: Limits) -> list[InputFile]:
    """Read every input file.

    Raises:
        JobInputError: something is not as it must be.
    """
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    try:
        sizes = dict(_listed(s3, bucket, key))
    except ClientError as error:
        code = error.response["Error"]["Code"]
        raise JobInputError(f"The input location cannot be read with the job's role ({code}).") from None
    _check_sizes(sizes, limits)
    base = key.rpartition("/")[0] if key in sizes else key.rstrip("/")
    files = [_read(s3, bucket, found, found.removeprefix(base).lstrip("/"), limits) for found in sorted(sizes)]
    total = sum(len(file.records) for file in files)
    if total < limits.min_records:
        raise JobInputError(f"The job has {total} records, fewer than the required minimum of {limits.min_records}.")
    if total > limits.max_records:
        raise JobInputError(f"The job has {total} records, more than the maximum of {limits.max_records}.")
    return files


def _listed(s3: Any, bucket: str, key: str) -> Iterator[tuple[str, int]]:
    folder = key if not key or key.endswith((_EXTENSION, "/")) else f"{key}/"
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=folder):
        for item in page.get("Contents", []):
            if item["Key"].endswith(_EXTENSION) and (not folder.endswith(_EXTENSION) or item["Key"] == key):
                yield item["Key"], item["Size"]


def _check_sizes(sizes: dict[str, int], limits: Limits) -> None:
    if not sizes:
        raise JobInputError("The input location holds no file that ends in .jsonl.")
    for key, size in sizes.items():
        if size > limits.file_bytes:
            raise JobInputError(f"The file {key} has {size} bytes, over the limit of {limits.file_bytes}.")
    if sum(sizes.values()) > limits.job_bytes:
        raise JobInputError(f"The files have {sum(sizes.values())} bytes, over the limit of {limits.job_bytes} a job.")


def _read(s3: Any, bucket: str, key: str, name: str, limits: Limits) -> InputFile:
    body: bytes = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
    lines = [line for line in body.split(b"\n") if line.strip()]
    if len(lines) > limits.max_records:
        raise JobInputError(
            f"The file {key} has {len(lines)} records, over the maximum of {limits.max_records} a file."
        )
    return InputFile(name, tuple(_record(line, f"{key}, line {place}") for place, line in enumerate(lines, 1)))


def _record(line: bytes, where: str) -> Record:
    try:
        record = json.loads(line)
    except ValueError:
        raise JobInputError(f"{where} is not valid JSON.") from None
    if not isinstance(record, dict) or not isinstance(record.get("modelInput"), dict):
        raise JobInputError(f"{where} is not an object with a modelInput.")
    record_id = record.get("recordId", secrets.token_hex(6))
    if not isinstance(record_id, str) or not (record_id.isascii() and record_id.isalnum()):
        raise JobInputError(f"{where} has a recordId that is not alphanumeric.")
    return Record(record_id, record["modelInput"])
