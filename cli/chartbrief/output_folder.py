"""The output folder's own corner: logs, the state for a later run, and a lock against two runs at once."""

import fcntl
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from chartbrief.errors import UsageError

_OWNER_ONLY = 0o700


def state_folder(out: Path) -> Path:
    """Where the local cloud keeps its state and logs."""
    return out / ".chartbrief"


def logs_folder(out: Path) -> Path:
    """One log file per function and server; ids, counts and durations only."""
    return state_folder(out) / "logs"


@contextmanager
def claim(folder: Path) -> Iterator[None]:
    """Make a folder that is its owner's alone, and hold it: two runs on one would spoil each other's state.

    Raises:
        UsageError: It cannot be made or written, or another run holds it.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(_OWNER_ONLY)
        lock = (folder / "lock").open("w")
    except OSError as error:
        raise UsageError(f"{folder} cannot be written ({error.strerror}). Name another folder.") from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise UsageError(f"Another run is using {folder}. Wait for it, or name another folder.") from error
        yield


@contextmanager
def claim_all(*folders: Path) -> Iterator[None]:
    """Claim several folders, each once, whatever they are called."""
    with ExitStack() as stack:
        for folder in {folder.resolve(): folder for folder in folders}.values():
            stack.enter_context(claim(folder))
        yield


def replace_file(path: Path, body: bytes) -> None:
    """Write a file that is replaced whole or not at all; only its owner may read it, for it may hold notes."""
    partial = path.with_name(path.name + ".partial")
    partial.touch(mode=0o600)
    partial.write_bytes(body)
    partial.replace(path)
