"""Notes with their reference summaries: read from CSV or JSON Lines, here or in S3, checked, and split."""

from note_summarizer.pairs.pair import Columns, Pair, ReadReport

__all__ = ["Columns", "Pair", "ReadReport"]
