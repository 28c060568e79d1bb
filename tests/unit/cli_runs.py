"""The console on a fake cloud, and the folder of notes it is given."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from moto import mock_aws
from tests.unit.cli_fake_cloud import FakeCloud, opened
from typer.testing import CliRunner, Result

from chartbrief.app import app

NOTES = {
    "ed/a.txt": "A1: chest pain\nA2: long stay\nA3: \n",
    "ed/b.txt": "A1: chest pain, later MI\nA2: long stay\n",
    "walk-in.txt": "W1: odd ankle\n",
}


@pytest.fixture
def cloud() -> Iterator[FakeCloud]:
    with mock_aws():
        yield FakeCloud()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in NOTES.items():
        path = tmp_path / "notes" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path / "notes"


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out"


@pytest.fixture(autouse=True)
def given_cloud(cloud: FakeCloud, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chartbrief.app.check_inputs", lambda *_: None)
    monkeypatch.setattr("chartbrief.app.open_local_cloud", lambda *_: opened(cloud))


def invoke(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def run_json(folder: Path, out: Path, *more: object) -> tuple[int, dict[str, Any]]:
    result = invoke("run", folder, "--out", out, "--json", *more)
    return result.exit_code, json.loads(result.stdout)
