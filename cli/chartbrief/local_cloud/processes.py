"""Child processes: started with their output in a log file, waited for, and always ended."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from chartbrief.errors import CloudFailedError

_GRACE_SECONDS = 3.0
# Runs a module or a file as `python` does, with the kernel asked to end it when its parent ends, however that happens
# (Linux only). A parent that ended before that was asked is not the parent any more. The kernel takes the thread that
# started a process for its parent: the main thread is to start them.
_DIE_WITH_PARENT = """
import ctypes, os, runpy, signal, sys
parent, *sys.argv = sys.argv[1:]
if sys.platform == "linux":
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG
    if os.getppid() != int(parent):
        sys.exit()
if sys.argv[0] == "-m":
    del sys.argv[0]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
else:
    runpy.run_path(sys.argv[0], run_name="__main__")
"""
# Ends a process as soon as its standard input has ended, whatever it is at; for children of threads that come and go.
END_WITH_INPUT = """
import os, select, threading
def end_with_input():
    inputs = select.poll()
    inputs.register(0, 0)  # nothing is read: only the end is waited for
    inputs.poll()
    os._exit(0)
threading.Thread(target=end_with_input, daemon=True).start()
"""


def leave_interrupts_to_parent() -> None:
    """Ignore Ctrl-C: the terminal sends it to the whole group, and the parent is the one to act on it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def free_port() -> int:
    """Return a port of the loopback interface that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Child:
    """A running child process.

    Attributes:
        name: what messages call it.
        log: file that holds what it prints.
    """

    name: str
    log: Path
    process: subprocess.Popen[bytes]

    @classmethod
    def start(cls, name: str, arguments: list[str], log: Path, environment: Mapping[str, str] | None = None) -> Child:
        """Start a Python child, which ends with this process; its output is appended to the log.

        Args:
            arguments: as for `python`: `-m` and a module, or a file; and what that takes.
        """
        log.parent.mkdir(parents=True, exist_ok=True)
        variables = {**os.environ, **(environment or {})}
        with log.open("ab") as file:
            process = subprocess.Popen(  # noqa: S603 - our own modules
                [sys.executable, "-c", _DIE_WITH_PARENT, str(os.getpid()), *arguments],
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=file,
                env=variables,
            )
        return cls(name, log, process)

    def wait_for(self, url: str, seconds: float) -> None:
        """Wait until the child answers a URL with anything but an error of the server.

        Raises:
            CloudFailedError: it ended, or did not answer in time.
        """
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise CloudFailedError(f"{self.name} ended as it started; see {self.log}")
            if _answers(url):
                return
            time.sleep(0.05)
        raise CloudFailedError(f"{self.name} did not answer within {seconds:.0f} seconds; see {self.log}")

    def stop(self) -> None:
        """End the child: politely, then not."""
        if self.process.poll() is not None:
            return
        self.process.terminate()
        try:
            self.process.wait(_GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2):  # noqa: S310 - a loopback URL of ours
            return True
    except urllib.error.HTTPError as error:
        return error.code < 500
    except OSError:
        return False
