"""Runs that take every way a function can go, for what they need to be granted."""

import gzip
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

from tests.functional.clock import later
from tests.functional.sagemaker import NEVER_END
from tests.functional.stack import Stack

from notes_pipeline.aws import clients
from notes_pipeline.core.formats import streams
from notes_pipeline.steps import collect_batch, divide_object, stage_object

BEDROCK_JOBS = {"SummarizerOption": "bedrock-batch", "BedrockBatchMinRecords": "1", "EndpointMaxNotes": "0"}
RUNS = (
    {"EndpointName": "ep", "FhirOutput": "yes"},
    {"MinNotes": "2", "CodingEngine": "comprehend-medical"},
    {"EndpointName": "ep", "EndpointKind": "async", "InferenceMode": "online", "SummarizerOption": "gpt2"},
    {"SummarizerOption": "bedrock"},
    {"SummarizerOption": "bedrock", "ModelId": "us.amazon.nova-lite-v1:0"},
    BEDROCK_JOBS,
    BEDROCK_JOBS | {"ModelId": "us.amazon.nova-lite-v1:0"},
)


class ComprehendMedical:
    """The service, which moto does not have, finding nothing."""

    def infer_icd10_cm(self, Text: str) -> dict[str, Any]:  # noqa: N803 - the service's name
        assert Text
        return {"Entities": []}


def every_way(stack: Stack) -> None:
    """Summarize, quarantine, split, redrive, amend, repeat, publish, lose an event, wait, drop what vanishes."""
    with patch.object(clients, "comprehendmedical", ComprehendMedical):
        stack.upload(stack.drop("ehr/a.csv", "note_id,patient_id,note\n1,p,Fever.\n2,p,\n3,p,POISON\n"))
        # A job of that name is said to be there: it is looked for.
        stack.bedrock.fail_next["create_model_invocation_job"] = ["ConflictException"]
        # Some notes are answered, then the service wants no more: the next round reads what there is.
        stack.bedrock.service.faults.plan("throttle", 1, "POISON")
        stack.sagemaker.fail_next["invoke_endpoint"] = ["ThrottlingException"]
        stack.settle()
        stack.publish()
        (dropped,) = {row["pk"].removeprefix("OBJECT#") for row in stack.rows("OBJECT#")}
        stack.upload({"object_id": dropped, "redrive": "3:0"})
        stack.settle()
        stack.upload(
            stack.drop("ehr/b.csv", "note_id,note\n1,Cough.\n"), stack.drop("ehr/c.csv", "note_id,note\n1,Cough.\n")
        )
        stack.settle()
        stack.upload(stack.drop("ehr/d.txt", "Chest pain."))
        stack.start()
        # A call whose time is over leaves the rest to the next.
        with patch.object(collect_batch, "time", SimpleNamespace(monotonic=lambda: 10.0**9)):
            stack.finish()
        stack.take("TransformFinishedQueue")
        stack.settle()
        answer_after_all(stack)
        divide_and_stop(stack)
        stack.functions["NotesUploadedFunction"].environment["MAX_WAIT_SECONDS"] = "60"
        stack.upload(stack.drop("ehr/e.txt", "Ankle pain."))
        vanished = stack.drop("ehr/f.txt", "Ankle pain.")
        stack.session.client("s3").delete_object(Bucket=stack.name("NotesBucket"), Key="incoming/ehr/f.txt")
        del vanished["detail"]["object"]["version-id"]
        stack.upload(vanished)
        _large_file(stack)


def _large_file(stack: Stack) -> None:
    """Divide a gzipped file in two, and lose one of its parts."""
    stack.take("NotesUploadedQueue")
    text = "".join(f'{{"note": "Fever {number}."}}\n' for number in range(4))
    with patch.object(stage_object, "WHOLE_BYTES", 0), patch.object(divide_object, "PART_LINES", 2):
        with patch.object(streams, "BLOCK_BYTES", 50):
            stack.upload(stack.drop("ehr/g.jsonl.gz", gzip.compress(text.encode())))
        _, *parts = stack.take("NotesUploadedQueue")
    lost = parts[0]["part"]["unpacked"]
    stack.session.client("s3").delete_object(Bucket=stack.name("WorkBucket"), Key=lost)
    stack.upload(*parts)


def answer_after_all(stack: Stack) -> None:
    """Answer a note that is quarantined meanwhile, as by another shard of the same text."""
    stack.upload(stack.drop("ehr/h.txt", "Back pain."))
    stack.start()
    (note,) = (row for row in stack.rows("NOTE#") if row["key"] == "incoming/ehr/h.txt")
    (receipt,) = (row for row in stack.rows(f"OBJECT#{note['object_id']}") if row["sk"].startswith("RECORD#"))
    for row in (note, receipt):
        stack.change(row, status="quarantined")
    stack.settle()
    assert {row["status"] for row in stack.rows("NOTE#") if row["key"] == note["key"]} == {"summarized"}


def divide_and_stop(stack: Stack) -> None:
    """Divide a shard that is over a cap, and stop jobs that do not end."""
    environment = stack.functions["BatchDueFunction"].environment
    stack.upload(stack.drop("ehr/g.csv", "note_id,note\n1,Hip pain.\n2,Knee pain.\n"))
    few = {"ENDPOINT_MAX_NOTES": "0"}
    with patch.dict(environment, {"MAX_NOTES_PER_DAY": "1", **few}):
        stack.start()
    stack.sagemaker.end, stack.bedrock.hangs = NEVER_END, True
    with patch.dict(environment, few):
        stack.start()
    with later(days=3):
        stack.start()
        stack.sagemaker.end, stack.bedrock.hangs = "", False
        stack.start()
        stack.finish()
    stack.settle()
