"""Deploying JumpStart's models through the real SDK, to moto: what is created, and twice the same."""

import json
from collections.abc import Iterator

import pytest

pytest.importorskip("sagemaker", reason="model tests have an environment of their own: make test-model")

from tests.model.deployments import ENDPOINT, MODEL, value
from tests.model.jumpstart import (
    COHERE,
    GATED,
    GENERATED,
    GPT2,
    IMAGE,
    J2,
    NOVEL,
    PACKAGE,
    RANKED,
    SUMMARY,
    T5,
    deploy,
    put_catalogue,
)
from tests.model.sagemaker_account import BUCKET, ROLE, Account, sagemaker_account

from note_summarizer.deployment.jumpstart_dialect import OF_DIALECT
from note_summarizer.deployment.options import EndpointOptions, Network
from note_summarizer.deployment.smoke_note import NOTE


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[Account]:
    with sagemaker_account(monkeypatch) as account:
        put_catalogue(account, monkeypatch)
        yield account


def test_a_model_runs_as_jumpstart_says(account: Account) -> None:
    account.endpoint_answers(GENERATED)
    found = deploy(account, T5, tags={"team": "icu"})
    (model,), (config,) = account.asked("CreateModel"), account.asked("CreateEndpointConfig")
    container = model["PrimaryContainer"]
    assert container["Image"] == IMAGE
    assert container["Environment"] == {
        "SAGEMAKER_PROGRAM": "inference.py",
        "SAGEMAKER_SUBMIT_DIRECTORY": "/opt/ml/model/code",
        "MODEL_CACHE_ROOT": "/opt/ml/model",
    }
    data = container["ModelDataSource"]["S3DataSource"]
    assert data["S3Uri"].startswith("s3://jumpstart-cache-prod-us-east-1/huggingface-text2text-flan-t5/")
    assert (data["S3DataType"], data["CompressionType"], "ModelAccessConfig" in data) == ("S3Prefix", "None", False)
    assert (model["EnableNetworkIsolation"], model["ExecutionRoleArn"]) == (True, ROLE)
    (variant,) = config["ProductionVariants"]
    assert variant["InstanceType"] == "ml.g4dn.2xlarge"
    assert variant["ContainerStartupHealthCheckTimeoutInSeconds"] == 2400
    assert variant["ModelDataDownloadTimeoutInSeconds"] == 1800
    assert {tag["Key"]: tag["Value"] for tag in model["Tags"]} == {
        "team": "icu",
        "chartbrief:made-by": "model-deploy",
        "chartbrief:stage": "dev",
        "chartbrief:model": found.model,
        "chartbrief:jumpstart": f"{T5}:2.1.0",
    }
    assert found.model.startswith("chartbrief-flan-t5-xl-2-1-0-")


def test_it_is_tried_in_its_dialect_before_the_parameters_are_written(account: Account) -> None:
    account.endpoint_answers(GENERATED)
    found = deploy(account, T5)
    (asked,) = account.asked("InvokeEndpoint")
    body = json.loads(asked["Body"])
    assert NOTE in body["inputs"]
    assert body["parameters"]["max_new_tokens"] > 0
    assert found.smoke_summary == SUMMARY
    operations = [name for name, _ in account.calls]
    assert operations.index("InvokeEndpoint") < operations.index("PutParameter")
    assert (value(account, MODEL), value(account, ENDPOINT)) == (found.model, found.endpoint)
    assert found.template == {
        "SummarizerOption": "flan-t5",
        "ModelId": T5,
        "ModelDialect": "hf-seq2seq",
        "InferenceMode": "online",
        "ModelName": MODEL,
        "EndpointName": ENDPOINT,
        "EndpointKind": "sync",
    }


def test_an_older_version_is_asked_as_its_own_example_says(account: Account) -> None:
    account.endpoint_answers({"generated_texts": [SUMMARY]})
    found = deploy(account, T5, version="1.2.1")
    assert "text_inputs" in json.loads(account.asked("InvokeEndpoint")[0]["Body"])
    assert found.template["ModelDialect"] == "jumpstart-text"
    container = account.asked("CreateModel")[0]["PrimaryContainer"]
    assert container["ModelDataUrl"].endswith(".tar.gz")


@pytest.mark.parametrize(
    ("dialect", "answer"), [("text-generation", GENERATED), ("jumpstart-text", {"generated_texts": [SUMMARY]})]
)
def test_a_model_of_no_family_is_like_what_speaks_its_dialect(account: Account, dialect: str, answer: object) -> None:
    account.endpoint_answers(answer)
    told: list[str] = []
    found = deploy(account, NOVEL, told, dialect=dialect)
    assert (found.template["SummarizerOption"], found.template["ModelDialect"]) == (OF_DIALECT[dialect], dialect)
    assert any("is not in the catalogue" in line for line in told)


def test_doing_it_twice_changes_nothing(account: Account) -> None:
    account.endpoint_answers(GENERATED, GENERATED)
    first = deploy(account, T5)
    there = account.names()
    account.endpoint_answers(GENERATED)
    second = deploy(account, T5)
    assert (second.created, account.names()) == ((), there)
    assert (second.model, second.endpoint) == (first.model, first.endpoint)
    assert len(account.asked("CreateModel")) == len(account.asked("CreateEndpoint")) == 1


def test_another_instance_type_is_another_endpoint_of_the_same_model(account: Account) -> None:
    account.endpoint_answers(GENERATED)
    first = deploy(account, T5)
    account.endpoint_answers(GENERATED)
    second = deploy(account, T5, instance_type="ml.g4dn.xlarge")
    assert (first.model, first.endpoint != second.endpoint) == (second.model, True)
    assert account.asked("CreateEndpointConfig")[1]["ProductionVariants"][0]["InstanceType"] == "ml.g4dn.xlarge"


def test_an_agreement_that_is_accepted_is_passed_on(account: Account) -> None:
    account.endpoint_answers(GENERATED)
    deploy(account, GATED, accept_eula=True, option="bloom")
    data = account.asked("CreateModel")[0]["PrimaryContainer"]["ModelDataSource"]["S3DataSource"]
    assert data["ModelAccessConfig"] == {"AcceptEula": True}
    assert data["S3Uri"].startswith("s3://jumpstart-private-cache-prod-us-east-1/")


def test_a_marketplace_package_runs_isolated_and_speaks_its_makers_dialect(account: Account) -> None:
    account.endpoint_answers({"completions": [{"data": {"text": SUMMARY}, "finishReason": {"reason": "stop"}}]})
    told: list[str] = []
    found = deploy(account, J2, told)
    (model,) = account.asked("CreateModel")
    assert model["PrimaryContainer"] == {"ModelPackageName": PACKAGE}
    assert model["EnableNetworkIsolation"] is True
    assert "maxTokens" in json.loads(account.asked("InvokeEndpoint")[0]["Body"])
    assert (found.template["SummarizerOption"], found.template["ModelDialect"]) == ("jurassic-2", "ai21-j2")
    assert any("is retired" in line and "docs/options.md" in line for line in told)


def test_coheres_package_is_asked_in_coheres_dialect(account: Account) -> None:
    account.endpoint_answers({"id": "1", "prompt": "", "generations": [{"id": "1", "text": SUMMARY}]})
    found = deploy(account, COHERE)
    assert "max_tokens" in json.loads(account.asked("InvokeEndpoint")[0]["Body"])
    assert (found.template["SummarizerOption"], found.smoke_summary) == ("cohere-generate", SUMMARY)


def test_of_several_configurations_the_best_ranked_is_taken(account: Account) -> None:
    account.endpoint_answers(GENERATED)
    found = deploy(account, RANKED)
    assert account.asked("CreateModel")[0]["PrimaryContainer"]["Environment"] == {"OPTION_ROLLING_BATCH": "vllm"}
    (variant,) = account.asked("CreateEndpointConfig")[0]["ProductionVariants"]
    assert variant["InstanceType"] == "ml.g4dn.xlarge"
    assert (found.template["SummarizerOption"], found.template["ModelDialect"]) == ("bloom", "text-generation")


def test_an_asynchronous_endpoint_is_named_and_the_template_told(account: Account) -> None:
    output = f"s3://{BUCKET}/answers"
    answer = {"OutputLocation": f"{output}/1.out", "FailureLocation": f"{output}/1-error.out"}
    account.change_answer("InvokeEndpointAsync", lambda _: answer)
    account.aws.s3.put_object(Bucket=BUCKET, Key="answers/1.out", Body=json.dumps(GENERATED))
    found = deploy(account, T5, endpoint=EndpointOptions("async", output=output))
    assert (found.template["EndpointKind"], value(account, ENDPOINT)) == ("async", found.endpoint)
    assert account.objects() == set()


def test_an_archive_can_serve_transform_jobs_alone(account: Account) -> None:
    network = Network(("subnet-1",), ("sg-1",))
    found = deploy(account, GPT2, endpoint=EndpointOptions("none"), network=network, instance_type="ml.p3.2xlarge")
    assert (value(account, MODEL), value(account, ENDPOINT)) == (found.model, "none")
    assert account.asked("CreateModel")[0]["VpcConfig"]["Subnets"] == ["subnet-1"]
    assert found.template == {
        "SummarizerOption": "gpt2",
        "ModelId": GPT2,
        "ModelDialect": "text-generation",
        "InferenceMode": "batch",
        "ModelName": MODEL,
        "EndpointName": ENDPOINT,
        "InstanceType": "ml.p3.2xlarge",
    }


def test_a_model_that_goes_on_and_on_is_deployed_and_told_of(account: Account) -> None:
    account.endpoint_answers([{"generated_text": "and then she " * 60}])
    told: list[str] = []
    deploy(account, GPT2, told)
    assert any("hardly summarizes" in line for line in told)
    assert not any("and then she" in line for line in told)
