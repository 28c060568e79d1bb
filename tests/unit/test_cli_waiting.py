"""When a run stops waiting."""

from collections.abc import Iterator
from itertools import chain, repeat
from types import SimpleNamespace
from typing import Any, cast

from chartbrief.cloud import Cloud
from chartbrief.drops import Drop
from chartbrief.note_files import NoteFile
from chartbrief.receipts import Receipt, Standing
from chartbrief.waiting import Patience, wait_until_settled

DROP = Drop(cast(NoteFile, None), version_id="v")
PENDING = Standing(1, 1, 1, (Receipt(DROP, "o", 1, "pending"),))
UNSTAGED = Standing(1, 1, 0, (Receipt(DROP, "", 0, "pending"),))
DONE = Standing(1, 1, 1, (Receipt(DROP, "o", 1, "summarized"),))


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    def pause(self, seconds: float) -> None:
        assert seconds > 0
        self.now += seconds


def wait(standings: list[Standing], idle: list[bool], patience: Patience) -> tuple[Standing, float, list[Standing]]:
    clock, shown = Clock(), list[Standing]()
    reads: Iterator[Standing] = chain(standings, repeat(standings[-1]))
    idles = chain(idle, repeat(idle[-1]))
    cloud = cast(Cloud, SimpleNamespace(idle=lambda: next(idles)))
    kwargs: dict[str, Any] = {"clock": clock, "pause": clock.pause}
    return wait_until_settled(cloud, lambda: next(reads), shown.append, patience, **kwargs), clock.now, shown


def test_it_waits_until_nothing_is_pending_and_nothing_moves() -> None:
    final, _, shown = wait([UNSTAGED, PENDING, DONE, DONE], [False, False, False, True], Patience(100))
    assert final == DONE
    assert shown == [UNSTAGED, PENDING, DONE, DONE]


def test_a_file_that_nobody_staged_is_not_settled_even_if_the_cloud_is_idle() -> None:
    final, _, shown = wait([UNSTAGED, UNSTAGED, DONE], [True], Patience(100))
    assert final == DONE
    assert len(shown) == 3


def test_the_timeout_ends_a_run_that_never_ends_and_keeps_what_is_pending() -> None:
    final, seconds, _ = wait([PENDING], [False], Patience(timeout=30))
    assert final.books.pending == 1
    assert 30 <= seconds < 32


def test_an_idle_cloud_that_stays_idle_is_given_up_before_the_timeout() -> None:
    final, seconds, _ = wait([PENDING], [True], Patience(timeout=10_000, stalled=60))
    assert final.books.pending == 1
    assert 60 <= seconds < 62
