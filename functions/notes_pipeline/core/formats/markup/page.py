"""Elements of HTML, of FHIR's narrative and of CDA's → the text of a page; they have the same ones, or nearly.

What is not shown is left out: scripts, what is hidden, and what is struck out, which its author took back. Ways that a
text can be broken are mended as browsers do: whoever forgets an end tag has it ended by what cannot stand within.
"""

from __future__ import annotations

from collections.abc import Mapping

from notes_pipeline.core.formats.markup.elements import (
    APART,
    BLOCKS,
    EMPTY,
    FIELDS,
    KINDS,
    ROW_GROUPS,
    Hidden,
    Kind,
    is_hidden,
    keeps_spaces,
    text_of_field,
)
from notes_pipeline.core.formats.markup.structure import Structure
from notes_pipeline.core.formats.markup.tokens import read_html
from notes_pipeline.core.formats.powers import is_power

# White space between tags, as it is written most often.
_BREAKS = frozenset({" ", "\n", "\r\n"})


def text_of_html(markup: str, limit: int) -> str:
    """Return the text of HTML or XHTML, of a whole page or a part of one, "" if it shows none.

    Args:
        limit: most characters.

    Raises:
        RecordError: it is longer.
    """
    page = Page(limit)
    read_html(markup, page)
    return page.finish()


class Page:
    """A page that is read, tag by tag; what is in it only has to be well-formed for someone else.

    Args:
        limit: most characters of its text; beyond it, RecordError is raised.
    """

    def __init__(self, limit: int) -> None:
        self._structure = Structure(limit)
        self._hidden: Hidden | None = None
        self._is_raised = False

    def start(self, name: str, attributes: Mapping[str, str], *, closed: bool) -> None:
        """Take a start tag; `closed`: it ends itself."""
        if self._hidden and not self._hidden.start(name, closed=closed):
            return
        self._hidden = None
        if not is_hidden(name, attributes):
            self._show(name, attributes)
            if closed and name not in EMPTY:
                self.end(name)
        elif not closed and name not in EMPTY:
            self._hidden = Hidden(name)

    def end(self, name: str) -> None:
        """Take an end tag."""
        if self._hidden:
            is_own = name == self._hidden.name
            if not self._hidden.end(name):
                return
            self._hidden = None
            if is_own:
                return
        self._is_raised = False
        self._structure.end(name, Kind.ROW if name in ROW_GROUPS else KINDS.get(name, Kind.STYLED))
        if name in BLOCKS or name in ("br", "p"):
            self._structure.lines.block(apart=name in APART)

    def text(self, text: str) -> None:
        """Take text."""
        if self._hidden:
            return
        lines = self._structure.lines
        if text in _BREAKS and not self._structure.keeps_spaces:
            lines.space()
            return
        if not text.isspace():
            self._structure.make_room()
            lines = self._structure.lines
        if self._is_raised and is_power(text, lines.last):
            lines.say("^")
        self._is_raised = False
        if self._structure.keeps_spaces:
            lines.say_as_is(text)
        else:
            lines.say(text)

    def finish(self) -> str:
        """Return the text of the page."""
        self._structure.close()
        return "\n".join(self._structure.lines.finish())

    def _show(self, name: str, attributes: Mapping[str, str]) -> None:
        self._is_raised = name == "sup"
        structure = self._structure
        if name in BLOCKS:
            structure.lines.block(apart=name in APART)
        kind = KINDS.get(name)
        if kind is None and attributes and keeps_spaces(name, attributes) is not None:
            kind = Kind.STYLED
        if kind and name not in EMPTY:
            structure.start(name, kind, attributes)
        elif name == "br":
            structure.lines.break_line()
        elif name in FIELDS:
            self.text(f" {text_of_field(name, attributes)}")
        elif name in ROW_GROUPS:
            structure.end("tr", Kind.ROW)
        else:
            structure.repeat(name)
