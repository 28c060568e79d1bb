"""A stand-in for transform jobs: writes what our model server would answer to every line of a job's input."""

from __future__ import annotations

import json
from pathlib import Path

from benchmarks.big.object_store import ObjectStore

from notes_pipeline.aws.inference import manifest_key, output_prefix

_MODEL = {"name": "stand-in", "version": "1", "sha256": "0" * 64}


def run_job(objects: ObjectStore, bucket: str, job: Path) -> int:
    """Answer a job; return how many notes it was given."""
    notes, batch_id = 0, job.stem
    manifest = json.loads(objects.path(bucket, manifest_key(batch_id)).read_bytes())
    for key in manifest[1:]:
        lines = [json.loads(line) for line in objects.path(bucket, key).read_bytes().splitlines()]
        answers = [_answer(line) for line in lines]
        path = objects.path(bucket, f"{output_prefix(batch_id)}{key}.out")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(json.dumps(answer) + "\n" for answer in answers))
        notes += len(lines)
    return notes


def _answer(line: dict[str, str]) -> dict[str, object]:
    said = {"summary_text": ". ".join(line["inputs"].split(". ")[:3]) + ".", "parts": 1, "model": _MODEL}
    return {"note_uid": line["note_uid"], "content_sha256": line["content_sha256"], "SageMakerOutput": said}
