"""Bytes of a document as they come → decoded text on its page, and its footnotes on theirs."""

from __future__ import annotations

from notes_pipeline.core.formats.powers import is_power
from notes_pipeline.core.formats.rich_text.fonts import decoded
from notes_pipeline.core.formats.rich_text.page import Page


class Writer:
    """Decodes bytes once no more of the same charset follow, so that a character of two bytes may come in two pieces.

    Raised text waits until its end too: a sign and its digits may come in pieces.

    Attributes:
        count: of pieces written so far.
    """

    def __init__(self) -> None:
        self.count = 0
        self._body, self._footnotes = Page(), Page()
        self._pending: list[bytes] = []
        self._decoded: list[str] = []
        self._charset, self._page = "", self._body
        # Whether text is raised, and whether none of it is on the page yet.
        self._is_raised = self._is_new = False

    def add(self, data: bytes, charset: str, *, is_footnote: bool, is_raised: bool) -> None:
        """Write some bytes of a charset."""
        self._turn(is_footnote=is_footnote, is_raised=is_raised)
        if charset != self._charset:
            self._decode()
            self._charset = charset
        self._pending.append(data)
        self.count += 1

    def put(self, text: str, *, is_footnote: bool, is_raised: bool) -> None:
        """Write some text."""
        self._turn(is_footnote=is_footnote, is_raised=is_raised)
        self._decode()
        self._decoded.append(text)
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
        self._decode()
        text = "".join(self._decoded)
        self._decoded.clear()
        if text and self._is_new:
            self._is_new = False
            if is_power(text, self._page.last):
                self._page.put("^")
        self._page.put(text)

    def text(self) -> str:
        """Return all of it, footnotes at the end; halves of characters, which come one by one, are put together."""
        self.flush()
        text = "\n".join(filter(None, (self._body.text(), self._footnotes.text())))
        try:
            return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le")
        except UnicodeDecodeError:
            return text  # with half a character, for which it is refused

    def _turn(self, *, is_footnote: bool, is_raised: bool) -> None:
        wanted = self._footnotes if is_footnote else self._body
        if wanted is not self._page or is_raised is not self._is_raised:
            self.flush()
            self._page, self._is_raised, self._is_new = wanted, is_raised, is_raised

    def _decode(self) -> None:
        if self._pending:
            self._decoded.append(decoded(b"".join(self._pending), self._charset))
            self._pending.clear()
