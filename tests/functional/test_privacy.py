"""Canaries in a note's text, identifiers and file name: nothing that a run emits outside the buckets holds them."""

import json
from typing import Any
from unittest.mock import patch

import pytest
from botocore.client import BaseClient
from pydantic import ValidationError
from tests.functional.stack import Stack, queue_event

from notes_pipeline.aws.error_map import translated
from notes_pipeline.errors import PipelineError
from notes_pipeline.models import Sidecar

CANARY = "zanzibarine"
ROWS = [
    {"note": f"Fever {CANARY}.", "note_id": f"{CANARY}-1", "patient_id": f"{CANARY}-p", "encounter_id": f"{CANARY}-e"},
    {"note": f"Please refuse me {CANARY}.", "note_id": f"{CANARY}-2"},
    {"note": f"POISON {CANARY}.", "note_id": f"{CANARY}-3"},
    {"note": 7, "note_id": f"{CANARY}-4"},
]
BODY = "".join(json.dumps(row) + "\n" for row in ROWS) + f'{{"note": "{CANARY}'
# What may hold notes and identifiers: the bodies of objects in the encrypted buckets, and the dropped file's own key.
ALLOWED = {"PutObject": ("Body",), "GetObject": ("Key",), "HeadObject": ("Key",)}


def emitted(operation: str, request: dict[str, Any]) -> str:
    request = {name: value for name, value in request.items() if name not in ALLOWED.get(operation, ())}
    return repr(request)


OURS, FOREIGN = {"summarized": 2, "quarantined": 4}, {"summarized": 4, "quarantined": 2}
WAYS: dict[str, tuple[dict[str, str], dict[str, int]]] = {
    "job": ({}, OURS),
    "endpoint": ({"EndpointName": "ep"}, OURS),
    "later": ({"EndpointName": "ep", "InferenceMode": "online", "EndpointKind": "async"}, OURS),
    "foreign job": ({"SummarizerOption": "jurassic-2"}, FOREIGN),
    "bedrock": ({"SummarizerOption": "bedrock"}, FOREIGN),
    "bedrock job": (
        {"SummarizerOption": "bedrock-batch", "BedrockBatchMinRecords": "1", "EndpointMaxNotes": "0"},
        FOREIGN,
    ),
}


@pytest.mark.parametrize(("parameters", "books"), WAYS.values(), ids=WAYS)
def test_no_log_metric_message_key_or_request_holds_a_canary(
    aws: None,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
    parameters: dict[str, str],
    books: dict[str, int],
) -> None:
    stack = Stack(FhirOutput="yes", **parameters)
    # What a service says of a record that it cannot take may quote it.
    stack.bedrock.service.faults.plan("server-error", 2, CANARY)
    messages = [stack.drop(f"ehr/{CANARY}.jsonl", BODY), stack.drop(f"ehr/{CANARY}.txt", CANARY + " again.")]
    requests: list[str] = []
    original = BaseClient._make_api_call

    def record(client: BaseClient, operation: str, request: dict[str, Any]) -> Any:
        # The ledger remembers which object version a note came from; its table is encrypted as the buckets are.
        if client.meta.service_model.service_name != "dynamodb":
            requests.append(emitted(operation, request))
        return original(client, operation, request)

    with patch.object(BaseClient, "_make_api_call", record):
        stack.upload(*messages)
        stack.settle()
        stack.publish()
    assert stack.books() == books
    out, err = capfd.readouterr()
    logged = caplog.text + "".join(repr(vars(log)) for log in caplog.records)
    jobs = repr([stack.sagemaker.created, stack.bedrock.created])
    assert "file staged" in logged
    assert "batch published" in logged
    for name, text in {"out": out, "err": err, "logs": logged, "jobs": jobs, "requests": "".join(requests)}.items():
        assert CANARY not in text.lower(), name


def test_the_ledger_holds_no_text_and_no_identifier(stack: Stack) -> None:
    stack.upload(stack.drop("ehr/monday.jsonl", BODY))
    stack.settle()
    stack.publish()
    assert CANARY not in repr(stack.rows("")).lower()


def test_keys_hold_no_identifier(stack: Stack) -> None:
    stack.upload(stack.drop(f"ehr/{CANARY}.jsonl", BODY))
    stack.settle()
    stack.publish()
    assert CANARY not in repr([list(stack.objects(bucket)) for bucket in ("WorkBucket", "SummariesBucket")])


def test_a_translated_error_says_operation_and_code_only(aws: None) -> None:
    stack = Stack()
    with pytest.raises(PipelineError) as raised, translated("S3 GetObject"):
        stack.session.client("s3").get_object(Bucket=stack.name("NotesBucket"), Key=f"incoming/{CANARY}.txt")
    assert str(raised.value) == "S3 GetObject: NoSuchKey"


def test_a_broken_sidecar_is_not_quoted() -> None:
    with pytest.raises(ValidationError) as raised:
        Sidecar.model_validate_json(json.dumps({"note_uid": CANARY, "patient_id": CANARY}))
    assert CANARY not in str(raised.value)


def test_a_poison_message_is_not_echoed(stack: Stack, capfd: pytest.CaptureFixture[str]) -> None:
    stack.invoke("NotesUploadedFunction", queue_event("notes_uploaded", {"detail": {"object": CANARY}}))
    assert CANARY not in "".join(capfd.readouterr())
