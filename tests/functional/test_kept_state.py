"""Whatever is done to buckets, table and queues: at every moment, what is read again is what was there."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from moto import mock_aws
from tests.functional.kept_stores import STEPS, VERSIONED, Step, contents, fresh_stores, read_again

from chartbrief.local_cloud.journal import StateError
from chartbrief.local_cloud.moto_kept import Kept

Done = list[tuple[int, dict[str, Any]]]


def journal_in(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    return folder / "cloud.journal"


def do_all(path: Path, steps: list[Step]) -> Done:
    """Do steps; return how long the journal was after each, and all that was in the stores then."""
    done: Done = []
    with fresh_stores() as stores:
        kept = Kept(path)
        try:
            done.append((path.stat().st_size, contents(kept)))
            for step in steps:
                stores.do(step, kept)
                done.append((path.stat().st_size, contents(kept)))
        finally:
            kept.close()
    return done


@settings(max_examples=40)
@given(steps=st.lists(STEPS, min_size=1, max_size=12))
def test_what_is_read_again_is_what_was_there(tmp_path_factory: pytest.TempPathFactory, steps: list[Step]) -> None:
    path = journal_in(tmp_path_factory.getbasetemp() / "kept")
    _, there = do_all(path, steps)[-1]
    assert read_again(path) == there
    assert read_again(path) == there  # reading changes nothing


@settings(max_examples=40)
@given(steps=st.lists(STEPS.filter(lambda step: step[0] != "rewrite"), min_size=1, max_size=12), cut=st.floats(0, 1))
def test_a_process_killed_at_any_byte_leaves_the_state_after_some_step(
    tmp_path_factory: pytest.TempPathFactory, steps: list[Step], cut: float
) -> None:
    path = journal_in(tmp_path_factory.getbasetemp() / "cut")
    done = do_all(path, steps)
    length = done[0][0] + round(cut * (done[-1][0] - done[0][0]))
    os.truncate(path, length)
    whole = [stores for size, stores in done if size <= length]
    assert read_again(path) == whole[-1]


def test_a_state_that_holds_what_the_template_does_not_is_refused(tmp_path: Path) -> None:
    path = journal_in(tmp_path / "kept")
    do_all(path, [("put", {"bucket": VERSIONED, "key": "a", "body": b"a note"})])
    with mock_aws(), pytest.raises(StateError, match=f"holds {VERSIONED}, which the template does not have"):
        Kept(path)


def test_a_body_that_is_dropped_again_is_written_once(tmp_path: Path) -> None:
    path, body = journal_in(tmp_path / "kept"), os.urandom(100_000)
    done = do_all(path, [("put", {"bucket": VERSIONED, "key": "a", "body": body})] * 3)
    assert done[-1][0] < 2 * len(body)
    assert [version[3] for version in read_again(path)["objects"][VERSIONED, "a"]] == [body] * 3


def test_what_was_deleted_is_in_no_file_after_the_state_is_settled(tmp_path: Path) -> None:
    path, put = journal_in(tmp_path / "kept"), {"bucket": VERSIONED, "key": "a", "body": b"zanzibarine"}
    with fresh_stores() as stores:
        kept = Kept(path)
        stores.do(("put", put), kept)
        stores.do(("put", put | {"key": "incoming/ward/b.txt", "body": b"another"}), kept)
        stores.do(("delete_version", {"key": "a", "place": 0}), kept)
        assert b"zanzibarine" in path.read_bytes()
        kept.settle()
        there = contents(kept)
        kept.close()
    assert [b"zanzibarine" in file.read_bytes() for file in path.parent.iterdir()] == [False]
    assert read_again(path) == there
