"""Sections → text: each one's title, its narrative, and the sections in it, in the order they stand."""

from __future__ import annotations


class Sections:
    """The sections of a document; one without a narrative, and without one in it that has some, is left out."""

    def __init__(self) -> None:
        # Titles of those that are open.
        self._open: list[str] = []
        # So many of them have them in the text already.
        self._titled = 0
        self._parts: list[str] = []

    def start(self) -> None:
        """A section begins."""
        self._open.append("")

    def end(self) -> None:
        """The innermost section ends."""
        self._open.pop()
        self._titled = min(self._titled, len(self._open))

    def title(self, text: str) -> None:
        """Take the title of the innermost section."""
        self._open[-1] = text

    def narrative(self, text: str) -> None:
        """Take the narrative of the innermost section."""
        if not text.strip():
            return
        titles = filter(None, self._open[self._titled :])
        self._titled = len(self._open)
        self._parts.append("\n".join([*titles, text]))

    @property
    def text(self) -> str:
        """The text of all."""
        return "\n\n".join(self._parts)
