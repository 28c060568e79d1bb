"""The elements that are open: lists, tables, and what keeps its spaces; each ends what cannot stand within it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from notes_pipeline.core.formats.markup.elements import Kind, keeps_spaces, whole_number
from notes_pipeline.core.formats.markup.lines import Lines, Margin
from notes_pipeline.core.formats.markup.tables import Cell, Table, end_row, new_cell

# Lists, tables, their parts and what keeps its spaces, within each other; what is deeper loses its marks and columns,
# and no text. Each table that a table is in copies its lines once more, which is why browsers' 512 is too many.
_DEEPEST = 64
# Neither an end tag nor the next of its kind ends an element beyond these.
_FENCES = {
    Kind.LIST: frozenset({Kind.TABLE}),
    Kind.ITEM: frozenset({Kind.LIST, Kind.TABLE}),
    Kind.TABLE: frozenset[Kind](),
    Kind.ROW: frozenset({Kind.TABLE}),
    Kind.CELL: frozenset({Kind.TABLE}),
    Kind.STYLED: frozenset({Kind.CELL}),
}
# What a table has between itself and what is in its cells.
_PARTS = frozenset({Kind.ROW, Kind.CELL})


@dataclass
class Open:
    """An element that is open.

    Attributes:
        keeps_spaces, lines: how white space was kept, and where text went, before it.
        has_margin: its lines have a margin of its own.
        within: how many elements of its name, which have no effect of their own, are open in it.
        number: of the next item; None for a list without numbers.
    """

    name: str
    kind: Kind
    keeps_spaces: bool
    lines: Lines
    has_margin: bool = False
    within: int = 0
    number: int | None = None
    table: Table | None = None
    cell: Cell | None = None


class Structure:
    """What is open, and the lines that text goes to now.

    Args:
        limit: most characters of them.
    """

    def __init__(self, limit: int) -> None:
        self.lines = Lines(limit)
        self.keeps_spaces = False
        self._limit = limit
        self._open: list[Open] = []
        # So many of what is open are there for their white space.
        self._styled = 0
        self._starts = {
            Kind.LIST: self._start_list,
            Kind.ITEM: self._start_item,
            Kind.TABLE: self._start_table,
            Kind.ROW: self._start_row,
            Kind.CELL: self._start_cell,
            Kind.STYLED: self._start_styled,
        }

    def start(self, name: str, kind: Kind, attributes: Mapping[str, str]) -> None:
        """Open an element; one that is too deep begins a new line, and no more."""
        if len(self._open) >= _DEEPEST:
            self.lines.block()
            return
        if kind not in _PARTS:
            self.make_room()
        self._starts[kind](name, attributes)

    def make_room(self) -> None:
        """Make a cell for what stands in a row and in no cell; behind a row that has no table, none is needed."""
        if not self._open or self._open[-1].kind not in (Kind.TABLE, Kind.ROW):
            return
        table = self._place(Kind.TABLE)
        if table is not None and not self._open[table].name:
            self._close(table)
        elif self._open[-1].kind is Kind.ROW:
            self._start_cell("td", {})

    def repeat(self, name: str) -> None:
        """Take notice of an element without an effect, whose end tag is not that of an open one of its name."""
        place = self._place(Kind.STYLED, name) if self._styled else None
        if place is not None:
            self._open[place].within += 1

    def end(self, name: str, kind: Kind = Kind.STYLED) -> None:
        """Close an element, and all that is open in it; an end tag of nothing closes nothing."""
        if kind is Kind.STYLED and not self._styled:
            return
        place = self._place(kind, name)
        if place is None:
            return
        if self._open[place].within:
            self._open[place].within -= 1
        else:
            self._close(place)

    def close(self) -> None:
        """Close all that is open."""
        self._close(0)

    def _place(self, kind: Kind, name: str = "") -> int | None:
        """Return where the innermost element of a kind is, within the table or list that counts."""
        fences, place = _FENCES[kind], len(self._open)
        while place:
            place -= 1
            found = self._open[place]
            if found.kind is kind and (kind is not Kind.STYLED or found.name == name):
                return place
            if found.kind in fences:
                return None
        return None

    def _start_list(self, name: str, attributes: Mapping[str, str]) -> None:
        is_numbered = name == "ol" or attributes.get("listtype", "").lower() == "ordered"
        # A list right in a list, which is in no item of it, is set in all the same.
        is_inner = self._place(Kind.LIST) is not None and self._place(Kind.ITEM) is None
        found = self._push(name, Kind.LIST, attributes)
        found.number = whole_number(attributes.get("start"), 1) if is_numbered else None
        self._set_in(found, Margin("  " if is_inner else "", is_marked=True))

    def _start_item(self, name: str, attributes: Mapping[str, str]) -> None:
        self._close(self._place(Kind.ITEM))
        self.lines.block()
        place = self._place(Kind.LIST)
        mark = "- "
        if place is not None and (number := self._open[place].number) is not None:
            number = whole_number(attributes.get("value"), number)
            self._open[place].number = number + 1
            mark = f"{number}. "
        self._set_in(self._push(name, Kind.ITEM, attributes), Margin(mark))

    def _start_table(self, name: str, attributes: Mapping[str, str]) -> None:
        place = self._place(Kind.CELL)
        holder = self._open[place].cell if place is not None else None
        self._push(name, Kind.TABLE, attributes).table = Table(holder)

    def _start_row(self, name: str, attributes: Mapping[str, str]) -> None:
        self._close(self._place(Kind.ROW))
        if self._place(Kind.TABLE) is None:
            self._start_table("", {})
        self._push(name, Kind.ROW, attributes)

    def _start_cell(self, name: str, attributes: Mapping[str, str]) -> None:
        if not self._open or self._open[-1].kind is not Kind.ROW:
            self._close(self._place(Kind.CELL))
            if self._place(Kind.ROW) is None:
                self._start_row("tr", {})
        table = self._table()
        found = self._push(name, Kind.CELL, attributes)
        if table:
            found.cell = new_cell(self._limit, attributes.get("colspan"), attributes.get("rowspan"))
            table.cells.append(found.cell)
            self.lines = found.cell.lines

    def _start_styled(self, name: str, attributes: Mapping[str, str]) -> None:
        self._push(name, Kind.STYLED, attributes)

    def _push(self, name: str, kind: Kind, attributes: Mapping[str, str]) -> Open:
        found = Open(name, kind, self.keeps_spaces, self.lines)
        self._open.append(found)
        self._styled += kind is Kind.STYLED
        keeps = keeps_spaces(name, attributes)
        self.keeps_spaces = self.keeps_spaces if keeps is None else keeps
        return found

    def _set_in(self, found: Open, margin: Margin) -> None:
        found.has_margin = True
        self.lines.margins.append(margin)

    def _table(self) -> Table | None:
        place = self._place(Kind.TABLE)
        return self._open[place].table if place is not None else None

    def _close(self, place: int | None) -> None:
        """Close an element, and all that is open in it."""
        while place is not None and len(self._open) > place:
            found = self._open.pop()
            self._styled -= found.kind is Kind.STYLED
            self.lines.block()
            self.lines, self.keeps_spaces = found.lines, found.keeps_spaces
            if found.has_margin:
                self.lines.margins.pop()
            table = self._table() if found.kind is Kind.ROW else None
            if table:
                end_row(table, self.lines)
