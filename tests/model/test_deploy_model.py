"""Deploying through the real SageMaker SDK to moto: every kind, and twice the same."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("sagemaker", reason="model tests have an environment of their own: make test-model")

from tests.model.deployments import ASYNC, ENDPOINT, MODEL, QUICK, REALTIME, deploy, value
from tests.model.sagemaker_account import BUCKET, ROLE, SUMMARY, Account, sagemaker_account, write_archive

from note_summarizer.deployment.deploy_model import deploy_model
from note_summarizer.deployment.options import DeployOptions, EndpointOptions


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[Account]:
    with sagemaker_account(monkeypatch) as account:
        yield account


@pytest.fixture
def options(tmp_path: Path) -> DeployOptions:
    return DeployOptions(str(write_archive(tmp_path / "model.tar.gz")), bucket=BUCKET, role=ROLE)


def test_a_model_is_registered_created_and_switched_to(account: Account, options: DeployOptions) -> None:
    metrics = Path(options.artifact).with_name("scores.json")
    metrics.write_text('{"rouge1": {"mean": 41.25}, "passed": true}')
    found = deploy(account, options, metrics=metrics, tags={"team": "icu"}, environment={"OMP_NUM_THREADS": "4"})
    assert (value(account, MODEL), value(account, ENDPOINT)) == (found.model, "none")
    (created,) = account.asked("CreateModel")
    container = created["PrimaryContainer"]
    assert "huggingface-pytorch-inference" in container["Image"]
    assert (container["Environment"]["SAGEMAKER_PROGRAM"], container["Environment"]["OMP_NUM_THREADS"]) == (
        "inference.py",
        "4",
    )
    assert {tag["Key"]: tag["Value"] for tag in created["Tags"]} == {
        "team": "icu",
        "chartbrief:made-by": "model-deploy",
        "chartbrief:stage": "dev",
        "chartbrief:model": found.model,
        "chartbrief:archive": found.sha256,
    }
    version = account.aws.sagemaker.describe_model_package(ModelPackageName=found.model_package)
    assert version["ModelApprovalStatus"] == "PendingManualApproval"
    metadata = version["CustomerMetadataProperties"]
    assert (metadata["rouge1.mean"], metadata["archive_sha256"]) == ("41.25", found.sha256)
    assert "passed" not in metadata
    (uploaded,) = account.objects()
    head = account.aws.s3.head_object(Bucket=BUCKET, Key=uploaded)
    assert head["Metadata"] == {"sha256": found.sha256}


@pytest.mark.parametrize(
    ("endpoint", "variant"),
    [
        (REALTIME, {"InstanceType": "ml.m5.xlarge", "InitialInstanceCount": 1}),
        (EndpointOptions("serverless"), {"ServerlessConfig": {"MemorySizeInMB": 4096, "MaxConcurrency": 5}}),
    ],
    ids=["realtime", "serverless"],
)
def test_an_endpoint_is_tried_and_then_named(
    account: Account, options: DeployOptions, endpoint: EndpointOptions, variant: dict[str, Any]
) -> None:
    account.endpoint_answers(SUMMARY)
    found = deploy(account, options, endpoint=endpoint, kms_key="alias/team")
    assert (found.endpoint, found.smoke_summary) == (value(account, ENDPOINT), SUMMARY["summary_text"])
    (config,) = account.asked("CreateEndpointConfig")
    assert variant.items() <= config["ProductionVariants"][0].items()
    assert ("KmsKeyId" in config) is (endpoint.kind == "realtime")
    operations = [name for name, _ in account.calls]
    assert operations.index("InvokeEndpoint") < operations.index("PutParameter")


def test_an_asynchronous_endpoint_is_tried_but_not_given_to_the_pipeline(
    account: Account, options: DeployOptions
) -> None:
    account.endpoint_answers(SUMMARY)
    account.change_answer("GetObject", as_the_model_answers)
    told: list[str] = []
    found = deploy_model(replace(options, endpoint=ASYNC), told.append, account.aws, QUICK)
    assert found.smoke_summary == SUMMARY["summary_text"]
    assert value(account, ENDPOINT) == "none"
    assert [line for line in told if "asynchronous" in line]
    (config,) = account.asked("CreateEndpointConfig")
    assert config["AsyncInferenceConfig"]["OutputConfig"]["S3OutputPath"] == ASYNC.output
    assert not [key for key in account.objects() if "smoke" in key]


def as_the_model_answers(answer: dict[str, Any]) -> dict[str, Any]:
    """moto wraps what its endpoints answer into one more object when the call is asynchronous."""
    import io
    import json

    outer = json.loads(answer["Body"].read())
    return {**answer, "Body": io.BytesIO(outer["Body"].encode())}


def test_deploying_again_finds_everything_there(account: Account, options: DeployOptions) -> None:
    account.endpoint_answers(SUMMARY)
    first = deploy(account, options, endpoint=REALTIME)
    there, told = account.names(), list[str]()
    second = deploy_model(replace(options, endpoint=REALTIME), told.append, account.aws, QUICK)
    assert (second.created, account.names()) == ((), there)
    assert (second.model, second.model_package) == (first.model, first.model_package)
    assert len([line for line in told if line.endswith("already there")]) == 5
    assert len(account.asked("PutParameter")) == 2


def test_another_version_takes_over_and_the_earlier_endpoint_is_named(
    account: Account, options: DeployOptions, tmp_path: Path
) -> None:
    account.endpoint_answers(SUMMARY)
    first = deploy(account, options, endpoint=REALTIME)
    newer = write_archive(tmp_path / "newer.tar.gz", version="2.0")
    told: list[str] = []
    second = deploy_model(replace(options, artifact=str(newer)), told.append, account.aws, QUICK)
    assert (value(account, MODEL), value(account, ENDPOINT)) == (second.model, "none")
    assert second.model_package.endswith("/2")
    assert [line for line in told if f"{first.endpoint} is still there and costs money" in line]


def test_an_archive_in_s3_is_used_where_it_is(account: Account, options: DeployOptions) -> None:
    account.aws.s3.upload_file(options.artifact, BUCKET, "theirs/model.tar.gz")
    found = deploy(account, options, artifact=f"s3://{BUCKET}/theirs/model.tar.gz", bucket=None)
    assert found.archive == f"s3://{BUCKET}/theirs/model.tar.gz"
    assert account.objects() == {"theirs/model.tar.gz"}


def test_a_transform_job_is_tried_when_asked(account: Account, options: DeployOptions) -> None:
    def write_the_answer(answer: dict[str, Any]) -> dict[str, Any]:
        (job,) = account.asked("CreateTransformJob")
        source = job["TransformInput"]["DataSource"]["S3DataSource"]["S3Uri"].removeprefix(f"s3://{BUCKET}/")
        line = b'{"summary_text": "pneumonia"}\n'
        account.aws.s3.put_object(Bucket=BUCKET, Key=f"{source}.out", Body=line)
        return answer

    account.change_answer("CreateTransformJob", write_the_answer)
    found = deploy(account, options, smoke_transform=True)
    assert found.smoke_summary == "pneumonia"
    (job,) = account.asked("CreateTransformJob")
    assert not job["TransformJobName"].startswith("cb-")
    assert not [key for key in account.objects() if "smoke" in key]
