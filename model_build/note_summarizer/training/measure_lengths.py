"""How much of the data fits the model's input and output: what would otherwise be cut in silence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class LengthReport:
    """Token counts of one side (notes or summaries) of one split.

    Attributes:
        limit: most tokens that the model reads or writes, end-of-sequence token included.
        texts: how many there are.
        longest, median: lengths in tokens.
        over: how many texts are longer than the limit.
        tokens_over_share: share of all tokens that lies beyond the limit.
    """

    limit: int
    texts: int
    longest: int
    median: int
    over: int
    tokens_over_share: float

    @property
    def over_share(self) -> float:
        """Share of texts that are longer than the limit."""
        return self.over / self.texts if self.texts else 0.0

    def as_json(self) -> dict[str, Any]:
        """Return the report for the run's records."""
        return {**asdict(self), "over_share": self.over_share}

    def told(self, what: str) -> str:
        """Say it in a sentence."""
        fits = "all fit" if not self.over else (
            f"{self.over} ({self.over_share:.1%}) are longer, {self.tokens_over_share:.1%} of all tokens lie beyond"
        )  # fmt: skip
        return f"{what}: median {self.median} tokens, longest {self.longest}, limit {self.limit}: {fits}."


def measure_lengths(lengths: Sequence[int], limit: int) -> LengthReport:
    """Report token counts against a limit."""
    ordered = sorted(lengths)
    beyond = sum(max(0, length - limit) for length in lengths)
    return LengthReport(
        limit=limit,
        texts=len(ordered),
        longest=ordered[-1] if ordered else 0,
        median=ordered[len(ordered) // 2] if ordered else 0,
        over=sum(length > limit for length in lengths),
        tokens_over_share=beyond / sum(lengths) if lengths else 0.0,
    )
