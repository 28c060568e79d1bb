"""How a failure ends the command: one line on stderr and an exit status, never a traceback unless it is a bug."""

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import typer
from botocore.exceptions import BotoCoreError, ClientError

from chartbrief.errors import CloudFailedError, ConsoleError
from chartbrief.output_folder import logs_folder
from notes_pipeline.errors import PipelineError

AWS, LOCAL_CLOUD = "AWS", "The local cloud"
FAILED = 1
INTERRUPTED = 130
TERMINATED = 128 + signal.SIGTERM
_NO_ANSWER = {AWS: "cannot be asked", LOCAL_CLOUD: "stopped answering"}


@contextmanager
def failures_told(out: Path, cloud: str = LOCAL_CLOUD) -> Iterator[None]:
    """Run a command's body; SIGTERM unwinds it as Ctrl-C does, so that every child process is stopped.

    Args:
        cloud: who answers the command's requests, `AWS` or `LOCAL_CLOUD`; the latter has logs under `out`.
    """
    before = signal.signal(signal.SIGTERM, _on_sigterm)
    try:
        yield
    except (ConsoleError, PipelineError, ClientError, BotoCoreError, OSError) as error:
        _end(*_told(error, out, cloud))
    except KeyboardInterrupt:
        _end("Interrupted: everything was stopped. Run the same command again to go on.", INTERRUPTED)
    finally:
        signal.signal(signal.SIGTERM, before)


def _told(error: Exception, out: Path, cloud: str) -> tuple[str, int]:
    logs = f" Its logs: {logs_folder(out)}" if cloud == LOCAL_CLOUD else ""
    if isinstance(error, CloudFailedError):
        return f"The local cloud failed: {error}.{logs}", error.exit_code
    if isinstance(error, ConsoleError):
        return str(error), error.exit_code
    if isinstance(error, PipelineError):
        return f"{cloud} refused a request ({error}).{logs}", FAILED
    if isinstance(error, ClientError):
        code = error.response["Error"]["Code"]
        return f"{cloud} refused a request ({error.operation_name}: {code}).{logs}", FAILED
    if isinstance(error, OSError):
        return f"{error.strerror or error}: {error.filename or out}", FAILED
    return f"{cloud} {_NO_ANSWER[cloud]} ({type(error).__name__}).{logs}", FAILED


def _on_sigterm(*_: object) -> NoReturn:
    sys.exit(TERMINATED)


def _end(message: str, status: int) -> NoReturn:
    typer.echo(message, err=True)
    raise typer.Exit(status) from None
