"""Splitting a long note into parts the model can read whole; pure.

Cuts fall where a reader would make them: before a section heading, rather than before a paragraph, a speaker's turn, a
line, a sentence, in this order; within a sentence only if it does not fit. Which cuts, a shortest path decides: as few
parts as possible, of even sizes, at the best places. A part that begins inside a section is read with the section's
heading in front, and one that begins inside a clause with the words before it; nothing else is read twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise

from note_summarizer.long_notes.note_units import (
    CHARACTERS_PER_TOKEN,
    MOST_CONTEXT,
    Boundary,
    Measure,
    Unit,
    note_units,
)

# Characters a token: a note of megabytes is not measured only to be told that it is long.
_CERTAINLY_LONG = 8 * CHARACTERS_PER_TOKEN
# Units are joined up to this share of the limit, so that few places to cut have to be weighed against each other.
_GRAIN = 1 / 32


@dataclass(frozen=True)
class NotePart:
    """A stretch of a note, and what the model is to read before it.

    Attributes:
        text: the note's own characters.
        context: heading, speaker, or words of the part before; repeated from further up in the note.
    """

    text: str
    context: str = ""

    @property
    def read(self) -> str:
        """What the model reads."""
        return self.context + self.text


def split_note(note: str, measure: Measure, limit: int) -> list[NotePart]:
    """Split a note into parts of at most `limit` tokens each, context included.

    Each unit of the note is measured once and each part once, so the time is linear in the note's length.

    Args:
        measure: number of tokens the model would read for a text.

    Returns:
        The parts in order; their texts joined are the note.
    """
    if len(note) <= _CERTAINLY_LONG * limit and measure(note) <= limit:
        return [NotePart(note)]
    return _Splitter(measure, limit).split(note_units(note, measure, limit))


class _Splitter:
    def __init__(self, measure: Measure, limit: int) -> None:
        self._measure, self._limit = measure, limit
        # Every text has these, such as an end of sequence: parts have them once, not once a unit.
        self._fixed = measure("")
        self._extras = {"": 0}

    def split(self, units: Sequence[Unit]) -> list[NotePart]:
        grains = self._grains(units)
        contexts = [self._context(unit) for unit in grains]
        extras = [self._extra(context) for context in contexts]
        sizes = [unit.tokens for unit in grains]
        return self._parts(grains, contexts, sizes, extras, self._limit - self._fixed)

    def _grains(self, units: Sequence[Unit]) -> list[Unit]:
        grains: list[list[Unit]] = []
        size = 0
        for unit in units:
            tokens = max(unit.tokens - self._fixed, 0)
            if grains and size + tokens <= self._limit * _GRAIN and unit.boundary is not Boundary.HEADING:
                grains[-1].append(unit)
                size += tokens
            else:
                grains.append([unit])
                size = tokens
        return [self._joined(grain) for grain in grains]

    def _joined(self, grain: Sequence[Unit]) -> Unit:
        tokens = sum(max(unit.tokens - self._fixed, 0) for unit in grain)
        return replace(grain[0], text="".join(unit.text for unit in grain), tokens=tokens)

    def _parts(
        self, units: Sequence[Unit], contexts: Sequence[str], sizes: Sequence[int], extras: Sequence[int], room: int
    ) -> list[NotePart]:
        parts: list[NotePart] = []
        for start, end in pairwise(plan_cuts([unit.boundary.value for unit in units], sizes, extras, room)):
            part = NotePart("".join(unit.text for unit in units[start:end]), contexts[start])
            if self._measure(part.read) <= self._limit:
                parts.append(part)
            elif end - start == 1:
                parts.append(NotePart(part.text))
            else:
                # Joined units have more tokens than both alone now and then: leave less room, so that these are split.
                inside = slice(start, end)
                room_inside = sum(sizes[inside]) - 1
                parts += self._parts(units[inside], contexts[inside], sizes[inside], extras[inside], room_inside)
        return parts

    def _context(self, unit: Unit) -> str:
        context = unit.overlap or unit.context
        return context if self._extra(context) <= self._limit * MOST_CONTEXT else ""

    def _extra(self, context: str) -> int:
        if context not in self._extras:
            self._extras[context] = self._measure(context) - self._fixed
        return self._extras[context]


def plan_cuts(costs: Sequence[float], sizes: Sequence[int], extras: Sequence[int], room: int) -> list[int]:
    """Return where to cut: 0, the first unit of each further part, and the number of units.

    The cheapest way, where a part costs 1, a cut what its place costs, and a part's size the square of its relative
    difference from the mean size of the least number of parts.

    Args:
        costs: of a cut before each unit.
        sizes: of the units, in tokens.
        extras: tokens that a part beginning with this unit reads besides.
        room: most tokens of a part; a unit that alone has more is a part by itself.
    """
    ends = [0, *accumulate(sizes)]
    parts = max(1, -(-ends[-1] // max(room, 1)))
    target = max(ends[-1] / parts, 1)
    best: list[tuple[float, int]] = [(0.0, 0)]
    for end in range(1, len(ends)):
        options = []
        for start in range(end - 1, -1, -1):
            size = ends[end] - ends[start]
            if size > room and start < end - 1:
                break
            if size + extras[start] <= room or start == end - 1:
                cut = costs[start] if start else 0.0
                options.append((best[start][0] + 1 + cut + (size / target - 1) ** 2, start))
        best.append(min(options))
    places = [len(sizes)]
    while places[-1]:
        places.append(best[places[-1]][1])
    return places[::-1]
