"""The engine: notes in, summaries out, in order. Nothing here imports torch; a back end may."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from tokenizers import Tokenizer

from note_summarizer.artifact import TOKENIZER, ModelArtifact
from note_summarizer.backends import Backend, Pieces, open_backend
from note_summarizer.generation import Generation
from note_summarizer.merge_parts import merge_items, merge_sentences
from note_summarizer.restore_case import restore_case
from note_summarizer.split_note import split_note

_EOS = "</s>"


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

    def __init__(self, artifact: ModelArtifact, backend: Backend, tokenizer: Tokenizer) -> None:
        self.artifact = artifact
        self._backend, self._tokenizer = backend, tokenizer
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        # A vocabulary without this piece has another one, which its tokenizer appends itself.
        self._appends_end = self._tokenizer.token_to_id(_EOS) is not None

    @classmethod
    def open(cls, artifact: ModelArtifact, threads: int | None = None) -> Self:
        """Load an artifact's weights and tokenizer.

        Args:
            threads: cores to use; all of them by default.
        """
        tokenizer = Tokenizer.from_file(str(artifact.folder / TOKENIZER))
        return cls(artifact, open_backend(artifact, threads), tokenizer)

    def summarize(self, notes: Sequence[str], generation: Generation | None = None) -> list[EngineSummary]:
        """Summarize notes; the answers are in the notes' order.

        A note longer than the model's input is read in parts at section and sentence boundaries, never truncated.

        Args:
            generation: how to search for answers; as the artifact says by default.
        """
        parts = [split_note(note, self._measure, self.artifact.max_input_tokens) for note in notes]
        answers = iter(self._answer([part for of_note in parts for part in of_note], generation))
        return [self._merge(note, [next(answers) for _ in of_note]) for note, of_note in zip(notes, parts, strict=True)]

    def _answer(self, parts: Sequence[str], generation: Generation | None) -> list[tuple[int, str]]:
        """Return how many tokens each part has, and its summary."""
        pieces = [self._pieces(part) for part in parts]
        texts = [self._text(answer) for answer in self._backend.generate(pieces, generation)]
        if self.artifact.align_items:
            # Imported here: only this needs rapidfuzz, which a container that serves other models need not have.
            from note_summarizer.align_items import align_items

            texts = [align_items(text, part) for text, part in zip(texts, parts, strict=True)]
        return [(len(read), text) for read, text in zip(pieces, texts, strict=True)]

    def _pieces(self, text: str) -> Pieces:
        # By way of the ids: a character that the vocabulary lacks is then the unknown piece, not itself.
        pieces = [str(self._tokenizer.id_to_token(number)) for number in self._tokenizer.encode(text).ids]
        return [*pieces, _EOS] if self._appends_end and pieces[-1:] != [_EOS] else pieces

    def _measure(self, text: str) -> int:
        return len(self._pieces(text))

    def _text(self, tokens: Sequence[str]) -> str:
        ids = [found for token in tokens if (found := self._tokenizer.token_to_id(token)) is not None]
        return str(self._tokenizer.decode(ids, skip_special_tokens=True)).strip()

    def _merge(self, note: str, answers: Sequence[tuple[int, str]]) -> EngineSummary:
        merge = merge_items if self.artifact.style == "items" else merge_sentences
        text = merge([answer for _, answer in answers])
        if self.artifact.restore_case:
            text = restore_case(text, note)
        return EngineSummary(text, len(answers), sum(tokens for tokens, _ in answers))
