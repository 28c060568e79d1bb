"""A run without a folder only goes on: `make test-kills`."""

import os
import random
from pathlib import Path

import pytest
from tests.e2e.command import SAMPLES, Command
from tests.e2e.test_kill import EARLY
from tests.kills.killing import Killer


@pytest.mark.skipif("KILLS" not in os.environ, reason="this test takes a while: make test-kills")
def test_a_run_without_a_folder_goes_on_with_what_was_dropped(command: Command, tmp_path: Path) -> None:
    killer = Killer(command, random.Random(6), tmp_path / "out")
    killer.kill_in(SAMPLES / "ed", EARLY)
    report = command.run("run", "--out", tmp_path / "out", "--json").json()
    assert report["pending"] == 0
    assert report["received"] == report["summarized"] + report["quarantined"] > 0
