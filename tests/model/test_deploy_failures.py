"""Deployments that fail leave everything as it was, and what cannot work is found before anything is made."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("sagemaker", reason="model tests have an environment of their own: make test-model")

from tests.model.deployments import ENDPOINT, MODEL, REALTIME, deploy, value
from tests.model.sagemaker_account import BUCKET, ROLE, SUMMARY, Account, sagemaker_account, write_archive

from note_summarizer.artifact import ArtifactError
from note_summarizer.deployment.options import DeployOptions, Network
from note_summarizer.errors import DeploymentError, ModelBuildError, OptionsError


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[Account]:
    with sagemaker_account(monkeypatch) as account:
        yield account


@pytest.fixture
def options(tmp_path: Path) -> DeployOptions:
    return DeployOptions(str(write_archive(tmp_path / "model.tar.gz")), bucket=BUCKET, role=ROLE)


def fail_endpoint(account: Account) -> None:
    account.change_answer(
        "DescribeEndpoint", lambda answer: {**answer, "EndpointStatus": "Failed", "FailureReason": "no such image"}
    )


def refuse_the_second_parameter(account: Account) -> None:
    account.refuse("PutParameter", lambda request: request["Name"] == ENDPOINT)


@pytest.mark.parametrize(
    ("break_it", "said"),
    [
        (fail_endpoint, "is Failed: no such image"),
        (lambda account: account.endpoint_answers({"error": {"code": "X"}}), "without a summary_text"),
        (refuse_the_second_parameter, "You need the right to PutParameter"),
        (lambda account: account.refuse("CreateEndpoint"), "Creating the endpoint .* failed"),
        (lambda account: account.refuse("CreateModel"), "Creating the model .* failed"),
        (lambda account: account.refuse("CreateModelPackage"), "Registering the model failed"),
    ],
    ids=["endpoint fails", "no summary", "no right to SSM", "no right to endpoints", "no model", "no registry"],
)
def test_a_failure_leaves_everything_as_it_was(
    account: Account, options: DeployOptions, tmp_path: Path, break_it: Any, said: str
) -> None:
    deploy(account, options)
    before, names, keys = value(account, MODEL), account.names(), account.objects()
    break_it(account)
    account.endpoint_answers(SUMMARY)
    newer = str(write_archive(tmp_path / "newer.tar.gz", version="2.0"))
    with pytest.raises(DeploymentError, match=said) as told:
        deploy(account, options, artifact=newer, endpoint=REALTIME)
    assert (account.names(), account.objects()) == (names, keys)
    assert (value(account, MODEL), value(account, ENDPOINT)) == (before, "none")
    assert "Undone: " in str(told.value)
    assert "Could not be undone" not in str(told.value)


def test_what_cannot_be_undone_is_said(account: Account, options: DeployOptions) -> None:
    account.refuse("PutParameter")
    account.refuse("DeleteModel")
    with pytest.raises(DeploymentError, match=r"Could not be undone, and may cost money: model chartbrief-demo-1-0-"):
        deploy(account, options)


def test_ctrl_c_also_leaves_nothing(account: Account, options: DeployOptions) -> None:
    def interrupt(_: dict[str, Any]) -> dict[str, Any]:
        raise KeyboardInterrupt

    account.change_answer("CreateModel", interrupt)
    with pytest.raises(KeyboardInterrupt):
        deploy(account, options)
    assert (account.names(), account.objects()) == (set(), set())


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"network": Network(isolated=True)}, "ctranslate2==4.8.5 when it starts"),
        ({"role": None}, "--role"),
        ({"version": "!"}, "--version"),
    ],
)
def test_what_cannot_work_is_found_before_anything_is_made(
    account: Account, options: DeployOptions, tmp_path: Path, changes: dict[str, Any], said: str
) -> None:
    archive = write_archive(tmp_path / "needs.tar.gz", requirements="ctranslate2==4.8.5  # engine\n")
    with pytest.raises(OptionsError, match=said):
        deploy(account, options, artifact=str(archive), **changes)
    assert (account.names(), account.objects()) == (set(), set())


def test_an_isolated_container_of_ours_is_given_no_foreign_environment(
    account: Account, options: DeployOptions
) -> None:
    deploy(account, options, image="1.dkr.ecr.us-east-1.amazonaws.com/ours:1", network=Network(("s",), ("g",), True))
    (created,) = account.asked("CreateModel")
    assert created["EnableNetworkIsolation"] is True
    assert created["VpcConfig"] == {"SecurityGroupIds": ["g"], "Subnets": ["s"]}
    assert created["PrimaryContainer"].get("Environment", {}) == {}


@pytest.mark.parametrize(
    ("content", "error"), [(b"no archive", ArtifactError), (b"", ArtifactError)], ids=["text", "empty"]
)
def test_what_is_no_archive_is_said(
    account: Account, options: DeployOptions, content: bytes, error: type[ModelBuildError]
) -> None:
    Path(options.artifact).write_bytes(content)
    with pytest.raises(error, match="is not a model archive"):
        deploy(account, options)


def test_an_archive_that_is_not_the_recorded_one_is_refused(account: Account, options: DeployOptions) -> None:
    account.aws.s3.upload_file(options.artifact, BUCKET, "model.tar.gz", ExtraArgs={"Metadata": {"sha256": "0" * 64}})
    with pytest.raises(ArtifactError, match="hash was recorded"):
        deploy(account, options, artifact=f"s3://{BUCKET}/model.tar.gz")
