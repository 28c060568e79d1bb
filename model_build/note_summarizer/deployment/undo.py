"""Undoing: what was made is remembered together with how to remove it, newest first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from botocore.exceptions import BotoCoreError, ClientError

from note_summarizer.errors import ModelBuildError


@dataclass
class Undo:
    """A stack of things to undo if the work as a whole fails."""

    _steps: list[tuple[str, Callable[[], None]]] = field(default_factory=list)

    def add(self, what: str, action: Callable[[], None]) -> None:
        """Remember how to undo something; add it before the call that makes it, which may fail half-way."""
        self._steps.append((what, action))

    def __bool__(self) -> bool:
        return bool(self._steps)

    def roll_back(self) -> tuple[list[str], list[str]]:
        """Undo everything, newest first; return what was undone and what could not be."""
        undone: list[str] = []
        left: list[str] = []
        while self._steps:
            what, action = self._steps.pop()
            try:
                action()
            except (ClientError, BotoCoreError, ModelBuildError) as error:
                left.append(f"{what} ({type(error).__name__})")
            else:
                undone.append(what)
        return undone, left


def account_of(undone: list[str], left: list[str]) -> str:
    """Say in a sentence or two what was undone and what is left."""
    said = [f"Undone: {', '.join(undone)}."] if undone else []
    if left:
        said.append(f"Could not be undone, and may cost money: {', '.join(left)}; run `chartbrief model cleanup`.")
    return " ".join(said)
