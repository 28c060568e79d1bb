"""`chartbrief model evaluate` and its entry point: what they print, write, refuse and keep to themselves."""

from __future__ import annotations

import json
import runpy
import sys
from pathlib import Path

import pytest

pytest.importorskip("torch", reason="model tests have an environment of their own: make test-model")

from tests.model.evaluated_pairs import SERVED, pairs
from typer.testing import CliRunner

from chartbrief.cloud import CHECKOUT
from chartbrief.model import app
from note_summarizer.pairs.pair import Pair

# datasets and pyarrow leave files and forks behind that Python warns of.
pytestmark = pytest.mark.filterwarnings("default")


def write(path: Path, given: list[Pair]) -> str:
    path.write_text("".join(json.dumps({"note": p.note, "summary": p.summary, "id": p.id}) + "\n" for p in given))
    return str(path)


def test_the_command_prints_tables_and_keeps_text_off_stderr(tmp_path: Path) -> None:
    test = write(tmp_path / "test.jsonl", pairs(7))
    command = [
        "evaluate",
        "--test",
        test,
        "--model",
        f"mine={SERVED}",
        "--out",
        str(tmp_path / "out"),
        "--threads",
        "1",
    ]
    told = CliRunner().invoke(app, command)
    assert told.exit_code == 0, told.output
    assert "ROUGE-Lsum" in told.stdout
    assert "mine is" in told.stdout or "mine beats" in told.stdout
    assert "nearest is left out" in told.stdout
    assert not any(word in told.stderr for pair in pairs(7) for word in pair.note.split() if len(word) > 7)
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"scores.json", "answers.jsonl", "report.html"}
    again = CliRunner().invoke(app, command)
    assert again.exit_code == 1
    assert "--force" in again.stderr


def test_the_command_prints_one_json_object_without_text(tmp_path: Path) -> None:
    test = write(tmp_path / "test.jsonl", pairs(3))
    command = [
        "evaluate",
        "--test",
        test,
        "--floor",
        "lead-1",
        "--json",
        "--limit",
        "2",
        "--out",
        str(tmp_path / "out"),
    ]
    told = CliRunner().invoke(app, command)
    found = json.loads(told.stdout)
    assert (found["test_notes"], found["baseline"]) == (2, "lead-1")
    assert found == json.loads((tmp_path / "out" / "scores.json").read_text())


def test_bad_options_end_in_one_sentence_and_leave_nothing(tmp_path: Path) -> None:
    test = write(tmp_path / "test.jsonl", pairs(1))
    for options in (
        ["--floor", "lead-9"],
        ["--floor", "none"],
        ["--model", "a=./nowhere"],
        ["--summary-column", "brief"],
    ):
        told = CliRunner().invoke(app, ["evaluate", "--test", test, *options, "--out", str(tmp_path / "out")])
        assert told.exit_code == 2
        assert "Traceback" not in told.output
        assert not (tmp_path / "out").exists()


def test_the_entry_point_goes_the_same_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    test = write(tmp_path / "test.jsonl", pairs(2))
    out = str(tmp_path / "out")
    monkeypatch.setattr(sys, "argv", ["evaluate.py", "--test", test, "--floor", "lead-3", "--out", out])
    for status in (0, 2):  # the second time there is a report already
        with pytest.raises(SystemExit) as ended:
            runpy.run_path(str(CHECKOUT / "model_build" / "evaluate.py"), run_name="__main__")
        assert ended.value.code == status
    printed = capsys.readouterr()
    assert json.loads(printed.out)["baseline"] == "lead-3"
    assert "add --force" in printed.err
