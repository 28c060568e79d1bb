"""`chartbrief model pretrain` as it is typed."""

import json
from pathlib import Path

import pytest

pytest.importorskip("torch", reason="model tests have an environment of their own: make test-model")

from tests.model.pretraining_runs import write_notes
from typer.testing import CliRunner, Result

from chartbrief.app import app

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::UserWarning")


def typed(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["model", "pretrain", *arguments])


def test_it_tells_what_came_of_it_and_json_is_the_runs_record(tmp_path: Path) -> None:
    notes, out = write_notes(tmp_path / "notes.jsonl", 20), tmp_path / "run"
    small = [
        "--size",
        "tiny",
        "--steps",
        "2",
        "--max-input-tokens",
        "128",
        "--tokens-per-batch",
        "300",
        "--threads",
        "1",
    ]
    asked = ["--notes", str(notes), "--out", str(out), *small, "--held-out", "0.1"]
    done = typed(*asked)
    assert done.exit_code == 0, done.output
    assert "Pretrained pretrained-tiny (1.0 million weights) in 2 steps" in done.stdout
    assert f"chartbrief model train --checkpoint {out}" in done.stdout
    again = typed(*asked, "--json")
    assert json.loads(again.stdout) == json.loads((out / "run.json").read_text())
    other = typed(*asked, "--seed", "99")
    assert (other.exit_code, other.stdout) == (1, "")
    assert "(seed)" in other.stderr
    assert typed(*asked, "--seed", "99", "--force").exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--steps", "3", "--minutes", "2"], "say how long once"),
        (["--size", "giant"], "no model size 'giant'"),
        (["--notes", "nowhere.csv"], "nowhere.csv does not exist"),
    ],
)
def test_what_cannot_work_is_one_line_and_leaves_nothing(tmp_path: Path, arguments: list[str], said: str) -> None:
    notes = write_notes(tmp_path / "notes.jsonl", 3)
    done = typed("--notes", str(notes), "--out", str(tmp_path / "run"), *arguments)
    assert (done.exit_code, done.stderr.count("\n")) == (2, 1)
    assert said in done.stderr
    assert not (tmp_path / "run").exists()
