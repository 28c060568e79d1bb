"""Pieces of text → lines; cells of tables → `Drug | Dose | Since`, as tables of HTML are written."""

from __future__ import annotations

from collections.abc import Iterator

_BETWEEN = " | "
# A row with a cell of more lines than this is no row that is read across.
_MOST_LINES = 12
_ENDS = (".", ";", ":", ",", "!", "?")


class Page:
    """What is written so far."""

    def __init__(self) -> None:
        self._in_table = False
        self._pieces: list[str] = []
        self._row: list[str] = []
        # Where the paragraph or cell begins that is being written.
        self._start = 0
        self._holds_table = False

    def put(self, text: str) -> None:
        """Write some text where the last ended."""
        if text:
            self._pieces.append(text)

    @property
    def last(self) -> str:
        """The last character of the paragraph or cell, "" if it has none so far."""
        return self._pieces[-1][-1] if len(self._pieces) > self._start else ""

    def end_line(self) -> None:
        """End a line: of a cell, if it is one of a cell."""
        if self._row and not self._in_table:
            self.end_row()
        self._pieces.append("\n")
        if not self._row and not self._in_table:
            self._start = len(self._pieces)

    def break_line(self) -> None:
        """Have what comes stand on a line of its own."""
        if self._pieces and not self._pieces[-1].endswith("\n"):
            self.end_line()

    def enter_table(self) -> None:
        """Have the paragraph be one of a cell."""
        self._in_table = True

    def leave_table(self) -> None:
        """Have it be none, as a paragraph is that nothing is said of."""
        self._in_table = False

    def begin_row(self) -> None:
        """Take what comes for the first cell; programs say it again at the end of a row, when it means nothing."""
        if not self._row:
            self._start = len(self._pieces)

    def end_cell(self) -> None:
        """Take what was written since the last cell ended for a cell."""
        self._row.append(self._taken())

    def end_row(self) -> None:
        """Write the row that ends; what came behind its last cell comes behind it."""
        rest = self._taken()
        cells = [[line.strip() for line in cell.split("\n") if line.strip()] for cell in self._row]
        for line in _lines(cells, as_page=self._holds_table):
            self._pieces += (line, "\n")
        self._row, self._holds_table, self._start = [], False, len(self._pieces)
        if rest.strip():
            self._pieces.append(rest)

    def end_inner_cell(self) -> None:
        """End a cell of a table that stands in a cell."""
        self._pieces.append(_BETWEEN)

    def end_inner_row(self) -> None:
        """End a row of it."""
        if self._pieces and self._pieces[-1] == _BETWEEN:
            self._pieces.pop()
        self._pieces.append("\n")
        self._holds_table = True

    def text(self) -> str:
        """Return what is written."""
        if self._row:
            self.end_row()
        return "".join(self._pieces)

    def _taken(self) -> str:
        start = min(self._start, len(self._pieces))
        text = "".join(self._pieces[start:])
        del self._pieces[start:]
        return text


def _lines(cells: list[list[str]], *, as_page: bool) -> Iterator[str]:
    """Yield the lines of a row: one, or those of its cells if it only arranges them."""
    full = [lines for lines in cells if lines]
    if len(full) == 1 or as_page or any(len(lines) > _MOST_LINES for lines in full):
        for line in (line for lines in full for line in lines):
            yield _BETWEEN.join(map(str.strip, line.split(_BETWEEN))) if as_page else line
    elif full:
        last = max(column for column, lines in enumerate(cells) if lines)
        yield _BETWEEN.join(map(_joined, cells[: last + 1]))


def _joined(lines: list[str]) -> str:
    """Return lines of a cell as one: what stood below each other must not run together ("Aspirin Warfarin")."""
    text = ""
    for line in lines:
        between = " " if text.endswith(_ENDS) else "; "
        text = f"{text}{between}{line}" if text else line
    return text
