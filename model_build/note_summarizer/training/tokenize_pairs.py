"""Pairs as the trainer reads them: token ids, cut to the limits, and how much was cut."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from note_summarizer.errors import DataError
from note_summarizer.pairs import Pair


def token_counts(tokenizer: Any, pairs: Sequence[Pair]) -> tuple[list[int], list[int]]:
    """Return the lengths of all notes and all summaries in tokens, end of sequence included, nothing cut."""
    counts = []
    for texts in ([pair.note for pair in pairs], [pair.summary for pair in pairs]):
        # The tokenizer would warn of each note that is longer than the model reads; it is counted instead.
        encoded = tokenizer(texts, truncation=False, verbose=False)["input_ids"] if texts else []
        counts.append([len(ids) for ids in encoded])
    return counts[0], counts[1]


def tokenize_pairs(tokenizer: Any, pairs: Sequence[Pair], max_input: int, max_output: int) -> Any:
    """Return a `datasets.Dataset` with `input_ids`, `attention_mask` and `labels`, in the pairs' order.

    Raises:
        DataError: a summary holds nothing that the tokenizer knows.
    """
    import datasets

    def preprocess(batch: dict[str, list[str]]) -> dict[str, Any]:
        read = tokenizer(batch["note"], max_length=max_input, truncation=True)
        labels = tokenizer(text_target=batch["summary"], max_length=max_output, truncation=True)["input_ids"]
        return {"input_ids": read["input_ids"], "attention_mask": read["attention_mask"], "labels": labels}

    datasets.disable_progress_bars()
    rows = datasets.Dataset.from_list([{"note": pair.note, "summary": pair.summary} for pair in pairs])
    # In memory: the library would otherwise cache notes on disk.
    found = rows.map(preprocess, batched=True, remove_columns=rows.column_names, keep_in_memory=True)
    empty = [pair.record for pair, labels in zip(pairs, found["labels"], strict=True) if len(labels) < 2]
    if empty:
        raise DataError(f"The summary of record {empty[0]} is empty to the tokenizer: write it in words.")
    return found
