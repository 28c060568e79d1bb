"""Rows of tables → lines: `Drug | Dose | Since`, or one cell after another where a table only arranges a page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from notes_pipeline.core.formats.markup.elements import whole_number
from notes_pipeline.core.formats.markup.lines import Lines

# A cell over more columns or rows than this is a mistake, or meant to make us write for ever.
_MOST_COLUMNS = 50
_MOST_ROWS = 1_000
# A row with a cell of more lines than this is no row that is read across.
_MOST_LINES = 12
_ENDS = (".", ";", ":", ",", "!", "?")


@dataclass
class Cell:
    """A cell; `is_page`: a table in it has several columns, which cannot stand in one line."""

    lines: Lines
    columns: int
    rows: int
    is_page: bool = False


@dataclass
class Table:
    """The row of a table that is being read, and until which row cells of rows before reach down, by column.

    Attributes:
        holder: the cell that the table stands in.
    """

    holder: Cell | None = None
    cells: list[Cell] = field(default_factory=list)
    row: int = 0
    reach: dict[int, int] = field(default_factory=dict)


def new_cell(limit: int, columns: str | None, rows: str | None) -> Cell:
    """Return an empty cell, as wide and as high as it says that it is."""
    wide, high = whole_number(columns, 1) or 1, whole_number(rows, 1) or 1
    return Cell(Lines(limit), min(wide, _MOST_COLUMNS), min(high, _MOST_ROWS))


def end_row(table: Table, page: Lines) -> None:
    """Write the row that ends, if anything is in it."""
    written = [(cell, [line for line in cell.lines.finish() if line]) for cell in table.cells]
    full = [(cell, lines) for cell, lines in written if lines]
    is_alone = len(full) == 1 and max(table.reach.values(), default=-1) < table.row
    if any(_is_page(cell, lines, is_alone=is_alone) for cell, lines in full):
        for cell, _ in full:
            _put_page(cell, page)
    elif full:
        texts = list(_columns(table, [(cell, _joined(lines)) for cell, lines in written]))
        last = max(column for column, text in enumerate(texts) if text)
        page.put(" | ".join(texts[: last + 1]).lstrip())
        if table.holder and last:
            table.holder.is_page = True
    _reach_down(table)
    table.cells.clear()
    table.row += 1


def _is_page(cell: Cell, lines: list[str], *, is_alone: bool) -> bool:
    """Say whether a cell of a row is not meant to be read across, with the others."""
    return cell.is_page or len(lines) > (1 if is_alone else _MOST_LINES)


def _put_page(cell: Cell, page: Lines) -> None:
    page.block()
    for line in cell.lines.done:
        if line:
            page.put(line)
        else:
            page.block(apart=True)


def _columns(table: Table, cells: list[tuple[Cell, str]]) -> Iterator[str]:
    """Yield what stands in each column; what a cell above reaches down to, and what a wide cell covers, is empty."""
    column = 0
    for cell, text in cells:
        while table.reach.get(column, -1) >= table.row:
            yield ""
            column += 1
        yield text
        yield from [""] * (cell.columns - 1)
        column += cell.columns


def _reach_down(table: Table) -> None:
    column = 0
    for cell in table.cells:
        while table.reach.get(column, -1) >= table.row:
            column += 1
        if cell.rows > 1 and column < _MOST_COLUMNS:
            for covered in range(column, column + cell.columns):
                table.reach[covered] = table.row + cell.rows - 1
        column += cell.columns


def _joined(lines: list[str]) -> str:
    """Return lines of a cell as one: what stood below each other must not run together ("Aspirin Warfarin")."""
    text = ""
    for line in map(str.strip, lines):
        between = " " if text.endswith(_ENDS) else "; "
        text = f"{text}{between}{line}" if text else line
    return text
