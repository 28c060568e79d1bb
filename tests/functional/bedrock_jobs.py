"""Bedrock with a bucket: conversations and batch jobs over small files."""

import json
from collections.abc import Iterable
from typing import Any

from tests.functional.bedrock import BedrockClient, wait_for_bedrock_jobs
from tests.functional.stack import Session

from chartbrief.local_cloud.bedrock import Limits

MODEL = "amazon.nova-lite-v1:0"
ROLE = "arn:aws:iam::123456789012:role/jobs"


def conversation(text: str, **config: Any) -> dict[str, Any]:
    body: dict[str, Any] = {"messages": [{"role": "user", "content": [{"text": text}]}]}
    return body | ({"inferenceConfig": config} if config else {})


def lines(notes: Iterable[str]) -> bytes:
    inputs = [conversation(f"Summarize. <note>{note}</note>") for note in notes]
    records = [{"recordId": f"r{i}", "modelInput": asked} for i, asked in enumerate(inputs)]
    return b"".join(json.dumps(record).encode() + b"\n" for record in records)


class BedrockJobs:
    """A bucket, the service and a builder of requests."""

    def __init__(self, limits: Limits | None = None, **options: Any) -> None:
        self.s3 = Session().client("s3")
        self.s3.create_bucket(Bucket="data")
        self.client = BedrockClient(Session(), limits, **options)
        self.faults = self.client.service.faults

    def put(self, name: str, body: bytes) -> None:
        self.s3.put_object(Bucket="data", Key=f"in/{name}", Body=body)

    def request(self, name: str = "job-1", uri: str = "s3://data/in/", **changes: Any) -> dict[str, Any]:
        return {
            "jobName": name,
            "roleArn": ROLE,
            "modelId": MODEL,
            "modelInvocationType": "Converse",
            "inputDataConfig": {"s3InputDataConfig": {"s3InputFormat": "JSONL", "s3Uri": uri}},
            "outputDataConfig": {"s3OutputDataConfig": {"s3Uri": "s3://data/out/"}},
            **changes,
        }

    def run(self, **changes: Any) -> dict[str, Any]:
        """Start a job, wait for its end, and return its description."""
        arn = self.client.create_model_invocation_job(**self.request(**changes))["jobArn"]
        wait_for_bedrock_jobs()
        found: dict[str, Any] = self.client.get_model_invocation_job(jobIdentifier=arn)
        return found

    def out(self, job: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
        """What a job wrote: its parsed lines by the key below its folder."""
        folder = f"out/{job['jobArn'].rpartition('/')[2]}/"
        listed = self.s3.list_objects_v2(Bucket="data", Prefix=folder).get("Contents", [])
        bodies = {o["Key"]: self.s3.get_object(Bucket="data", Key=o["Key"])["Body"].read() for o in listed}
        return {
            key.removeprefix(folder): [json.loads(line) for line in body.splitlines()] for key, body in bodies.items()
        }
