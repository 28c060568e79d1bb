"""Bytes of a document as they come → decoded text on its page, and its footnotes on theirs."""

from __future__ import annotations

from notes_pipeline.core.formats.rich_text.fonts import decoded
from notes_pipeline.core.formats.rich_text.page import Page


class Writer:
    """Decodes bytes once no more of the same charset follow, so that a character of two bytes may come in two pieces.

    Attributes:
        count: of pieces written so far.
    """

    def __init__(self) -> None:
        self.count = 0
        self._body, self._footnotes = Page(), Page()
        self._pending: list[bytes] = []
        self._charset, self._page = "", self._body

    def add(self, data: bytes, charset: str, *, is_footnote: bool) -> None:
        """Write some bytes of a charset."""
        wanted = self._footnotes if is_footnote else self._body
        if charset != self._charset or wanted is not self._page:
            self.flush()
            self._charset, self._page = charset, wanted
        self._pending.append(data)
        self.count += 1

    def put(self, text: str, *, is_footnote: bool) -> None:
        """Write some text."""
        self.page(is_footnote=is_footnote).put(text)
        self.count += 1

    def page(self, *, is_footnote: bool) -> Page:
        """Return the page that is written on, with all on it that came so far."""
        self.flush()
        return self._footnotes if is_footnote else self._body

    def flush(self) -> None:
        """Write what waits.

        Raises:
            InputError: it is no text of its charset.
        """
        if self._pending:
            self._page.put(decoded(b"".join(self._pending), self._charset))
            self._pending.clear()

    def text(self) -> str:
        """Return all of it, footnotes at the end; halves of characters, which come one by one, are put together."""
        self.flush()
        text = "\n".join(filter(None, (self._body.text(), self._footnotes.text())))
        try:
            return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le")
        except UnicodeDecodeError:
            return text  # with half a character, for which it is refused
