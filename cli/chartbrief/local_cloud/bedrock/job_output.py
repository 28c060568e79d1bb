"""What a batch job writes: an output file for each input file, and the manifest with the counts.

https://docs.aws.amazon.com/bedrock/latest/userguide/batch-inference-results.html
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from chartbrief.local_cloud.bedrock.job_input import Record
from chartbrief.local_cloud.executor.errors import ServiceError

_MANIFEST = "manifest.json.out"


def record_line(record: Record, output: Any, error: ServiceError | None) -> bytes:
    """Return a record's line: with what the model answered, or with the error in its place."""
    line: dict[str, Any] = {"recordId": record.record_id, "modelInput": record.model_input}
    if error is None:
        line["modelOutput"] = output
    else:
        line["error"] = {"errorCode": error.status, "errorMessage": str(error)}
    return json.dumps(line, ensure_ascii=False).encode() + b"\n"


def write_outputs(
    s3: Any, location: Mapping[str, Any], job_id: str, outputs: Mapping[str, list[bytes]], counts: Mapping[str, int]
) -> None:
    """Write everything below `<location>/<job id>/`."""
    bucket, _, prefix = location["s3Uri"].removeprefix("s3://").partition("/")
    folder = f"{prefix.rstrip('/')}/{job_id}/".lstrip("/")
    key = location.get("s3EncryptionKeyId")
    encryption = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": key} if key else {}
    for name, lines in outputs.items():
        s3.put_object(Bucket=bucket, Key=f"{folder}{name}.out", Body=b"".join(lines), **encryption)
    manifest = {f"{name}RecordCount": counts[name] for name in ("total", "processed", "success", "error")}
    manifest |= {"inputTokenCount": counts["input_tokens"], "outputTokenCount": counts["output_tokens"]}
    s3.put_object(Bucket=bucket, Key=folder + _MANIFEST, Body=json.dumps(manifest).encode(), **encryption)
