"""What an audit has gathered: tables on this machine's disk, so that a million notes need no more memory than ten.

They hold keys and ids, no note text; the folder is the user's alone, and gone when the audit ends.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

Fact = tuple[Any, ...]

# Times are seconds since 1970. `other_id`: of a version without an id of its own, which events name in two ways.
_TABLES = {
    "versions": ("object_id", "other_id", "key", "version_id", "modified"),
    "objects": ("object_id", "key", "version_id", "records", "ignored", "dropped", "staged"),
    "receipts": ("object_id", "record", "status", "note_uid", "content_sha256", "code"),
    "notes": ("note_uid", "content_sha256", "status", "object_id", "record", "dropped"),
    "shards": ("shard", "object_id", "batch_id", "is_waiting", "is_divided", "notes", "since"),
    "batches": ("batch_id", "status", "is_open", "since"),
    "summaries": ("note_uid", "content_sha256", "status", "modified", "fault"),
    "reasons": ("object_id", "record", "code", "modified", "fault"),
    # The notes of every shard that waits or is with the model; and of those the ones whose text is gone.
    "contents": ("shard", "object_id", "note_uid", "content_sha256"),
    "gone": ("shard",),
}
# Made when everything is there: rows come in no order, and an index that grows so is written over and over.
_INDEXES = (
    *(
        "versions (object_id)",
        "versions (key)",
        "objects (object_id)",
        "receipts (object_id, record)",
        "receipts (note_uid, content_sha256)",
    ),
    *("notes (note_uid)", "notes (object_id, record)", "shards (object_id)", "batches (batch_id)"),
    *("summaries (note_uid, content_sha256)", "reasons (object_id, record)"),
)
_LATE_INDEXES = ("contents (note_uid, content_sha256)", "contents (shard)")
_CACHE_KB = 65_536


class Evidence:
    """The tables, and questions about them."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "evidence.sqlite"
        self._database = sqlite3.connect(self.file)
        self._database.row_factory = sqlite3.Row
        # It need not outlive a crash, and so spares the disk most of the work.
        for setting in ("journal_mode = OFF", "synchronous = OFF", "temp_store = FILE", f"cache_size = -{_CACHE_KB}"):
            self._database.execute(f"PRAGMA {setting}")
        for table, columns in _TABLES.items():
            self._database.execute(f"CREATE TABLE {table} ({', '.join(columns)})")

    def add(self, table: str, facts: Iterable[Fact]) -> None:
        """Add facts to a table, in the order of its columns."""
        places = ", ".join("?" * len(_TABLES[table]))
        self._database.executemany(f"INSERT INTO {table} VALUES ({places})", facts)

    def close_gathering(self) -> None:
        """Make the indexes, and find out by which of its two names the ledger knows a version without an id."""
        self._index(_INDEXES)
        self._database.execute(
            "UPDATE versions SET object_id = other_id"
            " WHERE other_id IS NOT NULL AND EXISTS (SELECT 1 FROM objects o WHERE o.object_id = versions.other_id)"
        )

    def rename_versions(self, versions: Iterable[Fact]) -> None:
        """Give versions (object id, key, version id) the id of the drop they stand for."""
        self._database.executemany("UPDATE versions SET object_id = ? WHERE key = ? AND version_id = ?", versions)

    def drop_several(self) -> list[str]:
        """Forget the summary records of notes that have more than one; return these notes."""
        several = "SELECT note_uid FROM summaries GROUP BY note_uid HAVING count(*) > 1"
        uids = [row["note_uid"] for row in self.ask(several)]
        self._database.execute(f"DELETE FROM summaries WHERE note_uid IN ({several})")
        return uids

    def close_contents(self) -> None:
        """Make the indexes of what the shards hold."""
        self._index(_LATE_INDEXES)
        self._database.execute("ANALYZE")

    def ask(self, question: str, values: Mapping[str, Any] | None = None) -> Iterator[sqlite3.Row]:
        """Yield the rows of a question."""
        yield from self._database.execute(question, values or {})

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()

    def _index(self, columns: Iterable[str]) -> None:
        for place in columns:
            table = place.split()[0]
            name = "by_" + place.replace(",", "").replace("(", "").replace(")", "").replace(" ", "_")
            self._database.execute(f"CREATE INDEX {name} ON {table} {place.removeprefix(table)}")


@contextmanager
def evidence() -> Iterator[Evidence]:
    """Open empty evidence; its files go when the block is left."""
    with TemporaryDirectory(prefix="chartbrief-audit-") as folder:
        found = Evidence(Path(folder))
        try:
            yield found
        finally:
            found.close()
