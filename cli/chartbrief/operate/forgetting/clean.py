"""What is left of an object of the work or the summaries bucket once a subject is taken out of it."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from chartbrief.operate.forgetting.ledger_traces import LedgerTraces
from chartbrief.operate.forgetting.subject import Subject

# An object of its own, whose key says whose it is.
OF_A_VERSION = re.compile(r"(?:by_note|codes/by_note|fhir)/([0-9a-f]+)/([0-9a-f]+)\.json")
_REASON = re.compile(r"quarantine/([0-9a-f]+)/(\d+)\.json")
_OF_A_BATCH = re.compile(r"batches/(cb-[0-9a-f]+)/(.+)")
# Parts of a batch that its datasets are made of, should they be made again; the rest is not read any more.
_KEPT_PARTS = ("records/", "codes/", "manifest.json")


@dataclass(frozen=True)
class Cleaner:
    """Takes a subject out of objects.

    Attributes:
        answers: keys of what asynchronous endpoints answered the subject's batches.
    """

    subject: Subject
    ledger: LedgerTraces
    answers: Collection[str]

    def is_doomed(self, key: str) -> bool:
        """Say whether an object goes as a whole, by its key."""
        if found := OF_A_VERSION.fullmatch(key):
            return (found[1], found[2]) in self.subject.versions
        if found := _REASON.fullmatch(key):
            place = (found[1], int(found[2]))
            return place in self.subject.records or (found[1], f"RECORD#{found[2]}") in self.ledger.receipts
        found = _OF_A_BATCH.fullmatch(key)
        if found and found[1] in self.ledger.batches:
            return not found[2].startswith(_KEPT_PARTS)
        return key in self.answers

    def holds_others(self, key: str) -> bool:
        """Say whether an object may hold the subject's beside others', by its key."""
        if key.startswith("by_note/"):
            return key.split("/")[1] in self.subject.uids
        if found := _OF_A_BATCH.fullmatch(key):
            return found[2].startswith(_KEPT_PARTS) and key.endswith(".jsonl")
        return key.endswith((".jsonl", ".parquet"))

    def cleaned(self, key: str, body: bytes) -> bytes | None:
        """Return the object without the subject; None if there is nothing of it in it."""
        if key.endswith(".parquet"):
            return self._without_rows(body)
        if key.endswith(".jsonl"):
            lines = body.splitlines(keepends=True)
            kept = [line for line in lines if not self._is_mine(json.loads(line))]
            return b"".join(kept) if len(kept) < len(lines) else None
        return self._without_successor(json.loads(body))

    def _is_mine(self, said: Mapping[str, Any]) -> bool:
        return (said.get("note_uid"), said.get("content_sha256")) in self.subject.versions

    def _without_successor(self, said: dict[str, Any]) -> bytes | None:
        """An earlier version of a note that another patient had: it is superseded still, by nothing any more."""
        successor = (said.get("note_uid"), said.get("superseded_by"))
        if successor not in self.subject.versions:
            return None
        return json.dumps({**said, "superseded_by": None}, ensure_ascii=False, indent=2).encode()

    def _without_rows(self, body: bytes) -> bytes | None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        table = pq.read_table(pa.BufferReader(body))
        if "content_sha256" not in table.column_names:
            return None  # the groups' files: made anew from what is left
        pairs = zip(table["note_uid"].to_pylist(), table["content_sha256"].to_pylist(), strict=True)
        keep = [pair not in self.subject.versions for pair in pairs]
        if all(keep):
            return None
        sink = pa.BufferOutputStream()
        # The file keeps its schema, so that readers of the table see one row less and nothing else.
        pq.write_table(table.filter(pa.array(keep)), sink, compression="zstd")
        written: bytes = sink.getvalue().to_pybytes()
        return written
