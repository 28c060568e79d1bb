"""Reading what the pipeline wrote: summary and quarantine records, from the copy of the summaries bucket.

Only what the console shows is read, and unknown fields are skipped: the folder may have been written by a
newer version.
"""

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from chartbrief.errors import ConsoleError
from chartbrief.receipts import Receipt

View = TypeVar("View", bound=BaseModel)


class Source(BaseModel):
    """The record of a dropped file that something came from."""

    model_config = ConfigDict(frozen=True, extra="ignore")
    key: str
    record: int


class SummaryView(BaseModel):
    """What the console shows of `by_note/<note_uid>/<content_sha256>.json`."""

    model_config = ConfigDict(frozen=True, extra="ignore")
    note_uid: str
    content_sha256: str
    note_id: str
    patient_id: str | None = None
    encounter_id: str | None = None
    note_type: str | None = None
    authored_at: str | None = None
    source: Source
    summary: str
    summary_kind: str = "model"
    parts: int
    status: str
    needs_review: bool
    review_reasons: tuple[str, ...] = ()


class QuarantineView(BaseModel):
    """What the console shows of `quarantine/<object_id>/<record>.json`."""

    model_config = ConfigDict(frozen=True, extra="ignore")
    code: str
    reason: str
    source: Source | None = None
    stage: str = ""


class Records:
    """The records under an output folder."""

    def __init__(self, out: Path) -> None:
        self._out = out

    @cached_property
    def summaries(self) -> dict[tuple[str, str], SummaryView]:
        """Every summary record by its note's uid and text hash, superseded ones too, in a fixed order."""
        return {(view.note_uid, view.content_sha256): view for view in self._read_summaries()}

    @cached_property
    def amended(self) -> frozenset[str]:
        """The uids of notes that have an older, superseded summary."""
        return frozenset(view.note_uid for view in self.summaries.values() if view.status == "superseded")

    def summary_of(self, receipt: Receipt) -> SummaryView | None:
        """The summary of exactly the text that this receipt stands for."""
        return self.summaries.get((receipt.note_uid or "", receipt.content_sha256 or ""))

    def quarantine_of(self, receipt: Receipt) -> QuarantineView | None:
        """Why this receipt's record was rejected, if it was."""
        path = self._out / "quarantine" / receipt.object_id / f"{receipt.record:06d}.json"
        return read_view(path, QuarantineView) if path.is_file() else None

    def _read_summaries(self) -> Iterator[SummaryView]:
        for path in sorted((self._out / "by_note").glob("*/*.json")):
            yield read_view(path, SummaryView)


def read_view(path: Path, view: type[View]) -> View:
    """What `view` takes of a record's file.

    Raises:
        ConsoleError: It is not such a record.
    """
    try:
        return view.model_validate_json(path.read_bytes())
    except ValidationError as error:
        raise ConsoleError(
            f"{path} is not a record of this pipeline: {error.error_count()} fields are wrong."
        ) from None
