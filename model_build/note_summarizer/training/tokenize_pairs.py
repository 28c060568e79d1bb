"""Pairs as the trainer reads them: token ids, cut to the limits, and how much was cut."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from note_summarizer.errors import DataError
from note_summarizer.model_family import FamilyFields
from note_summarizer.note_tokens import PromptedTokenizer
from note_summarizer.pairs import Pair
from note_summarizer.training.choose_limits import Limits
from note_summarizer.training.families import TrainingFamily

# Texts that are tokenized at once, on all cores.
_AT_ONCE = 1000
# The end of an answer, and something before it.
_LEAST_SAID = 2


class PairTokenizer:
    """A model's tokenizer and prompt: a note is read here exactly as the engine reads it later."""

    def __init__(self, tokenizer: Any, family: TrainingFamily, prompt: FamilyFields) -> None:
        """Take a fast tokenizer of transformers."""
        self._tokenizer, self._family, self._prompt = tokenizer, family, prompt
        self._texts = tokenizer.backend_tokenizer
        self._prompted = PromptedTokenizer(
            self._texts, prompt["family"], prompt["prompt_prefix"], prompt["prompt_suffix"]
        )

    @property
    def prompt_tokens(self) -> int:
        """Tokens that are read beside the note."""
        return self._prompted.prompt_tokens

    def token_counts(self, pairs: Sequence[Pair]) -> tuple[list[int], list[int]]:
        """Return the lengths of all notes and all summaries in tokens, ends included, prompts left out, nothing cut."""
        notes = [self._prompted.measure(pair.note) for pair in pairs]
        return notes, [len(ids) for some in _portions(pairs) for ids in self._said(some)]

    def tokenize_pairs(self, pairs: Sequence[Pair], limits: Limits) -> Any:
        """Return a `datasets.Dataset` with `input_ids`, `attention_mask` and `labels`, in the pairs' order.

        Raises:
            DataError: a summary holds nothing that the tokenizer knows.
        """
        import datasets

        datasets.disable_progress_bars()
        rows = [{"note": pair.note, "summary": pair.summary, "record": pair.record} for pair in pairs]
        found = datasets.Dataset.from_list(rows)
        # In memory: the library would otherwise cache notes on disk.
        return found.map(
            lambda batch: self._columns(batch, limits),
            batched=True,
            batch_size=_AT_ONCE,
            remove_columns=found.column_names,
            keep_in_memory=True,
        )

    def beginning(self, note: str, most: int) -> str:
        """Return as much of a note as is read in so many tokens: what is cut is its end."""
        if self._prompted.measure(note) <= most:
            return note
        places = self._texts.encode(note, add_special_tokens=False).offsets
        ends = (places[kept - 1][1] for kept in range(min(most, len(places)), 0, -1))
        # A text that ends elsewhere may be of other pieces, and more of them.
        return next((text for end in ends if self._prompted.measure(text := note[:end]) <= most), "")

    def _columns(self, batch: dict[str, list[Any]], limits: Limits) -> dict[str, list[list[int]]]:
        read = [self._prompted.ids(self.beginning(note, limits.max_input_tokens)) for note in batch["note"]]
        said = self._family.said(self._tokenizer, batch["summary"], self._prompt)
        _require_words(batch["record"], said)
        most = limits.max_output_tokens
        cut = [ids if len(ids) <= most else [*ids[: most - 1], ids[-1]] for ids in said]
        taught = [self._family.taught(*both) for both in zip(read, cut, strict=True)]
        return {
            "input_ids": [one.input_ids for one in taught],
            "attention_mask": [[1] * len(one.input_ids) for one in taught],
            "labels": [one.labels for one in taught],
        }

    def _said(self, pairs: Sequence[Pair]) -> list[list[int]]:
        return self._family.said(self._tokenizer, [pair.summary for pair in pairs], self._prompt)


def _portions(pairs: Sequence[Pair]) -> Iterator[Sequence[Pair]]:
    return (pairs[start : start + _AT_ONCE] for start in range(0, len(pairs), _AT_ONCE))


def _require_words(records: Sequence[int], said: Sequence[Sequence[int]]) -> None:
    empty = [record for record, ids in zip(records, said, strict=True) if len(ids) < _LEAST_SAID]
    if empty:
        raise DataError(f"The summary of record {empty[0]} is empty to the tokenizer: write it in words.")
