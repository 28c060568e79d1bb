"""Where a run's drops stand by the ledger's rows, as DynamoDB gives them."""

from pathlib import Path
from typing import Any

from chartbrief.drops import Drop
from chartbrief.note_files import NoteFile
from chartbrief.receipts import read_standing

DROPS = [Drop(NoteFile(Path(name), name), "v1") for name in ("a.ndjson", "b.ndjson")]


def object_row(name: str, **ignored: int) -> dict[str, Any]:
    row: dict[str, Any] = {"pk": {"S": f"OBJECT#{name}"}, "sk": {"S": "OBJECT"}, "version_id": {"S": "v1"}}
    row["key"] = {"S": f"incoming/{name}"}
    return row | ({"ignored": {"M": {kind: {"N": str(n)} for kind, n in ignored.items()}}} if ignored else {})


def test_a_file_of_what_is_ignored_alone_is_settled_and_told_by_kind() -> None:
    first = read_standing([object_row("a.ndjson", Patient=2, Claim=1)], DROPS)
    assert (first.staged, first.settled, first.books.pending) == (1, False, 1)
    both = read_standing([object_row("a.ndjson", Patient=2, Claim=1), object_row("b.ndjson", Patient=1)], DROPS)
    assert (both.settled, both.books.received, dict(both.ignored)) == (True, 0, {"Patient": 3, "Claim": 1})


def test_files_of_before_say_nothing_of_what_they_ignored() -> None:
    assert read_standing([object_row("a.ndjson"), object_row("b.ndjson")], DROPS).ignored == {}
