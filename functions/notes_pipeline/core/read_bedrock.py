"""What a Bedrock batch job wrote: records in any order, each with what was asked, and an answer or an error.

https://docs.aws.amazon.com/bedrock/latest/userguide/batch-inference-results.html
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from notes_pipeline.core.read_outputs import NoteKey
from notes_pipeline.core.write_requests import PartRequest, part_requests
from notes_pipeline.models import Engine

# Time-outs and throttling; all other errors of the 400s are about the record.
_TRIED_AGAIN = (408, 424, 429)


def read_bedrock_lines(engine: Engine, shard: bytes, lines: Iterable[str]) -> dict[NoteKey, dict[int, Any]]:
    """Return the outputs of a job by note and part.

    A record that is not known, or that answers something else than what was asked under its id, is left out; so is one
    whose error another try may mend. Their notes count as unanswered.
    """
    wanted = {request.record_id: request for request in part_requests(engine, shard)}
    outputs: dict[NoteKey, dict[int, Any]] = {}
    for line in lines:
        try:
            record = json.loads(line)
            request = wanted[record["recordId"]]
        except (ValueError, KeyError, TypeError):
            continue
        output = _output(record, request)
        if output is not None:
            outputs.setdefault((request.note_uid, request.content_sha256), {})[request.part] = output
    return outputs


def _output(record: dict[str, Any], request: PartRequest) -> Any:
    if record.get("modelInput", request.body) != request.body:
        return None
    if "modelOutput" in record:
        return record["modelOutput"]
    error = record.get("error")
    status = error.get("errorCode") if isinstance(error, dict) else None
    if isinstance(status, int) and 400 <= status < 500 and status not in _TRIED_AGAIN:
        return {"error": {"code": f"Http{status}"}}
    return None
