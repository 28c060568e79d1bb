"""What the steps of one deployment share, and that a deployment happens as a whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from note_summarizer.deployment.connections import Aws
from note_summarizer.deployment.undo import Undo, account_of
from note_summarizer.deployment.waiting import Patience, Tell
from note_summarizer.errors import ModelBuildError

Options = TypeVar("Options")


@dataclass
class Work(Generic[Options]):
    """One deployment under way.

    Attributes:
        created: what was not there before.
    """

    options: Options
    aws: Aws
    patience: Patience
    tell: Tell
    undo: Undo = field(default_factory=Undo)
    created: list[str] = field(default_factory=list)

    def note(self, what: str, made: bool) -> None:
        """Tell that something is there, and whether it was made just now."""
        self.tell(f"{what}: {'created' if made else 'already there'}")
        if made:
            self.created.append(what)


@contextmanager
def whole_or_nothing(work: Work[Options]) -> Iterator[None]:
    """Undo what was made if the work fails, and say so.

    Raises:
        ModelBuildError: the failure, with an account of what was undone.
    """
    try:
        yield
    except ModelBuildError as error:
        if work.undo:
            work.tell("Rolling back ...")
        raise type(error)(f"{error} {account_of(*work.undo.roll_back())}".rstrip()) from error
    except BaseException:  # Ctrl-C, or a bug: told as what it is, but nothing is left behind either
        work.tell(f"Rolling back ... {account_of(*work.undo.roll_back())}")
        raise
