"""Datasets are made again, after a failure or because an event came twice: the same objects, and no bill twice."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import jsonschema
import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError
from tests.functional.stack import Event, Stack, failed, queue_event

from chartbrief.record_schemas import record_schema
from notes_pipeline.aws import clients
from notes_pipeline.errors import InferenceError
from notes_pipeline.handlers import summaries_written
from notes_pipeline.records import NoteCodes, SummaryRecord
from notes_pipeline.steps.coders import lexical_coder

NOTES = "note_id,patient_id,note\n" + "".join(f"n{i},p{i},Asthma and fever.\n" for i in range(2))
# What a batch's datasets are, in both buckets.
DATASETS = (("SummariesBucket", ("table/", "codes/", "fhir/", "groups/")), ("WorkBucket", ("batches/",)))


def written(stack: Stack) -> Event:
    """A stack's one batch is collected; the message about it."""
    stack.upload(stack.drop("ehr/a.csv", NOTES), stack.drop("ehr/b.txt", "Chest pain. Diabetes."))
    stack.settle()
    (message,) = stack.take("SummariesWrittenQueue")
    return queue_event("summaries_written", message)


def datasets(stack: Stack) -> dict[str, bytes]:
    return {
        key: body
        for bucket, prefixes in DATASETS
        for prefix in prefixes
        for key, body in stack.objects(bucket, prefix).items()
        if bucket == "SummariesBucket" or "/codes/" in key
    }


def remove(stack: Stack) -> None:
    for bucket, _ in DATASETS:
        for key in datasets(stack).keys() & stack.objects(bucket).keys():
            stack.session.client("s3").delete_object(Bucket=stack.name(bucket), Key=key)


class Fault:
    """Makes the n-th call of the function's S3 and DynamoDB clients fail."""

    def __init__(self, at: int) -> None:
        self.left = at
        self._original = BaseClient._make_api_call

    @contextmanager
    def armed(self) -> Iterator[None]:
        fault = self

        def call(client: BaseClient, operation: str, request: dict[str, Any]) -> Any:
            if client in (clients.s3(), clients.dynamodb()):
                fault.left -= 1
                if fault.left == 0:
                    raise ClientError({"Error": {"Code": "InternalError", "Message": "made to fail"}}, operation)
            return fault._original(client, operation, request)

        with patch.object(BaseClient, "_make_api_call", call):
            yield


def test_whichever_call_fails_the_datasets_come_out_the_same(aws: None) -> None:
    stack = Stack(FhirOutput="yes")
    event, fault = written(stack), Fault(-1)
    with fault.armed():
        stack.invoke("SummariesWrittenFunction", event)
    expected, calls = datasets(stack), -1 - fault.left
    assert calls > 20
    for at in range(1, calls + 1):
        remove(stack)
        with Fault(at).armed():
            assert failed(stack.invoke("SummariesWrittenFunction", event)) != [], f"call {at}"
        assert failed(stack.invoke("SummariesWrittenFunction", event)) == []
        assert datasets(stack) == expected, f"call {at}"


def test_a_part_that_was_coded_is_not_coded_again(aws: None, monkeypatch: pytest.MonkeyPatch) -> None:
    stack, asked = Stack(), list[str]()
    coder = lexical_coder()

    def counting(record: SummaryRecord, note: str) -> NoteCodes:
        asked.append(record.note_id)
        return coder(record, note)

    monkeypatch.setattr(summaries_written, "lexical_coder", lambda: counting)
    event = written(stack)
    stack.invoke("SummariesWrittenFunction", event)
    first = datasets(stack)
    stack.invoke("SummariesWrittenFunction", event)
    assert len(asked) == 3
    assert datasets(stack) == first


def test_a_note_that_the_engine_cannot_read_costs_no_other_note_its_codes(
    stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    coder = lexical_coder()

    def unable(record: SummaryRecord, note: str) -> NoteCodes:
        if record.note_id == "n0":
            raise InferenceError("made to fail")
        return coder(record, note)

    monkeypatch.setattr(summaries_written, "lexical_coder", lambda: unable)
    assert failed(stack.invoke("SummariesWrittenFunction", written(stack))) == []
    names = {record["note_uid"]: record["note_id"] for record in stack.records("by_note/")}
    coded = {names[codes["note_uid"]]: codes["candidates"] for codes in stack.records("codes/by_note/")}
    assert coded.pop("n0") == []
    assert len(coded) == 2
    assert all(coded.values())


def test_a_large_batch_is_written_in_parts(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("notes_pipeline.core.batch_parts._NOTES", 1)
    stack.invoke("SummariesWrittenFunction", written(stack))
    names = {key.rsplit("/", 1)[1] for key in stack.objects("SummariesBucket", "table/")}
    assert names == {"part-00000.parquet", "part-00001.parquet"}


@pytest.mark.parametrize(
    ("name", "prefix"), [("summary", "by_note/"), ("quarantine", "quarantine/"), ("codes", "codes/by_note/")]
)
def test_the_records_of_a_run_are_as_their_schema_says(stack: Stack, name: str, prefix: str) -> None:
    notes = NOTES + "n7,p1,\nn8,p2,Please refuse me.\n"
    stack.upload(stack.drop("ehr/a.csv", notes), stack.drop("ehr/b.txt", "Fever. Temp 38.5."))
    stack.settle()
    stack.publish()
    stack.upload(stack.drop("ehr/b.txt", "Cough. Amended."))
    stack.settle()
    stack.publish()
    found = stack.records(prefix)
    assert len(found) >= 2
    for record in found:
        jsonschema.validate(record, record_schema(name), jsonschema.Draft202012Validator)
