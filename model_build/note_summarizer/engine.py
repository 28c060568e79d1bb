"""The engine: notes in, summaries out, in order, on CTranslate2. Nothing here imports torch."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass

import ctranslate2
from tokenizers import Tokenizer

from note_summarizer.align_items import align_items
from note_summarizer.artifact import ModelArtifact
from note_summarizer.merge_parts import merge_summaries
from note_summarizer.restore_case import restore_case
from note_summarizer.split_note import split_note

_EOS = "</s>"
_TOKENS_PER_BATCH = 4096


@dataclass(frozen=True)
class EngineSummary:
    """A note's summary.

    Attributes:
        parts: in how many parts the note was read; more than one for a note longer than the model's input.
        input_tokens: tokens read, over all parts.
    """

    summary_text: str
    parts: int
    input_tokens: int


class SummaryEngine:
    """Summarizes notes with one artifact; safe to call from several threads."""

    def __init__(self, artifact: ModelArtifact, threads: int | None = None) -> None:
        self.artifact = artifact
        self._tokenizer = Tokenizer.from_file(str(artifact.folder / "tokenizer.json"))
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        # One single-thread worker per core beats one worker over all cores for models of this size.
        self._translator = ctranslate2.Translator(
            str(artifact.folder), device="cpu", inter_threads=threads or os.cpu_count() or 1, intra_threads=1
        )

    def summarize(self, notes: Sequence[str]) -> list[EngineSummary]:
        """Summarize notes; the answers are in the notes' order.

        A note longer than the model's input is read in parts at section and sentence boundaries, never truncated.
        """
        parts = [split_note(note, self._measure, self.artifact.max_input_tokens) for note in notes]
        answers = iter(self._answer([part for of_note in parts for part in of_note]))
        return [self._merge(note, [next(answers) for _ in of_note]) for note, of_note in zip(notes, parts, strict=True)]

    def _answer(self, parts: Sequence[str]) -> list[tuple[int, str]]:
        """Return how many tokens each part has, and its summary."""
        pieces = [self._pieces(part) for part in parts]
        texts = self._generate(pieces)
        if self.artifact.align_items:
            texts = [align_items(text, part) for text, part in zip(texts, parts, strict=True)]
        return [(len(read), text) for read, text in zip(pieces, texts, strict=True)]

    def _pieces(self, text: str) -> list[str]:
        tokens: list[str] = self._tokenizer.encode(text).tokens
        return tokens if tokens[-1:] == [_EOS] else [*tokens, _EOS]

    def _measure(self, text: str) -> int:
        return len(self._pieces(text))

    def _generate(self, pieces: Sequence[list[str]]) -> list[str]:
        results = self._translator.translate_batch(
            pieces,
            max_batch_size=_TOKENS_PER_BATCH,  # CTranslate2 sorts by length within the call
            batch_type="tokens",
            beam_size=self.artifact.beam_size,
            length_penalty=self.artifact.length_penalty,
            repetition_penalty=self.artifact.repetition_penalty,
            max_decoding_length=self.artifact.max_output_tokens,
            max_input_length=0,  # never truncate: parts are already short enough
        )
        return [self._text(result.hypotheses[0]) for result in results]

    def _text(self, tokens: Sequence[str]) -> str:
        ids = [found for token in tokens if (found := self._tokenizer.token_to_id(token)) is not None]
        return str(self._tokenizer.decode(ids, skip_special_tokens=True)).strip()

    def _merge(self, note: str, answers: Sequence[tuple[int, str]]) -> EngineSummary:
        text = merge_summaries([answer for _, answer in answers])
        if self.artifact.restore_case:
            text = restore_case(text, note)
        return EngineSummary(text, len(answers), sum(tokens for tokens, _ in answers))
