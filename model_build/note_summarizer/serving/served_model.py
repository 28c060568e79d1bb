"""The model from the server's start to its end: loaded in the background, tried, watched, and let go.

loading ─▶ ready ─▶ stopping        `/ping` says 200 in `ready` alone, and requests are taken in `ready` alone
   └─▶ failed  └─▶ broken ─▶ stopping
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from enum import StrEnum
from typing import Self

from note_summarizer.serving.errors import RequestError, where
from note_summarizer.serving.records import Engine

_TINY_NOTE = "Fever."
# A try waits behind the notes under way; a longer silence is taken for death. The time of one invocation of a job.
_TRY_SECONDS = 600.0
logger = logging.getLogger(__name__)


class ModelState(StrEnum):
    """Where the model stands."""

    LOADING = "loading"
    READY = "ready"
    BROKEN = "broken"
    FAILED = "failed"
    STOPPING = "stopping"


class ServedModel:
    """One engine and its state; safe to call from several threads.

    Attributes:
        failure: why the model could not be loaded.
        cut_off: requests that the server's end did not let finish.
    """

    def __init__(self, open_engine: Callable[[], Engine]) -> None:
        self._open = open_engine
        self._engine: Engine | None = None
        self._lock = threading.Lock()
        self._state = ModelState.LOADING
        self.failure: Exception | None = None
        self.cut_off = 0

    @classmethod
    def ready(cls, engine: Engine) -> Self:
        """Return a model that is loaded already."""
        model = cls(lambda: engine)
        model.load()
        return model

    @property
    def state(self) -> ModelState:
        """Where the model stands now."""
        if self._state is ModelState.READY and self._engine is not None and not self._engine.alive:
            return ModelState.BROKEN
        return self._state

    def load(self) -> None:
        """Load the model and summarize one tiny note with it; `failure` then says why it could not be done, if so."""
        try:
            engine = self._open()
            engine.submit(_TINY_NOTE).result(_TRY_SECONDS)
        except Exception as error:  # noqa: BLE001 - whatever a library says; the process ends with it
            self.failure = error
            self._enter(ModelState.FAILED)
            return
        self._engine = engine
        self._enter(ModelState.READY)

    def engine(self) -> Engine:
        """Return the engine, for one request.

        Raises:
            RequestError: there is none that can answer.
        """
        state = self.state
        if self._engine is None or state is not ModelState.READY:
            raise RequestError(503, f"The model is not ready ({state}): send the request again.", retry_after=1)
        return self._engine

    def examine(self) -> None:
        """Tell an engine that failed at some notes from one that can answer nothing any more, by a tiny note.

        Raises:
            RequestError: it can answer nothing; the state is `broken` from now on.
        """
        engine = self._engine or self.engine()
        try:
            engine.submit(_TINY_NOTE).result(_TRY_SECONDS)
        except Exception as error:  # noqa: BLE001 - whatever the engine died of
            logger.error("the engine no longer answers: %s", where(error))
            self._enter(ModelState.BROKEN)
            raise RequestError(503, "The model no longer answers: restart the server.", retry_after=1) from None

    def stop(self) -> None:
        """Take no more requests; those under way keep their engine."""
        self._enter(ModelState.STOPPING)

    def _enter(self, state: ModelState) -> None:
        with self._lock:
            if self._state is not ModelState.STOPPING:
                self._state = state
