"""The ledger's receipts of one run: where every record of the dropped files stands."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from chartbrief.books import Books, Status, count_books
from chartbrief.drops import Drop

Row = Mapping[str, Any]

WHOLE_FILE = 0


@dataclass(frozen=True)
class Receipt:
    """One record of a dropped file. `record` counts from 1; 0 stands for the file as a whole."""

    drop: Drop
    object_id: str
    record: int
    status: Status
    note_uid: str | None = None
    content_sha256: str | None = None


@dataclass(frozen=True)
class Standing:
    """How far a run has come: files dropped and staged so far, and the receipts there are.

    Attributes:
        ignored: how many of what the staged files hold have no receipt, since they tell no story, by kind.
    """

    files: int
    dropped: int
    staged: int
    receipts: tuple[Receipt, ...] = ()
    ignored: Mapping[str, int] = field(default_factory=dict)

    @property
    def books(self) -> Books:
        """The books of these receipts."""
        return count_books(receipt.status for receipt in self.receipts)

    @property
    def settled(self) -> bool:
        """Every file was dropped and staged, and nothing is pending."""
        return self.staged == self.files and self.books.closed


def read_standing(object_rows: Iterable[Row], drops: Sequence[Drop]) -> Standing:
    """Where `drops` stand by the ledger's rows. A file that is not staged to its end counts as one pending record.

    The pipeline writes an object's own row last, so its receipts are all there once that row is.
    """
    rows: dict[str, list[Row]] = defaultdict(list)
    for row in object_rows:
        rows[row["pk"]["S"]].append(row)
    object_ids = {_version_of(item): pk for pk, items in rows.items() for item in items if item["sk"]["S"] == "OBJECT"}
    receipts: list[Receipt] = []
    ignored = Counter[str]()
    staged = 0
    for drop in drops:
        object_id = object_ids.get((drop.file.key, drop.version_id), "")
        found = list(_receipts_of(drop, object_id, rows.get(object_id, [])))
        staged += bool(object_id or drop.problem)
        receipts += found if object_id else [_placeholder(drop)]
        ignored.update(_ignored(rows.get(object_id, [])))
    return Standing(len(drops), len(drops), staged, tuple(receipts), ignored)


def staged_versions(object_rows: Iterable[Row]) -> set[tuple[str, str]]:
    """Key and version id of every object that was staged to its end."""
    return {_version_of(row) for row in object_rows if row["sk"]["S"] == "OBJECT"}


def _version_of(item: Row) -> tuple[str, str]:
    return item["key"]["S"], item["version_id"]["S"]


def _receipts_of(drop: Drop, pk: str, items: Sequence[Row]) -> Iterator[Receipt]:
    for item in sorted(items, key=lambda item: str(item["sk"]["S"])):
        kind, _, record = item["sk"]["S"].partition("#")
        if kind == "RECORD":
            yield Receipt(
                drop=drop,
                object_id=pk.removeprefix("OBJECT#"),
                record=int(record),
                status=item["status"]["S"],
                note_uid=_text(item, "note_uid"),
                content_sha256=_text(item, "content_sha256"),
            )


def _ignored(items: Sequence[Row]) -> dict[str, int]:
    found = next((item for item in items if item["sk"]["S"] == "OBJECT"), {})
    return {kind: int(count["N"]) for kind, count in found.get("ignored", {"M": {}})["M"].items()}


def _text(item: Row, name: str) -> str | None:
    value: str | None = item.get(name, {}).get("S")
    return value


def _placeholder(drop: Drop) -> Receipt:
    return Receipt(drop, object_id="", record=WHOLE_FILE, status="quarantined" if drop.problem else "pending")
