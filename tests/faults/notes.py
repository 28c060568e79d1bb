"""What is dropped, and what has to come of it: notes that say which note and version they are, files, and an oracle."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

MARK = re.compile(rb"k\d\d_\d\d")


@dataclass(frozen=True)
class Note:
    """A record of a file. Its text names its note and version, so that it is known wherever a model is asked for it."""

    number: int
    version: int
    kind: str = "good"

    @property
    def note_id(self) -> str:
        return f"N{self.number}"

    @property
    def mark(self) -> str:
        return f"k{self.number:02d}_{self.version:02d}"

    @property
    def text(self) -> str:
        if self.kind == "empty":
            return ""
        more = {"refused": " Please refuse me.", "poison": " POISON."}.get(self.kind, "")
        return f"Fever and cough with {self.mark}. Chest pain since Monday, HR 12{self.version}.{more}"


@dataclass(frozen=True)
class Drop:
    """A file as it is dropped, so many seconds after the beginning."""

    path: str
    notes: tuple[Note, ...]
    at: float = 0.0
    is_broken: bool = False

    @property
    def body(self) -> bytes:
        if self.is_broken:
            return b"\xff\xfe\x00broken"
        rows = "".join(f'{n.note_id},P{n.number % 3},"{n.text}"\n' for n in self.notes)
        return f"note_id,patient_id,note\n{rows}".encode()

    @property
    def records(self) -> int:
        return 1 if self.is_broken else len(self.notes)


def newest(drops: Iterable[Drop]) -> dict[str, Note]:
    """Of every note the version that counts in the end: the last one, in the order of drops and of rows."""
    found: dict[str, Note] = {}
    for drop in drops:
        found |= {} if drop.is_broken else {n.note_id: n for n in drop.notes if n.kind != "empty"}
    return found


def good(*versions: tuple[int, int]) -> tuple[Note, ...]:
    return tuple(Note(number, version) for number, version in versions)


def files(*contents: Sequence[Note], path: str = "ehr/f{}.csv", every: float = 30.0) -> tuple[Drop, ...]:
    """Files of one source system, each some seconds after the other."""
    return tuple(Drop(path.format(place), tuple(notes), place * every) for place, notes in enumerate(contents))
