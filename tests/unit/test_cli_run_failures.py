"""A run of the console that cannot be done, or not by now: one line that says so, and a status."""

import os
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError
from tests.unit.cli_fake_cloud import FakeCloud
from tests.unit.cli_runs import cloud, folder, given_cloud, invoke, out, run_json

from chartbrief.errors import CloudFailedError
from chartbrief.output_folder import claim

__all__ = ["cloud", "folder", "given_cloud", "out"]  # fixtures


def test_a_file_that_cannot_be_read_here_is_quarantined_with_its_name(folder: Path, out: Path) -> None:
    (folder / "walk-in.txt").unlink()
    os.mkfifo(folder / "pipe.txt")
    (folder / "gone.txt").write_text("G1: gone\n")
    real_open = Path.open

    def no_gone(path: Path, *args: Any, **kwargs: Any) -> Any:
        if path.name == "gone.txt":
            raise PermissionError(13, "Permission denied")
        return real_open(path, *args, **kwargs)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Path, "open", no_gone)
        status, report = run_json(folder, out)
    assert status == 0
    [gone] = [note for note in report["notes"] if note["source"] == "gone.txt"]
    assert (gone["status"], gone["record"]) == ("quarantined", 0)
    assert "Permission denied" in gone["reason"]
    assert not [note for note in report["notes"] if note["source"] == "pipe.txt"]


def test_nothing_to_drop_ends_with_status_2_and_writes_nothing(tmp_path: Path, out: Path) -> None:
    result = invoke("run", tmp_path, "--out", out, "--json")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "Nothing to summarize" in result.stderr
    assert not out.exists()


def test_two_runs_at_once_on_one_output_folder_are_refused(folder: Path, out: Path) -> None:
    with claim(out / ".chartbrief"):
        result = invoke("run", folder, "--out", out)
    assert result.exit_code == 2
    assert "Another run" in result.stderr


def test_two_runs_at_once_on_one_state_are_refused(folder: Path, out: Path, tmp_path: Path) -> None:
    with claim(tmp_path / "kept"):
        result = invoke("run", folder, "--out", out, "--state", tmp_path / "kept")
    assert (result.exit_code, "Another run" in result.stderr) == (2, True)


@pytest.mark.parametrize(
    ("error", "status", "says"),
    [
        (KeyboardInterrupt(), 130, "Interrupted"),
        (CloudFailedError("moto has died; see x/moto.log"), 1, "x/moto.log"),
        (EndpointConnectionError(endpoint_url="http://127.0.0.1:1"), 1, "stopped answering"),
    ],
)
def test_a_failure_is_one_line_without_a_traceback(
    folder: Path, out: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException, status: int, says: str
) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(FakeCloud, "idle", fail)
    result = invoke("run", folder, "--out", out, "--json")
    assert (result.exit_code, result.stdout) == (status, "")
    assert says in result.stderr.splitlines()[-1]
    assert "Traceback" not in result.stderr
