"""Clean-up as a user runs it, against moto: lists, asks, deletes in order, and leaves nothing but what is in use."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("sagemaker", reason="model tests have an environment of their own: make test-model")

from click.testing import Result
from tests.model.sagemaker_account import BUCKET, ROLE, SUMMARY, Account, sagemaker_account, write_archive
from typer.testing import CliRunner

from chartbrief.app import app
from note_summarizer.deployment.deploy_model import Deployment, deploy_model
from note_summarizer.deployment.options import DeployOptions, EndpointOptions
from note_summarizer.deployment.waiting import Patience


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[Account]:
    with sagemaker_account(monkeypatch) as account:
        yield account


@pytest.fixture
def two_versions(account: Account, tmp_path: Path) -> tuple[Deployment, Deployment]:
    """A model with an endpoint, and a newer one that took over."""
    account.endpoint_answers(SUMMARY)
    options = DeployOptions("", bucket=BUCKET, role=ROLE)
    older, newer = (str(write_archive(tmp_path / f"{v}.tar.gz", version=v)) for v in ("1.0", "2.0"))
    first = replace(options, artifact=older, endpoint=EndpointOptions("realtime"))
    quick = Patience(0, 1)
    made = deploy_model(first, aws=account.aws, patience=quick)
    return made, deploy_model(replace(options, artifact=newer), aws=account.aws, patience=quick)


def cleanup(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["model", "cleanup", "--timeout", "1", *arguments])


def listed(*arguments: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(cleanup("--json", *arguments).stdout)
    return found


def test_what_nobody_uses_goes_and_what_is_in_use_stays(
    account: Account, two_versions: tuple[Deployment, Deployment]
) -> None:
    first, second = two_versions
    result = cleanup("--yes", "--artifacts", "--price-per-hour", "0.25")
    assert result.exit_code == 0, result.output
    assert "1 x ml.m5.xlarge, 0.250 USD an hour at your price" in " ".join(result.output.replace("│", "").split())
    assert "Verified: nothing of these 5 is left." in result.output
    assert account.names() == {
        f"model:{second.model}",
        "package:chartbrief-demo/2",
        "group:chartbrief-demo",
        "parameter:/chartbrief/dev/model-name",
        "parameter:/chartbrief/dev/endpoint-name",
    }
    assert account.objects() == {second.archive.removeprefix(f"s3://{BUCKET}/")}
    deletions = [name for name, _ in account.calls if name.startswith("Delete")]
    assert deletions == ["DeleteEndpoint", "DeleteEndpointConfig", "DeleteModel", "DeleteModelPackage", "DeleteObject"]
    assert first.endpoint in result.output


def test_by_force_nothing_is_left(account: Account, two_versions: tuple[Deployment, Deployment]) -> None:
    assert cleanup("--yes", "--force", "--artifacts").exit_code == 0
    assert (account.names(), account.objects()) == (set(), set())
    assert "nothing to delete" in cleanup().output


def test_without_artifacts_the_archives_stay(account: Account, two_versions: tuple[Deployment, Deployment]) -> None:
    cleanup("--yes", "--force")
    assert account.names() == set()
    assert len(account.objects()) == 2


def test_a_dry_run_lists_what_costs_what_and_changes_nothing(
    account: Account, two_versions: tuple[Deployment, Deployment]
) -> None:
    before = account.names()
    found = listed("--dry-run", "--artifacts")
    assert account.names() == before
    costs = {item["kind"]: item["cost"] for item in found["items"]}
    assert costs["endpoint"] == "billed per instance-hour while it exists: 1 x ml.m5.xlarge"
    assert costs["model"] == "costs nothing at rest"
    assert costs["archive"].startswith("S3 storage: ")
    assert found["deleted"] is False
    assert {kept["kind"] for kept in found["kept"]} == {"model"}


def test_nobody_is_asked_where_there_is_no_terminal(
    account: Account, two_versions: tuple[Deployment, Deployment]
) -> None:
    before = account.names()
    result = cleanup()
    assert (result.exit_code, account.names()) == (2, before)
    assert "Give --yes" in result.output


def test_the_model_in_use_is_refused_by_name(account: Account, two_versions: tuple[Deployment, Deployment]) -> None:
    before = account.names()
    result = cleanup("--model", two_versions[1].model, "--yes")
    assert (result.exit_code, account.names()) == (2, before)
    assert "/chartbrief/dev/model-name names it" in result.output
    assert cleanup("--model", two_versions[1].model, "--yes", "--force").exit_code == 0
    assert f"model:{two_versions[0].model}" in account.names()
    assert not [name for name in account.names() if name.startswith("parameter:")]


def test_a_model_that_is_not_there_is_said(account: Account) -> None:
    result = cleanup("--model", "chartbrief-other", "--yes")
    assert result.exit_code == 2
    assert "it has: none" in result.output


def test_a_stack_that_still_runs_the_old_model_keeps_it(
    account: Account, two_versions: tuple[Deployment, Deployment]
) -> None:
    template = {
        "Parameters": {"ModelName": {"Type": "String"}},
        "Resources": {"Queue": {"Type": "AWS::SQS::Queue"}},
    }
    account.aws.client("cloudformation").create_stack(
        StackName="chartbrief-dev",
        TemplateBody=json.dumps(template),
        Parameters=[{"ParameterKey": "ModelName", "ParameterValue": two_versions[0].model}],
    )
    found = listed("--dry-run")
    reasons = {kept["name"]: kept["reason"] for kept in found["kept"]}
    assert reasons[two_versions[0].model] == "the stack chartbrief-dev runs it: sam deploy it first"


def test_what_others_made_is_left_alone(account: Account) -> None:
    container = {"Image": "1.dkr/x", "ModelDataUrl": "s3://b/m.tar.gz"}
    account.aws.sagemaker.create_model(
        ModelName="chartbrief-by-hand", PrimaryContainer=container, ExecutionRoleArn=ROLE
    )
    assert cleanup("--yes", "--force").exit_code == 0
    assert account.names() == {"model:chartbrief-by-hand"}


def test_what_cannot_be_deleted_is_named_and_the_rest_goes(
    account: Account, two_versions: tuple[Deployment, Deployment]
) -> None:
    account.refuse("DeleteModel")
    result = cleanup("--yes", "--force")
    assert result.exit_code == 1
    assert "Not everything could be deleted. Left: model chartbrief-demo-" in result.output
    assert {name.split(":")[0] for name in account.names()} == {"model"}


def test_every_version_of_an_archive_is_deleted(account: Account, two_versions: tuple[Deployment, Deployment]) -> None:
    s3 = account.aws.s3
    s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    key = two_versions[0].archive.removeprefix(f"s3://{BUCKET}/")
    for name in (key, f"{key}.json"):  # again, and the receipt that `package` puts beside it
        s3.put_object(Bucket=BUCKET, Key=name, Body=b"x")
    cleanup("--yes", "--force", "--artifacts")
    left = s3.list_object_versions(Bucket=BUCKET)
    assert (left.get("Versions"), left.get("DeleteMarkers")) == (None, None)
