"""Which quarantined records of a file go through the door again, as an operator asks and a message says it."""

from __future__ import annotations

from collections.abc import Mapping

from notes_pipeline.core.identify import digest
from notes_pipeline.models import Frozen

# What a message may ask for: some seconds of work, and far below what a message holds.
MOST_RECORDS = 500
_ID_DIGITS = 16


class Redrive(Frozen):
    """Records of a drop, each with how often it has been redriven before: that tells one redrive from the next.

    Two requests for the same records as they stand are the same redrive, and the second of them does nothing.
    """

    object_id: str
    records: Mapping[int, int]

    @property
    def redrive_id(self) -> str:
        """What the ledger calls it."""
        return digest(self.object_id, self.as_text())[:_ID_DIGITS]

    def as_text(self) -> str:
        """Return the records as a message has them: `<record>:<times> ...`."""
        return " ".join(f"{record}:{times}" for record, times in sorted(self.records.items()))

    @staticmethod
    def of_text(object_id: str, text: str) -> Redrive:
        """Return the redrive that a message asks for.

        Raises:
            ValueError: the text is not one.
        """
        pairs = (pair.split(":") for pair in text.split())
        return Redrive(object_id=object_id, records={int(record): int(times) for record, times in pairs})
