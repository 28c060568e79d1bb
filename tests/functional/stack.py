"""The template's resources in moto and its handlers in this process, fed with the envelopes of `events/`."""

import importlib
import json
import os
from collections import Counter
from collections.abc import Mapping
from functools import cache
from typing import Any
from unittest.mock import patch

import boto3
from tests.functional.authorization import Authorization
from tests.functional.bedrock import BedrockClient, wait_for_bedrock_jobs
from tests.functional.sagemaker import SageMaker, wait_for_jobs

from chartbrief.cloud import CHECKOUT, DEFAULT_TEMPLATE
from chartbrief.local_cloud.bedrock import Limits
from chartbrief.local_cloud.lambda_worker import Context
from chartbrief.local_cloud.resources import Resources
from chartbrief.local_cloud.template import Template
from chartbrief.local_cloud.wiring import Function, read_functions
from notes_pipeline.aws import clients
from notes_pipeline.core.options import option_facts

Event = dict[str, Any]
DEFAULTS = {"ModelName": "toy-model", "EndpointName": "none", "MaxWaitSeconds": "0"}


def envelope(name: str) -> Event:
    event: Event = json.loads((CHECKOUT / "events" / f"{name}.json").read_text())
    return event


def queue_event(name: str, *bodies: Any) -> Event:
    """An SQS envelope of `events/` with these message bodies instead of its own."""
    (record,) = envelope(name)["Records"]
    return {"Records": [{**record, "messageId": f"m{i}", "body": json.dumps(b)} for i, b in enumerate(bodies)]}


class Session:
    """Gives clients, each made once: making one reads megabytes of service descriptions, and moto minds no reuse."""

    def client(self, service_name: str, /) -> Any:
        return _client(service_name)


@cache
def _client(service_name: str) -> Any:
    return boto3.client(service_name, "us-east-1", aws_access_key_id="testing", aws_secret_access_key="testing")


class Stack:
    """A deployed template. `drop` writes a file and returns the event for it; `invoke` runs a function."""

    def __init__(self, **parameters: str) -> None:
        self.session = Session()
        template = Template(DEFAULT_TEMPLATE, DEFAULTS | parameters)
        self.resources = Resources(template, self.session)
        self.resources.create_all()
        self.parameters = template.parameters
        self.iam = Authorization(self.resources)
        self.functions: dict[str, Function] = {f.name: f for f in read_functions(self.resources)}
        self.sagemaker = self._sagemaker(template.parameters)
        quota = Limits(min_records=int(template.parameters["BedrockBatchMinRecords"]))
        self.bedrock = BedrockClient(self.iam.batch_session(self.session), quota)
        self._drops = 0
        self.option = template.parameters["SummarizerOption"]

    def _sagemaker(self, given: Mapping[str, str]) -> SageMaker:
        option = option_facts(given["SummarizerOption"], given["ModelId"], given["ModelDialect"])
        spoken = option.dialect if option.service == "sagemaker" else "chartbrief"
        output = f"s3://{self.name('WorkBucket')}/batches/async" if given["EndpointKind"] == "async" else ""
        return SageMaker(self.session, given["ModelName"], given["EndpointName"], spoken, output)

    def name(self, logical_id: str) -> str:
        return self.resources.attribute(logical_id, "Ref")

    def drop(self, key: str, body: bytes | str, **detail: str) -> Event:
        """Write an object under incoming/ and return EventBridge's message about it."""
        content = body.encode() if isinstance(body, str) else body
        key = f"incoming/{key}"
        s3 = self.session.client("s3")
        version = s3.put_object(Bucket=self.name("NotesBucket"), Key=key, Body=content)["VersionId"]
        self._drops += 1
        message: Event = json.loads(envelope("notes_uploaded")["Records"][0]["body"])
        message["time"] = f"2026-03-14T09:{self._drops:02d}:00Z"
        message["detail"]["bucket"]["name"] = self.name("NotesBucket")
        sequencer = f"{self._drops:018X}"
        message["detail"]["object"] |= {"key": key, "version-id": version, "sequencer": sequencer, **detail}
        return message

    def invoke(self, function: str, event: Event) -> Any:
        """Run a function's handler with exactly the environment, and the rights, that the template gives it."""
        found = self.functions[function]
        module, _, attribute = found.handler.rpartition(".")
        handler = getattr(importlib.import_module(module), attribute)
        kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        credentials = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing"}
        region = {"AWS_DEFAULT_REGION": "us-east-1"}
        with (
            patch.dict(os.environ, {**kept, **credentials, **region, **found.environment}, clear=True),
            patch.object(clients, "sagemaker", lambda: self.sagemaker),
            patch.object(clients, "sagemaker_runtime", lambda: self.sagemaker),
            patch.object(clients, "bedrock", lambda: self.bedrock),
            patch.object(clients, "bedrock_runtime", lambda: self.bedrock),
            self.iam.enforced(function),
        ):
            return handler(event, Context(function, found.timeout))

    def upload(self, *messages: Event) -> Any:
        return self.invoke("NotesUploadedFunction", queue_event("notes_uploaded", *messages))

    def start(self) -> Any:
        """Run a round of the schedule, and wait for the jobs it started."""
        answer = self.invoke("BatchDueFunction", envelope("batch_due"))
        wait_for_jobs()
        wait_for_bedrock_jobs()
        self.sagemaker.wait_for_async_requests()
        assert not self.iam.refused
        return answer

    def finish(self) -> list[Any]:
        """Give every message that waits for the collecting function to it, one by one as the template says."""
        bodies = self.take("TransformFinishedQueue")
        return [self.invoke("TransformFinishedFunction", queue_event("transform_finished", body)) for body in bodies]

    def publish(self) -> list[Any]:
        """Give every message that waits for the publishing function to it."""
        bodies = self.take("SummariesWrittenQueue")
        return [self.invoke("SummariesWrittenFunction", queue_event("summaries_written", body)) for body in bodies]

    def settle(self) -> None:
        """Start and finish until nothing waits any more."""
        for _ in range(40):
            self.start()
            self.finish()
            self.take("BatchNowQueue")
            if not self.rows("SHARD#", waiting=True) and not self.rows("BATCH#", waiting=True):
                return
        raise AssertionError("the stack does not come to rest")

    def take(self, queue: str) -> list[Any]:
        """Take every message off a queue."""
        sqs, url = self.session.client("sqs"), self.name(queue)
        found: list[Any] = []
        while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", []):
            found += [json.loads(message["Body"]) for message in messages]
            for message in messages:
                sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return found

    def rows(self, prefix: str, waiting: bool = False) -> list[dict[str, str]]:
        """The ledger's rows under a key prefix, values as text; only those in the backlog if asked."""
        items = self.session.client("dynamodb").scan(TableName=self.name("LedgerTable"), ConsistentRead=True)["Items"]
        plain = [{name: str(next(iter(value.values()))) for name, value in item.items()} for item in items]
        return [row for row in plain if row["pk"].startswith(prefix) and (not waiting or "backlog" in row)]

    def change(self, row: dict[str, str], **attributes: str) -> None:
        """Write attributes of a row of the ledger, as nothing in the pipeline does; "" takes one away."""
        key = {name: {"S": row[name]} for name in ("pk", "sk")}
        updates: dict[str, Any] = {
            name: {"Value": {"S": value}} if value else {"Action": "DELETE"} for name, value in attributes.items()
        }
        table = self.name("LedgerTable")
        self.session.client("dynamodb").update_item(TableName=table, Key=key, AttributeUpdates=updates)

    def books(self) -> dict[str, int]:
        """How many receipts have each status."""
        receipts = [row for row in self.rows("OBJECT#") if row["sk"].startswith("RECORD#")]
        return dict(Counter(row["status"] for row in receipts))

    def objects(self, bucket: str, prefix: str = "") -> dict[str, bytes]:
        """Every object of a bucket by key."""
        s3, name = self.session.client("s3"), self.name(bucket)
        listed = s3.list_objects_v2(Bucket=name, Prefix=prefix).get("Contents", [])
        return {o["Key"]: s3.get_object(Bucket=name, Key=o["Key"])["Body"].read() for o in listed}

    def records(self, prefix: str) -> list[dict[str, Any]]:
        """The published records under a prefix of the summaries bucket."""
        return [json.loads(body) for body in self.objects("SummariesBucket", prefix).values()]


def failed(answer: Mapping[str, Any]) -> list[str]:
    """The ids of the messages that a handler reports as failed."""
    return [item["itemIdentifier"] for item in answer["batchItemFailures"]]
