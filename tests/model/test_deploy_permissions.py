"""Least privilege, both ways: the documented policies allow every call that the commands make, and no other action."""

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("sagemaker", reason="model tests have an environment of their own: make test-model")

from botocore.client import BaseClient
from tests.model.jumpstart import GENERATED, T5, put_catalogue
from tests.model.jumpstart import deploy as deploy_from_jumpstart
from tests.model.sagemaker_account import BUCKET, ROLE, SUMMARY, Account, sagemaker_account, write_archive
from tests.model.training_service import Service, launch, write_code, write_notes

from chartbrief.cloud import CHECKOUT
from note_summarizer.deployment import launch_training as launching
from note_summarizer.deployment.cleanup import look_for_cleanup
from note_summarizer.deployment.costs import cost_of
from note_summarizer.deployment.delete_deployed import delete_deployed
from note_summarizer.deployment.deploy_model import deploy_model
from note_summarizer.deployment.options import DeployOptions, EndpointOptions
from note_summarizer.deployment.waiting import Patience
from note_summarizer.errors import DeploymentError

PAGE = CHECKOUT / "docs" / "deploy-model.md"
# Where an action is not called as the operation is.
ACTIONS = {
    "s3:HeadObject": "s3:GetObject",
    "s3:HeadBucket": "s3:ListBucket",
    "s3:ListObjectsV2": "s3:ListBucket",
    "s3:ListObjectVersions": "s3:ListBucketVersions",
    "s3:ListBuckets": "s3:ListAllMyBuckets",
}
# Nobody needs a right to ask who they are; the job writes its log itself.
FREE = {"sts:GetCallerIdentity", "logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"}
# What the calls need besides themselves: tags, the role that is passed, the version that is deleted. And ways that
# are not taken here: a role given by its name, an asynchronous endpoint, a trial transform job.
BESIDES = {
    "deploy": {"sagemaker:AddTags", "ssm:AddTagsToResource", "iam:PassRole", "iam:GetRole", "s3:DeleteObjectVersion",
               "s3:ListBucket", "sagemaker:InvokeEndpointAsync", "sagemaker:CreateTransformJob",
               "sagemaker:DescribeTransformJob"},
    "deploy a model of JumpStart": {"sagemaker:AddTags", "ssm:AddTagsToResource", "iam:PassRole", "iam:GetRole",
                                    "sagemaker:InvokeEndpointAsync"},
    "clean up": set(),
    "train": {"sagemaker:AddTags", "iam:PassRole", "iam:GetRole"},
}  # fmt: skip


def granted(command: str) -> set[str]:
    text = PAGE.read_text("utf-8").split(f"### To {command}\n")[1]
    policy = json.loads(re.findall(r"```json\n(.*?)```", text, re.DOTALL)[0])
    actions = [statement["Action"] for statement in policy["Statement"]]
    return {action for found in actions for action in ([found] if isinstance(found, str) else found)}


@pytest.fixture(scope="module")
def used(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, set[str]]]:
    """The actions that each command used, on its way there and back."""
    folder, found = tmp_path_factory.mktemp("permissions"), defaultdict[str, set[str]](set)
    with pytest.MonkeyPatch.context() as patched, sagemaker_account(patched) as account:
        put_catalogue(account, patched)
        for command, run in COMMANDS.items():
            with pytest.MonkeyPatch.context() as listening:
                calls = recording(BaseClient._make_api_call, found[command])
                listening.setattr(BaseClient, "_make_api_call", calls)
                run(account, folder, listening)
        yield found


def recording(original: Callable[..., Any], found: set[str]) -> Callable[..., Any]:
    def call(client: BaseClient, operation: str, request: dict[str, Any]) -> Any:
        service = client.meta.service_model.service_name.replace("sagemaker-runtime", "sagemaker")
        action = f"{service}:{operation}{'Version' if operation == 'DeleteObject' and 'VersionId' in request else ''}"
        found.add(ACTIONS.get(action, action))
        return original(client, operation, request)

    return call


def deploy(account: Account, folder: Path, _: pytest.MonkeyPatch) -> None:
    account.endpoint_answers({"error": {}})
    options = DeployOptions(str(write_archive(folder / "model.tar.gz")), bucket=BUCKET, role=ROLE)
    with pytest.raises(DeploymentError):
        deploy_model(replace(options, endpoint=EndpointOptions("realtime")), aws=account.aws, patience=Patience(0, 1))
    account.refuse("PutParameter", lambda request: "endpoint" in request["Name"])
    with pytest.raises(DeploymentError):
        deploy_model(options, aws=account.aws, patience=Patience(0, 1))
    account.refuse("PutParameter", lambda _: False)
    account.endpoint_answers(SUMMARY)
    for kind in ("realtime", "none"):
        deploy_model(replace(options, endpoint=EndpointOptions(kind)), aws=account.aws, patience=Patience(0, 1))
    deploy_model(replace(options, artifact=f"s3://{BUCKET}/{account.objects().pop()}"), aws=account.aws)


def deploy_of_jumpstart(account: Account, _: Path, __: pytest.MonkeyPatch) -> None:
    account.endpoint_answers({"error": {}})
    with pytest.raises(DeploymentError):
        deploy_from_jumpstart(account, T5, stage="trial")
    account.endpoint_answers(GENERATED)
    account.refuse("PutParameter", lambda request: "endpoint" in request["Name"])
    with pytest.raises(DeploymentError):
        deploy_from_jumpstart(account, T5, stage="trial")
    account.refuse("PutParameter", lambda _: False)
    account.endpoint_answers(GENERATED)
    deploy_from_jumpstart(account, T5, stage="trial")


def clean_up(account: Account, _: Path, __: pytest.MonkeyPatch) -> None:
    plan = look_for_cleanup(account.aws, "dev", None, force=True, artifacts=True)
    assert [cost_of(item, account.aws) for item in plan.delete]
    delete_deployed(plan.delete, account.aws, Patience(0, 1), lambda _: None)


def train(account: Account, folder: Path, patched: pytest.MonkeyPatch) -> None:
    code, options = write_code(folder / "code"), write_notes(folder)
    patched.setattr(launching, "source_folder", lambda: code)
    Service(account)
    launch(account, options, out=folder / "run")

    def interrupt(_: dict[str, Any]) -> dict[str, Any]:
        raise KeyboardInterrupt

    account.change_answer("DescribeLogStreams", interrupt)
    with pytest.raises(KeyboardInterrupt):
        launch(account, options, stop_when_interrupted=lambda: True)


COMMANDS = {
    "deploy": deploy,
    "clean up": clean_up,
    "train": train,
    "deploy a model of JumpStart": deploy_of_jumpstart,
}


@pytest.mark.parametrize("command", sorted(BESIDES))
def test_what_is_documented_is_what_is_used(used: dict[str, set[str]], command: str) -> None:
    assert granted(command) == used[command] - FREE | BESIDES[command]
