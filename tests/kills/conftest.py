"""Two folders of notes, and what uninterrupted runs make of them."""

import os
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.e2e.command import Command
from tests.kills.killing import Killer, Span
from tests.kills.note_folders import first_folder, second_folder
from tests.kills.outcomes import Outcome, read_outcome

NOTES = 200
SEED = 20311


@dataclass(frozen=True)
class Reference:
    """Two folders that are run one after the other, how long each takes, and what becomes of every note."""

    folders: tuple[Path, Path]
    spans: tuple[Span, Span]
    outcome: Outcome


@pytest.fixture(scope="session")
def command() -> Iterator[Command]:
    command = Command()
    yield command
    assert command.alive() == []


@pytest.fixture(scope="session")
def reference(command: Command, tmp_path_factory: pytest.TempPathFactory) -> Reference:
    if "KILLS" not in os.environ:
        pytest.skip("these tests take a while: make test-kills")
    base = tmp_path_factory.mktemp("reference")
    first = first_folder(base / "first", SEED, NOTES)
    folders = first, second_folder(base / "second", first, SEED)
    killer, spans = Killer(command, random.Random(SEED), base / "out"), []
    for folder in folders:
        before = killer.journal()
        spans.append(Span(killer.finish(folder), before, killer.journal()))
    return Reference(folders, (spans[0], spans[1]), read_outcome(base / "out"))
