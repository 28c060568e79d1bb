"""Another time for the handlers: what follows from hours and days going by."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta, tzinfo
from unittest.mock import patch

from notes_pipeline.handlers import batch_due, transform_finished

REAL = datetime


@contextmanager
def later(**delta: float) -> Iterator[None]:
    """Let the handlers believe that it is later by so much, as `timedelta` takes it."""
    with at(REAL.now().astimezone() + timedelta(**delta)):
        yield


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Let the handlers believe that it is that moment; it does not pass."""

    class Then(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
            return moment.astimezone(tz)

    with ExitStack() as patches:
        for module in (batch_due, transform_finished):
            patches.enter_context(patch.object(module, "datetime", Then))
        yield
