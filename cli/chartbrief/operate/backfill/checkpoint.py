"""The list of what a backfill has to do, oldest first, and how far it is: one SQLite file, so that memory stays small.

A backfill that was cut off goes on with its list; one that was finished looks again and adds what is new.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import astuple, dataclass
from pathlib import Path

from chartbrief.errors import UsageError
from chartbrief.operate.backfill.found_files import FoundFile
from notes_pipeline.aws.note_batches import in_batches
from notes_pipeline.core.formats.fhir.siblings import is_sibling

_TABLES = """
CREATE TABLE IF NOT EXISTS job (what TEXT NOT NULL, listed INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS file (
    path TEXT, key TEXT, version_id TEXT, mark TEXT, size INTEGER, modified TEXT, archived INTEGER, outcome TEXT,
    UNIQUE (key, version_id, mark)
);
CREATE INDEX IF NOT EXISTS by_age ON file (outcome, modified, key);
"""
_WRITTEN_TOGETHER = 1000
# Some files are looked into, which waits for S3.
_LOOKERS = 8


@dataclass(frozen=True)
class Totals:
    """Files and bytes."""

    files: int = 0
    bytes: int = 0


class Checkpoint:
    """A backfill's list.

    Args:
        file: where it is kept; None keeps it until the command ends.
        what: which backfill it is of.

    Raises:
        UsageError: the file is another backfill's list, or no list at all.
    """

    def __init__(self, file: Path | None, what: str) -> None:
        self._database = sqlite3.connect(str(file or ""))
        self.skipped: Counter[str] = Counter()
        self._database.create_function("is_sibling", 1, is_sibling, deterministic=True)
        self._may_have_siblings = True
        try:
            self._database.executescript(_TABLES)
            found = self._database.execute("SELECT what FROM job").fetchone()
        except sqlite3.DatabaseError:
            raise UsageError(f"{file} is not a backfill's checkpoint: name another file.") from None
        if found and found[0] != what:
            raise UsageError(f"{file} is the checkpoint of another backfill: name another file with --checkpoint.")
        if not found:
            self._database.execute("INSERT INTO job VALUES (?, 0)", (what,))
            self._database.commit()

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    @property
    def is_under_way(self) -> bool:
        """Whether its list is complete and something of it is left to do."""
        (listed,) = self._database.execute("SELECT listed FROM job").fetchone()
        return bool(listed) and self.left().files > 0

    def add(self, files: Iterable[FoundFile], skipped: Callable[[FoundFile], str]) -> None:
        """Write down the files that are chosen and not in the list yet, and that the list is complete.

        Args:
            skipped: says why a file is left out, "" if it is not.
        """
        with ThreadPoolExecutor(_LOOKERS) as lookers:
            for some in in_batches(files, _WRITTEN_TOGETHER):
                reasons = list(lookers.map(skipped, some))
                self.skipped.update(reason for reason in reasons if reason)
                self._insert([astuple(file) for file, reason in zip(some, reasons, strict=True) if not reason])
        self._database.execute("UPDATE job SET listed = 1")
        self._database.commit()

    def _insert(self, rows: list[tuple[object, ...]]) -> None:
        self._database.executemany("INSERT OR IGNORE INTO file VALUES (?, ?, ?, ?, ?, ?, ?, NULL)", rows)
        self._database.commit()

    def to_do(self, most: int) -> list[FoundFile]:
        """Return the oldest files that are left to do.

        Those of an export's patients and encounters come before all others, alone: its documents are read with them.
        """
        oldest = "SELECT * FROM file WHERE outcome IS NULL {} ORDER BY modified, key LIMIT ?"
        if self._may_have_siblings:
            found = [_file(row) for row in self._database.execute(oldest.format("AND is_sibling(path)"), (most,))]
            if found:
                return found
            self._may_have_siblings = False
        return [_file(row) for row in self._database.execute(oldest.format(""), (most,))]

    def files(self) -> Iterator[FoundFile]:
        """Yield all files of the list."""
        return map(_file, self._database.execute("SELECT * FROM file"))

    def done(self, outcomes: Iterable[tuple[FoundFile, str]]) -> None:
        """Write down what came of some files."""
        rows = [(outcome, file.key, file.version_id, file.mark) for file, outcome in outcomes]
        update = "UPDATE file SET outcome = ? WHERE key = ? AND version_id = ? AND mark = ?"
        self._database.executemany(update, rows)
        self._database.commit()

    def left(self) -> Totals:
        """Return what is left to do."""
        return self._totals("SELECT count(*), coalesce(sum(size), 0) FROM file WHERE outcome IS NULL")

    def total(self) -> Totals:
        """Return the whole list."""
        return self._totals("SELECT count(*), coalesce(sum(size), 0) FROM file")

    def _totals(self, query: str) -> Totals:
        return Totals(*self._database.execute(query).fetchone())


def _file(row: tuple[str, str, str, str, int, str, int, str | None]) -> FoundFile:
    return FoundFile(*row[:6], archived=bool(row[6]))
