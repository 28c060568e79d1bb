"""The engine: notes in, summaries out, in order. Nothing here imports torch; a back end may.

A note's texts (itself, or its parts) are tokenized in the caller's thread and computed in the batcher's, in batches
over the texts of all callers. A worker that computes the last of them also makes the note's summary.
"""

from __future__ import annotations

import threading
import weakref
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import replace
from functools import partial
from typing import Self

from note_summarizer.artifact import ModelArtifact
from note_summarizer.backends import Backend, Pieces, open_backend
from note_summarizer.batcher import LARGE_MODEL_BYTES, LARGE_MODEL_TOKENS, TOKENS_PER_BATCH, Batcher, Task
from note_summarizer.generation import Generation
from note_summarizer.long_notes.read_note import NoteSummary, PartAnswer, Reading, read_note
from note_summarizer.note_tokens import NoteTokenizer
from note_summarizer.restore_case import restore_case

# Summaries that are there and wait for an earlier one; a bound for streams of any length.
_MOST_AHEAD = 4096


class SummaryEngine:
    """Summarizes notes with one artifact; safe to call from several threads."""

    def __init__(
        self,
        artifact: ModelArtifact,
        backend: Backend,
        tokenizer: NoteTokenizer,
        tokens_per_batch: int = TOKENS_PER_BATCH,
        *,
        is_large: bool = False,
    ) -> None:
        """Put an engine together; `open` does it for an artifact, and the batcher says what the sizes mean."""
        self.artifact = artifact
        self._tokenizer = tokenizer
        self._usual = Generation.of(artifact)
        self._batcher = Batcher(backend.generate, backend.replicas, tokens_per_batch, is_large=is_large)
        self._end = weakref.finalize(self, self._batcher.close)

    @classmethod
    def open(cls, artifact: ModelArtifact, threads: int | None = None) -> Self:
        """Load an artifact's weights and tokenizer.

        Args:
            threads: cores to use; all of them by default.
        """
        is_large = artifact.weights_file.stat().st_size > LARGE_MODEL_BYTES
        tokens = LARGE_MODEL_TOKENS if is_large else TOKENS_PER_BATCH
        return cls(artifact, open_backend(artifact, threads), NoteTokenizer(artifact), tokens, is_large=is_large)

    @property
    def alive(self) -> bool:
        """Whether notes are answered."""
        return self._batcher.alive

    def close(self) -> None:
        """Take no more notes; those under way are still answered."""
        self._end()

    def submit(self, note: str, generation: Generation | None = None) -> Future[NoteSummary]:
        """Return a note's summary to come; blocks while too many tokens of earlier notes wait.

        A note longer than the model's input is read in parts, never truncated. One whose future is cancelled before its
        texts are computed costs nothing.

        Args:
            generation: how to search for answers; as the artifact says by default.

        Raises:
            RuntimeError: the engine is closed.
        """
        return _NoteUnderWay(note, generation or self._usual, self.artifact, self._tokenizer, self._batcher).start()

    def stream(self, notes: Iterable[str], generation: Generation | None = None) -> Iterator[NoteSummary]:
        """Yield the summaries in the notes' order while later notes are computed; memory does not grow with them."""
        waiting: deque[Future[NoteSummary]] = deque()
        for note in notes:
            waiting.append(self.submit(note, generation))
            while waiting and (waiting[0].done() or len(waiting) > _MOST_AHEAD):
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()

    def summarize(self, notes: Sequence[str], generation: Generation | None = None) -> list[NoteSummary]:
        """Summarize notes; the answers are in the notes' order."""
        return list(self.stream(notes, generation))


class _NoteUnderWay:
    """One note: asks for the texts that reading it needs, until they make a summary."""

    def __init__(
        self, note: str, generation: Generation, artifact: ModelArtifact, tokenizer: NoteTokenizer, batcher: Batcher
    ) -> None:
        self._note, self._generation, self._artifact = note, generation, artifact
        self._tokenizer, self._batcher = tokenizer, batcher
        self._summary: Future[NoteSummary] = Future()
        self._measured: tuple[str, Pieces] = ("", [])
        longest = generation.max_output_tokens
        self._steps = read_note(note, Reading(self._measure, artifact.max_input_tokens, longest, artifact.style))
        self._answers: list[PartAnswer] = []
        self._lock, self._missing = threading.Lock(), 0

    def start(self) -> Future[NoteSummary]:
        self._ask(next(self._steps), at_once=False)
        return self._summary

    def _measure(self, text: str) -> int:
        pieces = self._tokenizer.pieces(text)
        # Kept, because a note that fits is read next; but only the last, because a long one is measured in many units.
        self._measured = (text, pieces)
        return len(pieces) - self._tokenizer.prompt_tokens

    def _ask(self, texts: Sequence[str], *, at_once: bool) -> None:
        measured, known = self._measured
        read = [known if text == measured else self._tokenizer.pieces(text) for text in texts]
        self._missing = len(texts)
        self._answers = [PartAnswer("", len(pieces), False) for pieces in read]
        for place, (text, pieces) in enumerate(zip(texts, read, strict=True)):
            take = partial(self._take, place, text)
            self._batcher.submit(Task(pieces, self._generation, take, self._fail, self._wanted), at_once=at_once)

    def _wanted(self) -> bool:
        return not self._summary.done()

    def _take(self, place: int, text: str, answer: Pieces) -> None:
        try:
            said = self._said(answer, text)
            cut_off = len(answer) >= self._generation.max_output_tokens
            self._answers[place] = replace(self._answers[place], text=said, cut_off=cut_off)
            with self._lock:
                self._missing -= 1
                complete = not self._missing
            if complete:
                self._go_on()
        except Exception as error:  # noqa: BLE001 - whoever waits for the summary is told
            self._fail(error)

    def _said(self, answer: Pieces, text: str) -> str:
        said = self._tokenizer.text(answer)
        if not self._artifact.align_items:
            return said
        # Imported here: only this needs rapidfuzz, which a container that serves other models need not have.
        from note_summarizer.align_items import align_items

        return align_items(said, text)

    def _go_on(self) -> None:
        try:
            self._ask(self._steps.send(self._answers), at_once=True)
        except StopIteration as end:
            self._finish(end.value)

    def _finish(self, found: NoteSummary) -> None:
        if self._artifact.restore_case:
            found = replace(found, summary_text=restore_case(found.summary_text, self._note))
        with self._lock:
            if not self._summary.done():
                self._summary.set_result(found)

    def _fail(self, error: Exception) -> None:
        with self._lock:
            if not self._summary.done():
                self._summary.set_exception(error)
