"""The output folder's own corner: logs, the state for a later run, and a lock against two runs at once."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from chartbrief.errors import UsageError


def state_folder(out: Path) -> Path:
    """Where the local cloud keeps its state and logs."""
    return out / ".chartbrief"


def logs_folder(out: Path) -> Path:
    """One log file per function and server; ids, counts and durations only."""
    return state_folder(out) / "logs"


@contextmanager
def claim(out: Path) -> Iterator[None]:
    """Make the output folder and hold it: two runs on one folder would each lose half of the other's state.

    Raises:
        UsageError: It cannot be made or written, or another run holds it.
    """
    try:
        state_folder(out).mkdir(parents=True, exist_ok=True)
        lock = (state_folder(out) / "lock").open("w")
    except OSError as error:
        raise UsageError(f"{out} cannot be written ({error.strerror}). Name another --out folder.") from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise UsageError(f"Another run is writing to {out}. Wait for it, or name another --out folder.") from error
        yield


def replace_file(path: Path, body: bytes) -> None:
    """Write a file that is replaced whole or not at all; only its owner may read it, for it may hold notes."""
    partial = path.with_name(path.name + ".partial")
    partial.touch(mode=0o600)
    partial.write_bytes(body)
    partial.replace(path)
