"""What boto3 makes of the local services over HTTP: paths with ARNs, dates, headers, errors with their fields."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import boto3
import httpx
import pytest
import uvicorn
from botocore.config import Config
from botocore.exceptions import ClientError
from starlette.applications import Starlette
from tests.functional.bedrock import wait_for_bedrock_jobs
from tests.functional.bedrock_jobs import MODEL, BedrockJobs, conversation, lines
from tests.functional.contract_containers import JSON, InProcess, container

from chartbrief.local_cloud.bedrock.app import create_app as bedrock_app
from chartbrief.local_cloud.executor.app import create_app as executor_app
from chartbrief.local_cloud.executor.service import Service
from chartbrief.local_cloud.processes import free_port
from notes_pipeline.core.dialects import DIALECTS


@contextmanager
def served(app: Starlette) -> Iterator[str]:
    """The URL of an application that runs in a thread."""
    port = free_port()
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="error"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join()


def client(service: str, url: str) -> Any:
    session = boto3.Session("testing", "testing", region_name="us-east-1")
    return session.client(service, endpoint_url=url, config=Config(retries={"total_max_attempts": 1}))  # type: ignore[call-overload]


@pytest.fixture
def bedrock(aws: None) -> Iterator[tuple[BedrockJobs, str]]:
    jobs = BedrockJobs()
    jobs.put("a.jsonl", lines(["Fever. Cough.", "Rash. Itch."]))
    with served(bedrock_app(jobs.client.service)) as url:
        yield jobs, url


def test_bedrock_s_operations(bedrock: tuple[BedrockJobs, str]) -> None:
    jobs, url = bedrock
    control, runtime = client("bedrock", url), client("bedrock-runtime", url)
    arn = control.create_model_invocation_job(**jobs.request())["jobArn"]
    wait_for_bedrock_jobs()
    job = control.get_model_invocation_job(jobIdentifier=arn)
    assert (job["status"], job["successRecordCount"]) == ("Completed", 2)
    assert job["submitTime"] <= job["endTime"]
    page = control.list_model_invocation_jobs(maxResults=10, statusEquals="Completed")
    assert [found["jobArn"] for found in page["invocationJobSummaries"]] == [arn]
    with pytest.raises(control.exceptions.ConflictException):
        control.stop_model_invocation_job(jobIdentifier=arn)
    with pytest.raises(control.exceptions.ResourceNotFoundException):
        control.get_model_invocation_job(jobIdentifier="000000000000")
    profile = f"arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.{MODEL}"
    body = runtime.converse(modelId=profile, **conversation("<note>Fever. Cough.</note>"))
    assert body["output"]["message"]["content"] == [{"text": "Fever."}]
    assert httpx.put(f"{url}/faults", json=[{"kind": "throttle"}]).status_code == 204
    with pytest.raises(runtime.exceptions.ThrottlingException):
        runtime.converse(modelId=MODEL, **conversation("<note>Fever. Cough.</note>"))
    assert httpx.put(f"{url}/faults", json=[{"kind": "earthquake"}]).status_code == 400
    assert (httpx.get(f"{url}/ping").status_code, httpx.get(f"{url}/busy").json()) == (200, False)
    assert len(httpx.get(f"{url}/times").json()["model"]) == 4


def test_an_endpoint_s_error_has_its_fields_and_an_asynchronous_one_its_locations(aws: None) -> None:
    jobs = BedrockJobs()
    ask = {"EndpointName": "ep", "ContentType": JSON, "Accept": JSON}
    asked = InProcess(container("cohere-generate"))
    request = json.dumps(DIALECTS["cohere-generate"].request("<note>Fever. Cough.</note>", 50))
    with served(executor_app(Service(asked, jobs.s3, None, "toy", "ep"))) as url:
        runtime = client("sagemaker-runtime", url)
        with pytest.raises(runtime.exceptions.ModelError) as error:
            runtime.invoke_endpoint(Body=b"{}", **ask)
        assert error.value.response["OriginalStatusCode"] == 400
        assert "field required" in error.value.response["OriginalMessage"]
        with pytest.raises(ClientError, match="use InvokeEndpoint"):
            runtime.invoke_endpoint_async(InputLocation="s3://data/in/a", **ask)
    made = Service(asked, jobs.s3, None, "toy", "ep", "s3://data/async")
    jobs.put("a", request.encode())
    with served(executor_app(made)) as url:
        runtime = client("sagemaker-runtime", url)
        answer = runtime.invoke_endpoint_async(
            InputLocation="s3://data/in/a", InferenceId="note-1", InvocationTimeoutSeconds=60, **ask
        )
        made.wait_for_async_requests()
        assert httpx.get(f"{url}/busy").json() is False
    assert answer["InferenceId"] == "note-1"
    key = answer["OutputLocation"].removeprefix("s3://data/")
    assert b"Fever." in jobs.s3.get_object(Bucket="data", Key=key)["Body"].read()
    assert answer["FailureLocation"].endswith("-error.out")
