"""`chartbrief model deploy --jumpstart`: what it prints, and what it does not go together with."""

import json
from collections.abc import Iterator

import pytest

pytest.importorskip("sagemaker", reason="model tests have an environment of their own: make test-model")

from tests.model.jumpstart import GATED, GENERATED, SUMMARY, T5, put_catalogue
from tests.model.sagemaker_account import ROLE, Account, sagemaker_account
from typer.testing import CliRunner

from chartbrief.app import app

COMMAND = ["model", "deploy"]


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[Account]:
    with sagemaker_account(monkeypatch) as account:
        put_catalogue(account, monkeypatch)
        yield account


def test_a_person_is_told_which_template_parameters_to_set(account: Account) -> None:
    account.endpoint_answers(GENERATED)
    result = CliRunner().invoke(app, [*COMMAND, "--jumpstart", T5, "--role", ROLE, "--stage", "prod"])
    assert result.exit_code == 0, result.output
    assert (
        f"SummarizerOption=flan-t5 ModelId={T5} ModelDialect=hf-seq2seq InferenceMode=online"
        " ModelName=/chartbrief/prod/model-name EndpointName=/chartbrief/prod/endpoint-name EndpointKind=sync"
    ) in result.output
    assert "sam build && sam deploy --config-env prod" in result.output


def test_json_has_the_template_parameters_too(account: Account) -> None:
    account.endpoint_answers(GENERATED)
    result = CliRunner().invoke(app, [*COMMAND, "--jumpstart", T5, "--role", ROLE, "--json"])
    found = json.loads(result.stdout)
    assert (found["smoke_summary"], found["template"]["SummarizerOption"]) == (SUMMARY, "flan-t5")
    assert f"{T5} 2.1.0 on ml.g4dn.2xlarge" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["model.tar.gz", "--jumpstart", T5], f"Give model.tar.gz or --jumpstart {T5}, not both."),
        ([], "Nothing to deploy: give a MODEL.TAR.GZ, or --jumpstart with a model's identifier."),
        (["--jumpstart", T5, "--group", "g", "--image", "i"], "--image, --group mean nothing with --jumpstart."),
        (["--jumpstart", T5, "--approval", "Approved"], "--approval means nothing with --jumpstart."),
        (["model.tar.gz", "--accept-eula"], "--accept-eula means nothing without --jumpstart."),
        (["model.tar.gz", "--dialect", "ai21-j2"], "--dialect means nothing without --jumpstart."),
        (["--jumpstart", "flan-t5-xl", "--role", ROLE], f"Near ones: {T5}"),
        (["--jumpstart", GATED, "--role", ROLE], "give --accept-eula"),
        (["--jumpstart", T5, "--endpoint", "serverless"], "choose realtime or async"),
    ],
)
def test_what_cannot_work_ends_in_one_sentence(account: Account, arguments: list[str], said: str) -> None:
    result = CliRunner().invoke(app, [*COMMAND, *arguments])
    assert (result.exit_code, account.names()) == (2, set())
    assert said in result.output
