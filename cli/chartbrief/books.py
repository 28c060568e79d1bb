"""The books of a run: every record that was received stands in exactly one column, or they do not close.

What files hold beside records, and what tells no story (a laboratory value), is ignored: it has no receipt and no
column, and is counted by kind beside the books.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

Status = Literal["summarized", "quarantined", "duplicate", "superseded", "pending"]


@dataclass(frozen=True)
class Books:
    """Counts of a run's receipts by what became of them."""

    summarized: int = 0
    quarantined: int = 0
    duplicate: int = 0
    superseded: int = 0
    pending: int = 0

    @property
    def received(self) -> int:
        """Every record the run's files held; an unreadable file counts as one."""
        return self.summarized + self.quarantined + self.duplicate + self.superseded + self.pending

    @property
    def closed(self) -> bool:
        """Nothing is pending."""
        return self.pending == 0

    def line(self) -> str:
        """The books as one sentence."""
        return (
            f"received {self.received} = summarized {self.summarized} + quarantined {self.quarantined}"
            f" + duplicate {self.duplicate} + superseded {self.superseded} + pending {self.pending}"
        )


def ignored_line(ignored: Mapping[str, int]) -> str:
    """What was ignored, as one line: how many, and of which kinds, those with the most first."""
    kinds = sorted(ignored.items(), key=lambda kind: (-kind[1], kind[0]))
    return f"{sum(ignored.values())} ({', '.join(f'{name} {count}' for name, count in kinds)})"


def count_books(statuses: Iterable[Status]) -> Books:
    """The books of receipts with these statuses."""
    counts: Counter[str] = Counter(statuses)
    return Books(**counts)
