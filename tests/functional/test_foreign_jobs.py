"""Transform jobs and endpoints over containers that are not ours: one JSON object a record, asynchronous answers."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError
from tests.functional.contract_containers import JSON, InProcess, container
from tests.functional.jobs import Jobs
from tests.functional.sagemaker import wait_for_jobs
from tests.functional.stack import Session

from chartbrief.local_cloud.contracts.server import FAMILIES
from chartbrief.local_cloud.executor.errors import ServiceError
from chartbrief.local_cloud.executor.service import Service
from notes_pipeline.core.dialects import DIALECTS

FILTER = "$['note_uid','content_sha256','part','SageMakerOutput']"


def service(dialect: str, async_output: str = "") -> Service:
    asked = InProcess(container(dialect))
    return Service(asked, Session().client("s3"), Session().client("events"), "toy", "ep", async_output)


def record(dialect: str, number: int) -> dict[str, Any]:
    request = DIALECTS[dialect].request(f"<note>Fever {number}. Cough.</note>", 50)
    return {"note_uid": f"n{number}", "content_sha256": "c", "part": number, "request": request}


@pytest.mark.parametrize("dialect", FAMILIES)
def test_a_job_joins_each_answer_whole_with_its_record(jobs: Jobs, dialect: str) -> None:
    jobs.put(a="".join(json.dumps(record(dialect, number)) + "\n" for number in range(3)))
    request = jobs.request(
        BatchStrategy="SingleRecord",
        MaxConcurrentTransforms=3,
        input={"ContentType": JSON},
        DataProcessing={"InputFilter": "$.request", "JoinSource": "Input", "OutputFilter": FILTER},
    )
    request["TransformOutput"]["Accept"] = JSON
    made = service(dialect)
    made.create_transform_job(request)
    wait_for_jobs()
    assert made.describe_transform_job({"TransformJobName": "job"})["TransformJobStatus"] == "Completed"
    lines = jobs.out()["a.out"]
    assert [(line["note_uid"], line["part"]) for line in lines] == [("n0", 0), ("n1", 1), ("n2", 2)]
    assert [DIALECTS[dialect].read(line["SageMakerOutput"]).text for line in lines] == [
        "Fever 0.",
        "Fever 1.",
        "Fever 2.",
    ]
    assert all(set(line) == {"note_uid", "content_sha256", "part", "SageMakerOutput"} for line in lines)


def test_a_container_s_refusal_is_told_with_its_own_status_and_words(jobs: Jobs) -> None:
    made = service("cohere-generate")
    with pytest.raises(ServiceError) as refused:
        made.invoke_endpoint("ep", b'{"prompt": ""}', JSON, JSON)
    error = refused.value
    assert (error.code, error.status, error.more["OriginalStatusCode"]) == ("ModelError", 424, 400)
    assert error.more["OriginalMessage"] == '{"message": "invalid request: prompt: not as documented: minLength 1"}'
    assert str(error).startswith("Received client error (400) from primary with message")


def test_a_busy_container_is_a_model_error_with_429_as_well(jobs: Jobs) -> None:
    asked = container("cohere-generate")
    asked.faults.plan("throttle")
    made = Service(InProcess(asked), jobs.s3, Session().client("events"), "toy", "ep")
    with pytest.raises(ServiceError) as refused:
        made.invoke_endpoint("ep", json.dumps(record("cohere-generate", 1)["request"]).encode(), JSON, JSON)
    assert (refused.value.code, refused.value.more["OriginalStatusCode"]) == ("ModelError", 429)


def invoked(made: Service, **request: Any) -> dict[str, str]:
    answer = made.invoke_endpoint_async({"EndpointName": "ep", "ContentType": JSON, "Accept": JSON, **request})
    made.wait_for_async_requests()
    assert not made.busy()
    return answer


def content(jobs: Jobs, location: str) -> str:
    key = location.removeprefix("s3://data/")
    return str(jobs.s3.get_object(Bucket="data", Key=key)["Body"].read().decode())


def test_an_asynchronous_endpoint_reads_from_s3_and_writes_the_answer_there(jobs: Jobs) -> None:
    made = service("ai21-j2", "s3://data/async/")
    jobs.put(request=json.dumps(record("ai21-j2", 7)["request"]))
    answer = invoked(made, InputLocation="s3://data/in/request", InferenceId="note-7")
    assert answer["InferenceId"] == "note-7"
    assert answer["OutputLocation"].startswith("s3://data/async/")
    assert DIALECTS["ai21-j2"].read(json.loads(content(jobs, answer["OutputLocation"]))).text == "Fever 7."
    with pytest.raises(ClientError):
        content(jobs, answer["FailureLocation"])


def test_what_an_asynchronous_endpoint_cannot_answer_is_written_where_failures_go(jobs: Jobs) -> None:
    made = service("ai21-j2", "s3://data/async")
    jobs.put(bad="{}")
    refused = invoked(made, InputLocation="s3://data/in/bad")
    assert "Received client error (422)" in content(jobs, refused["FailureLocation"])
    missing = invoked(made, InputLocation="s3://data/in/nothing")
    assert "ClientError" in content(jobs, missing["FailureLocation"])


def test_a_small_request_may_come_with_the_call(jobs: Jobs) -> None:
    made = service("ai21-j2", "s3://data/async")
    answer = invoked(made, Body=json.dumps(record("ai21-j2", 8)["request"]).encode())
    assert "Fever 8." in content(jobs, answer["OutputLocation"])


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"InputLocation": "s3://data/a", "Body": b"{}"},
        {"InputLocation": "https://data/a"},
        {"Body": b"x" * 128_001},
        {"InputLocation": "s3://data/a", "InvocationTimeoutSeconds": 3601},
        {"InputLocation": "s3://data/a", "RequestTTLSeconds": 59},
        {"InputLocation": "s3://data/a", "InferenceId": "i" * 65},
    ],
)
def test_what_no_asynchronous_request_may_be_is_refused_at_once(jobs: Jobs, wrong: dict[str, Any]) -> None:
    with pytest.raises(ServiceError, match=r"InputLocation|Body|must"):
        invoked(service("ai21-j2", "s3://data/async"), **wrong)


def test_an_endpoint_is_one_kind_and_not_the_other(jobs: Jobs) -> None:
    with pytest.raises(ServiceError, match="use InvokeEndpointAsync"):
        service("ai21-j2", "s3://data/async").invoke_endpoint("ep", b"{}", JSON, JSON)
    with pytest.raises(ServiceError, match="use InvokeEndpoint"):
        service("ai21-j2").invoke_endpoint_async({"EndpointName": "ep", "Body": b"{}"})
    with pytest.raises(ServiceError, match="not found"):
        service("ai21-j2").invoke_endpoint_async({"EndpointName": "other", "Body": b"{}"})
