"""Looking for a subject once more, everywhere: every version of every object, and every row, by what was erased of it.

Hashes of notes and patients stand for nothing else, so one of them anywhere is a trace. Identifiers, texts' hashes and
stretches of text may be others' as well (the same visit number elsewhere, a phrase that every discharge has): where the
record that holds them says that it is another's, they count as shared.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from chartbrief.operate.forgetting.clean import OF_A_VERSION
from chartbrief.operate.forgetting.dropped import parts_of, plain_bytes
from chartbrief.operate.forgetting.find import Places, bodies
from chartbrief.operate.forgetting.find_dropped import dropped_of
from chartbrief.operate.forgetting.is_in import is_in
from chartbrief.operate.forgetting.subject import Subject
from chartbrief.operate.forgetting.versions import Held, stored
from notes_pipeline.aws.table import Row, Table
from notes_pipeline.core.identify import INCOMING

JOURNAL = "cloud.journal"


@dataclass
class Seen:
    """What was seen of a place.

    Attributes:
        found: objects or rows that hold a trace.
        shared: others' records that have an identifier or a phrase in common with what was erased.
    """

    looked_at: int = 0
    bytes: int = 0
    found: int = 0
    shared: int = 0


@dataclass(frozen=True)
class Fragment:
    """A part of an object: whether it is the subject's, or another's; None if it does not say whose."""

    text: str
    is_theirs: bool | None = None


@dataclass
class Proof:
    """Looks for traces of a subject, and counts what it sees by place."""

    subject: Subject
    places: Places
    seen: dict[str, Seen] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._hashes = {each.encode() for each in self.subject.hashes()}
        self._words = self.subject.words()
        self._texts = self.subject.samples() | self.subject.contents

    @property
    def found(self) -> int:
        """How many objects and rows hold a trace."""
        return sum(each.found for each in self.seen.values())

    def look(self, table: Table, tell: Callable[[int], None]) -> None:
        """Look at everything."""
        count = 0
        for name, bucket in (
            ("notes bucket", self.places.notes),
            ("work bucket", self.places.work),
            ("summaries bucket", self.places.summaries),
        ):
            versions = list[Any]()
            seen = self.seen.setdefault(name, Seen())
            for each in stored(bucket):
                if each.is_marker:
                    self._count(seen, b"", is_trace=self._in_key(each.key))
                else:
                    versions.append(each)
            for version, held in bodies(versions):
                self._look_at(seen, version.key, held)
                count += 1
                tell(count)
        rows = self.seen.setdefault("ledger table", Seen())
        for row in table.scan():
            self._look_at_row(rows, row)

    def look_in_folder(self, folder: Path) -> None:
        """Look at every file of a run's output folder, but for the local cloud's own: that was looked at."""
        seen = self.seen.setdefault("output folder", Seen())
        for path in sorted(folder.rglob("*")):
            key = path.relative_to(folder).as_posix()
            if path.is_file() and path.name != JOURNAL:
                self._look_at(seen, key, Held(path.read_bytes(), {}, ""))

    def _look_at_row(self, seen: Seen, row: Row) -> None:
        text = json.dumps(row, default=str, ensure_ascii=False)
        kind, _, name = row["pk"].partition("#")
        owner = self._owner({"note_uid": name if kind == "NOTE" else row.get("note_uid")})
        says = self._says(text)
        seen.shared += says and owner is False
        self._count(seen, text.encode(), is_trace=self._has_hash(text.encode()) or (says and owner is not False))

    def _look_at(self, seen: Seen, key: str, held: Held) -> None:
        plain = plain_bytes(held.body)
        is_trace = self._in_key(key) or self._has_hash(plain)
        for fragment in self._dropped(key, held) if key.startswith(INCOMING) else self._fragments(key, plain):
            if not is_trace and self._says(fragment.text):
                if fragment.is_theirs is False:
                    seen.shared += 1
                else:
                    is_trace = True
        self._count(seen, held.body, is_trace=is_trace)

    @staticmethod
    def _count(seen: Seen, body: bytes, *, is_trace: bool) -> None:
        seen.looked_at += 1
        seen.bytes += len(body)
        seen.found += is_trace

    def _in_key(self, key: str) -> bool:
        return self._has_hash(key.encode()) or bool(self.subject.patient and is_in(self.subject.patient, key))

    def _has_hash(self, body: bytes) -> bool:
        return any(each in body for each in self._hashes)

    def _has_word(self, text: str) -> bool:
        return any(is_in(word, text) for word in self._words)

    def _says(self, text: str) -> bool:
        return self._has_word(text) or any(each in text for each in self._texts)

    def _fragments(self, key: str, body: bytes) -> Iterator[Fragment]:
        if key.endswith(".parquet"):
            from notes_pipeline.core.parquet import from_parquet  # pyarrow takes its time to load

            for row in from_parquet(body):
                yield Fragment(json.dumps(row, default=str, ensure_ascii=False), self._owner(row))
        else:
            text = body.decode("utf-8", "replace")
            named = OF_A_VERSION.fullmatch(key)
            is_theirs = (named[1] in self.subject.uids) if named else None
            for part in text.splitlines() if ".jsonl" in key or key.endswith(".out") else [text]:
                yield self._fragment(part, is_theirs)

    def _dropped(self, key: str, held: Held) -> Iterator[Fragment]:
        for part in parts_of(dropped_of(self.places.notes, key, held, self.places.names)):
            yield Fragment(part.text, part.whose(self.subject, key, is_in))

    def _fragment(self, text: str, is_theirs: bool | None) -> Fragment:
        try:
            said = json.loads(text)
        except ValueError:
            return Fragment(text, is_theirs)
        if is_theirs is None and isinstance(said, dict):
            is_theirs = self._owner(said)
        elif is_theirs is None and isinstance(said, list) and said and isinstance(said[0], str):
            is_theirs = said[0] in self.subject.patient_uids  # a patient's line of the groups' state
        return Fragment(json.dumps(said, ensure_ascii=False), is_theirs)

    def _owner(self, said: Mapping[str, Any]) -> bool | None:
        if said.get("note_uid"):
            return said["note_uid"] in self.subject.uids
        return said["patient_uid"] in self.subject.patient_uids if said.get("patient_uid") else None
