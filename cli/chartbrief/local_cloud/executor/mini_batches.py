"""Records of a file: split, filtered, packed into requests, joined with their answers, assembled."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from chartbrief.local_cloud.executor.errors import TransformFileError
from chartbrief.local_cloud.executor.transform_request import TransformRequest

_MEGABYTE = 1024 * 1024
_LINES = ("application/jsonlines", "application/x-jsonlines", "application/jsonl")


def split_records(body: bytes, request: TransformRequest) -> list[bytes]:
    """Return a file's records: its lines, or the whole file."""
    if request.split == "None":
        return [body]
    return [line for line in body.split(b"\n") if line.strip()]


def filter_inputs(records: Sequence[bytes], request: TransformRequest) -> list[bytes]:
    """Return what the model is sent of each record.

    Raises:
        TransformFileError: a record is not JSON, or has nothing at the InputFilter's path.
    """
    if request.body.get("DataProcessing", {}).get("InputFilter", "$") == "$":
        return list(records)
    try:
        return [json.dumps(request.input_filter.apply(json.loads(record))).encode() for record in records]
    except (ValueError, LookupError):
        raise TransformFileError("a record has nothing at the InputFilter's path") from None


def pack(inputs: Sequence[bytes], strategy: str, max_payload_mb: int) -> Iterator[list[bytes]]:
    """Yield mini-batches: one record each, or as many as fit the payload; a payload of 0 MB has no limit.

    Raises:
        TransformFileError: a single record is over the limit.
    """
    limit = max_payload_mb * _MEGABYTE or float("inf")
    batch: list[bytes] = []
    size = 0
    for record in inputs:
        if len(record) + 1 > limit:
            raise TransformFileError(f"a record is over the payload limit of {max_payload_mb} MB")
        if batch and (strategy == "SingleRecord" or size + len(record) + 1 > limit):
            yield batch
            batch, size = [], 0
        batch.append(record)
        size += len(record) + 1
    if batch:
        yield batch


def payload(batch: Sequence[bytes], request: TransformRequest) -> bytes:
    """Return the body of a request."""
    return batch[0] if request.split == "None" else b"".join(record + b"\n" for record in batch)


def split_answer(answer: bytes, records: int, request: TransformRequest) -> list[bytes]:
    """Return the answers in a response: one a record where records are joined, otherwise the response as it is.

    Raises:
        TransformFileError: the container did not answer record for record.
    """
    if request.accept not in _LINES:
        return [answer.rstrip(b"\n")]
    answers = [line for line in answer.split(b"\n") if line.strip()]
    if request.join == "Input" and len(answers) != records:
        raise TransformFileError(f"{records} records were sent and {len(answers)} answers came back")
    return answers


def join_outputs(records: Sequence[bytes], answers: Sequence[bytes], request: TransformRequest) -> list[bytes]:
    """Join answers with their records if the job asks for it, and apply the OutputFilter.

    Raises:
        TransformFileError: something to be joined or filtered is not JSON, or has nothing at the filter's path.
    """
    filtered = request.body.get("DataProcessing", {}).get("OutputFilter", "$") != "$"
    if request.join == "None" and not filtered:
        return list(answers)
    try:
        outputs = [json.loads(answer) for answer in answers]
        if request.join == "Input":
            outputs = [_joined(json.loads(record), output) for record, output in zip(records, outputs, strict=True)]
        return [json.dumps(request.output_filter.apply(o), ensure_ascii=False).encode() for o in outputs]
    except (ValueError, LookupError):
        raise TransformFileError("an answer could not be joined or filtered") from None


def _joined(record: Any, output: Any) -> Any:
    # https://docs.aws.amazon.com/sagemaker/latest/dg/batch-transform-data-processing.html
    if isinstance(record, dict):
        return {**record, "SageMakerOutput": output}
    return {"SageMakerInput": record, "SageMakerOutput": output}


def assemble(outputs: Sequence[bytes], request: TransformRequest) -> bytes:
    """Return the content of the `.out` object."""
    end = b"\n" if request.assemble == "Line" else b""
    return b"".join(output + end for output in outputs)
