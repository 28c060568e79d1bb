"""`chartbrief model deploy` and `python model_build/deploy.py`: what they print, and how they end."""

import importlib.util
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("sagemaker", reason="model tests have an environment of their own: make test-model")

from tests.model.sagemaker_account import BUCKET, ROLE, SUMMARY, Account, sagemaker_account, write_archive
from typer.testing import CliRunner

from chartbrief.app import app
from chartbrief.cloud import CHECKOUT


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[Account]:
    with sagemaker_account(monkeypatch) as account:
        yield account


@pytest.fixture
def archive(tmp_path: Path) -> str:
    return str(write_archive(tmp_path / "model.tar.gz"))


def test_json_has_what_was_deployed_and_progress_goes_beside_it(account: Account, archive: str) -> None:
    account.endpoint_answers(SUMMARY)
    arguments = ["model", "deploy", archive, "--bucket", BUCKET, "--role", ROLE, "--endpoint", "realtime", "--json"]
    result = CliRunner().invoke(app, arguments)
    found = json.loads(result.stdout)
    assert result.exit_code == 0
    assert found["smoke_summary"] == SUMMARY["summary_text"]
    assert {change["name"]: change["after"] for change in found["parameters"]} == {
        "/chartbrief/dev/model-name": found["model"],
        "/chartbrief/dev/endpoint-name": found["endpoint"],
    }
    assert f"endpoint {found['endpoint']}: InService" in result.stderr


def test_a_person_is_told_what_comes_next(account: Account, archive: str) -> None:
    arguments = ["model", "deploy", archive, "--bucket", BUCKET, "--role", ROLE, "--stage", "prod"]
    first, second = (CliRunner().invoke(app, arguments).output for _ in range(2))
    assert "Deployed" in first
    assert "Already deployed" in second
    assert "sam build && sam deploy --config-env prod" in first
    assert "/chartbrief/prod/model-name" in first


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--endpoint", "fast"], "--endpoint fast is none of none, realtime, serverless, async"),
        (["--tag", "team"], '--tag "team" is not of the form KEY=VALUE'),
        (["--env", "A=1", "--env", "A=2"], "--env A is given twice"),
        (["--approval", "maybe"], "--approval maybe is none of"),
    ],
)
def test_what_cannot_work_ends_in_one_sentence(account: Account, archive: str, arguments: list[str], said: str) -> None:
    result = CliRunner().invoke(app, ["model", "deploy", archive, "--bucket", BUCKET, *arguments])
    assert (result.exit_code, account.names()) == (2, set())
    assert said in result.output


def test_the_entry_point_deploys_too(account: Account, archive: str, capsys: pytest.CaptureFixture[str]) -> None:
    spec = importlib.util.spec_from_file_location("deploy_entry_point", CHECKOUT / "model_build" / "deploy.py")
    assert spec
    assert spec.loader
    entry_point = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(entry_point)
    assert entry_point.main([archive, "--bucket", BUCKET, "--role", ROLE]) == 0
    assert json.loads(capsys.readouterr().out)["endpoint"] is None
    assert entry_point.main(["nowhere.tar.gz"]) == 2
    assert "does not exist" in capsys.readouterr().err
