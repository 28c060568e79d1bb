"""The server's life as a process: socket first, model meanwhile, and an end within the time that SageMaker leaves."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from types import FrameType

import uvicorn

from note_summarizer.serving.app import create_app
from note_summarizer.serving.limits import RequestLimits
from note_summarizer.serving.records import Engine
from note_summarizer.serving.served_model import ServedModel

# SageMaker sends SIGTERM, and SIGKILL 30 seconds later
# (https://docs.aws.amazon.com/sagemaker/latest/dg/your-algorithms-inference-code.html).
GRACE_SECONDS = 25
FINISHED, CUT_OFF, NO_MODEL = 0, 1, 2


@dataclass(frozen=True)
class Address:
    """Where the server listens."""

    host: str
    port: int


def run_server(
    open_engine: Callable[[], Engine], address: Address, limits: RequestLimits, grace_seconds: int = GRACE_SECONDS
) -> int:
    """Serve until SIGTERM or SIGINT, then finish the requests under way; return the process's exit status.

    Args:
        grace_seconds: how long requests may take to finish once the end has been asked for.

    Returns:
        0 if every request was finished, 1 if some were cut off, 2 if the model could not be loaded.
    """
    model = ServedModel(open_engine)
    # No access log: it would be one line per mini-batch, and paths say nothing here.
    config = uvicorn.Config(
        create_app(model, limits),
        host=address.host,
        port=address.port,
        log_level="warning",
        access_log=False,
        lifespan="off",
        timeout_graceful_shutdown=grace_seconds,
    )
    server = _Server(config, model)
    # uvicorn sends itself the signal again once it has finished, which would end the process by it.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _pass_over)
    threading.Thread(target=server.load_model, name="load-model", daemon=True).start()
    server.run()
    if model.failure is not None:
        sys.stderr.write(f"The model cannot be served: {model.failure}\n")
        return NO_MODEL
    return CUT_OFF if model.cut_off else FINISHED


class _Server(uvicorn.Server):
    """uvicorn's server, which tells the model of the end and ends with a model that cannot be loaded."""

    def __init__(self, config: uvicorn.Config, model: ServedModel) -> None:
        super().__init__(config)
        self._model = model

    def load_model(self) -> None:
        self._model.load()
        if self._model.failure is not None:
            self.should_exit = True

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self._model.stop()
        super().handle_exit(sig, frame)


def _pass_over(_: int, __: FrameType | None) -> None:
    """Do nothing with a signal; ignoring it (SIG_IGN) would be inherited by child processes."""
