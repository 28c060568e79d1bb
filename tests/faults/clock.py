"""Time, randomness and threads of the simulated machine, in place of the real one's.

The handlers have no hooks for this: in every module of theirs, and of the services that stand for AWS, the names
`datetime`, `time`, `ThreadPoolExecutor`, `threading`, `uuid` and `secrets` have other meanings while a world lives.
"""

import datetime as dt
import importlib
import pkgutil
import random
import sys
import threading
import time
import uuid as real_uuid
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager, nullcontext
from functools import cache, cached_property
from types import ModuleType, SimpleNamespace
from typing import Any
from unittest.mock import patch

PRODUCT, SERVICES = "notes_pipeline", ("chartbrief.local_cloud.executor", "chartbrief.local_cloud.bedrock")
BEGIN = dt.datetime(2031, 5, 2, 8, tzinfo=dt.UTC).timestamp()


class Clock:
    """Seconds since the epoch that pass when the simulator says so; one draw of all that is random."""

    def __init__(self) -> None:
        self.reset(0)

    def reset(self, seed: int) -> None:
        self.seconds, self.random = BEGIN, random.Random(seed)
        self.later: Callable[[Callable[[], None]], None] = lambda work: work()

    def read(self) -> float:
        return self.seconds

    def moment(self) -> dt.datetime:
        return dt.datetime.fromtimestamp(self.seconds, dt.UTC)


class _AnyDatetime(type):
    def __instancecheck__(cls, instance: object) -> bool:
        return isinstance(instance, dt.datetime)


def _datetime(clock: Clock) -> type[dt.datetime]:
    class Datetime(dt.datetime, metaclass=_AnyDatetime):
        @classmethod
        def now(cls, tz: dt.tzinfo | None = None) -> Any:
            return dt.datetime.fromtimestamp(clock.seconds, tz)

    return Datetime


class SerialPool:
    """A pool whose tasks run one after another, in an order that the seed draws; all of them, even if one fails."""

    clock: Clock

    def __init__(self, *_: Any, **__: Any) -> None: ...

    def __enter__(self) -> "SerialPool":
        return self

    def __exit__(self, *_: object) -> None: ...

    def map(self, function: Callable[..., Any], *arguments: Iterable[Any]) -> Iterator[Any]:
        tasks = list(zip(*arguments, strict=False))
        order = self.clock.random.sample(range(len(tasks)), len(tasks))
        done = {place: _settled(function, tasks[place]) for place in order}
        return (done[place].result() for place in range(len(tasks)))

    def submit(self, function: Callable[..., Any], *arguments: Any) -> "Future[Any]":
        """Do it when the services get to it."""
        future: Future[Any] = Future()
        self.clock.later(lambda: _settle(future, function, arguments))
        return future


def _settled(function: Callable[..., Any], arguments: Iterable[Any]) -> "Future[Any]":
    future: Future[Any] = Future()
    _settle(future, function, arguments)
    return future


def _settle(future: "Future[Any]", function: Callable[..., Any], arguments: Iterable[Any]) -> None:
    try:
        future.set_result(function(*arguments))
    except Exception as error:  # noqa: BLE001 - a pool keeps whatever its task raised; the end of the process is no such
        future.set_exception(error)


class _LaterThread:
    def __init__(self, clock: Clock, target: Callable[..., None], args: tuple[Any, ...] = (), **_: Any) -> None:
        self._start = lambda: clock.later(_Work(target, args))

    def start(self) -> None:
        self._start()


class _Work:
    """What a service's thread would do, and the job it is about."""

    def __init__(self, target: Callable[..., None], args: tuple[Any, ...]) -> None:
        self.target, self.args = target, args
        self.job = getattr(target, "__self__", None)

    def __call__(self) -> None:
        self.target(*self.args)


def _simulated(clock: Clock) -> dict[str, Any]:
    pool = type("Pool", (SerialPool,), {"clock": clock})
    return {
        "datetime": _datetime(clock),
        "ThreadPoolExecutor": pool,
        "time": SimpleNamespace(
            time=clock.read,
            monotonic=clock.read,
            perf_counter=clock.read,
            thread_time=lambda: 0.0,
            sleep=lambda seconds: setattr(clock, "seconds", clock.seconds + seconds),
        ),
        "uuid": SimpleNamespace(uuid4=lambda: real_uuid.UUID(int=clock.random.getrandbits(128), version=4)),
        "secrets": SimpleNamespace(token_hex=lambda size: clock.random.randbytes(size).hex()),
        "threading": SimpleNamespace(
            Thread=lambda **given: _LaterThread(clock, **given),
            **{name: getattr(threading, name) for name in ("Lock", "RLock", "Event", "Condition", "Semaphore")},
        ),
    }


def _is_real(name: str, value: Any) -> bool:
    if name == "datetime":
        return value is dt.datetime
    if name == "ThreadPoolExecutor":
        return getattr(value, "__module__", "").startswith("concurrent.futures")
    return isinstance(value, ModuleType) and value.__name__ == name


@cache
def _import_all() -> None:
    """A module that is imported later would see the real machine."""
    for path in (PRODUCT, *SERVICES):
        package = importlib.import_module(path)
        for found in pkgutil.walk_packages(package.__path__, f"{path}."):
            if not found.name.endswith("__main__"):
                _unlock(importlib.import_module(found.name))


def _unlock(module: ModuleType) -> None:
    """Two invocations are two processes: a lock that Python 3.11 has for a class's cached properties is not shared."""
    for found in vars(module).values():
        if isinstance(found, type) and found.__module__ == module.__name__:
            for kept in vars(found).values():
                if isinstance(kept, cached_property):
                    kept.lock = nullcontext()


@contextmanager
def simulated(clock: Clock) -> Iterator[None]:
    """Let every module of the product and of its services see the simulated machine."""
    _import_all()
    meanings = _simulated(clock)
    places = [
        (module, name)
        for path, module in sorted(sys.modules.items())
        if path.startswith((PRODUCT, *SERVICES))
        for name in meanings
        if _is_real(name, getattr(module, name, None))
    ]
    patches = [patch.object(module, name, meanings[name]) for module, name in places]
    for one in patches:
        one.start()
    try:
        assert time.time() != clock.read()
        yield
    finally:
        for one in reversed(patches):
            one.stop()
