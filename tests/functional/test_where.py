"""Operators' commands find the deployment that was named, and say in one line why they cannot."""

from pathlib import Path
from typing import Any

import boto3
import pytest
import typer
from botocore.exceptions import ClientError, NoCredentialsError
from tests.functional.operators import deployment_of
from tests.functional.stack import Stack

from chartbrief.operate import where
from notes_pipeline.aws.table import Table
from notes_pipeline.errors import BusyError

ANY_TEMPLATE = '{"Resources": {"LedgerTable": {"Type": "AWS::SQS::Queue"}}}'


def ended_with(error: Exception, capsys: pytest.CaptureFixture[str], stack: str) -> tuple[int, str]:
    with pytest.raises(typer.Exit) as ended, where.opened(stack, None):
        raise error
    return ended.value.exit_code, capsys.readouterr().err


@pytest.fixture
def on_aws(aws: None) -> None:
    boto3.client("cloudformation", "us-east-1").create_stack(StackName="prod", TemplateBody=ANY_TEMPLATE)


def test_a_local_cloud_is_opened_and_the_pipelines_own_layer_talks_to_it(
    stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Opener:
        def __init__(self, state: Path) -> None:
            assert state == Path("out/.chartbrief")

        def __enter__(self) -> Any:
            return deployment_of(stack)

        def __exit__(self, *_: object) -> None:
            """Nothing to close."""

    monkeypatch.setattr(where, "open_kept_cloud", Opener)
    with where.opened("", None) as deployment:
        assert deployment.is_local
        assert Table(deployment.names["LedgerTable"]).get("NOTE#none", "NOTE") is None


def test_a_stack_is_found_by_its_name(on_aws: None) -> None:
    with where.opened("prod", None) as deployment:
        assert not deployment.is_local
        assert "LedgerTable" in deployment.names


def test_a_stack_that_is_not_there_is_a_wrong_argument(on_aws: None, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(typer.Exit) as ended, where.opened("prud", None):
        raise AssertionError("nothing to open")
    assert ended.value.exit_code == 2
    assert capsys.readouterr().err == "There is no stack prud in this account and region.\n"


def test_a_stack_and_a_folder_together_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(typer.Exit) as ended, where.opened("prod", Path("out/.chartbrief")):
        raise AssertionError("which of them?")
    assert ended.value.exit_code == 2
    assert "--stack or --state, not both" in capsys.readouterr().err


def test_failures_name_the_operation_and_its_code(on_aws: None, capsys: pytest.CaptureFixture[str]) -> None:
    denied = ClientError({"Error": {"Code": "AccessDenied", "Message": "arn of somebody"}}, "ListObjectVersions")
    throttled = BusyError("DynamoDB Scan: ThrottlingException")
    told = {
        denied: "AWS refused a request (ListObjectVersions: AccessDenied).\n",
        throttled: "AWS refused a request (DynamoDB Scan: ThrottlingException).\n",
        NoCredentialsError(): "AWS cannot be asked (NoCredentialsError).\n",
    }
    assert [ended_with(error, capsys, "prod") for error in told] == [(1, message) for message in told.values()]


def test_what_to_type_next_names_the_same_deployment() -> None:
    assert where.options("prod", None) == "--stack prod"
    assert where.options("", None) == "--state out/.chartbrief"
    assert where.options("", Path("my out/.chartbrief")) == "--state 'my out/.chartbrief'"
    assert where.place("prod", None) == "stack prod"
