"""Generation with CTranslate2."""

from __future__ import annotations

import os
from collections.abc import Sequence

import ctranslate2

from note_summarizer.artifact import ModelArtifact
from note_summarizer.backends import Pieces
from note_summarizer.generation import Generation

_TOKENS_PER_BATCH = 4096
# For 0. CTranslate2 takes an exact 0 as leave to stop at the first finished answer, which may not be the best one.
_NO_PENALTY = 1e-6


class ConvertedBackend:
    """A CTranslate2 model; safe to call from several threads."""

    def __init__(self, artifact: ModelArtifact, threads: int | None = None) -> None:
        self._first = [artifact.first_token] if artifact.first_token else []
        self._generation = Generation.of(artifact)
        # One single-thread worker per core beats one worker over all cores for models of this size.
        self._translator = ctranslate2.Translator(
            str(artifact.weights_file.parent),
            device="cpu",
            inter_threads=threads or os.cpu_count() or 1,
            intra_threads=1,
        )

    def generate(self, inputs: Sequence[Pieces], generation: Generation | None = None) -> list[Pieces]:
        """Return the answers' pieces in the inputs' order."""
        asked = generation or self._generation
        results = self._translator.translate_batch(
            list(inputs),
            target_prefix=[self._first for _ in inputs] if self._first else None,
            max_batch_size=_TOKENS_PER_BATCH,  # CTranslate2 sorts by length within the call
            batch_type="tokens",
            beam_size=asked.beam_size,
            length_penalty=asked.length_penalty or _NO_PENALTY,
            repetition_penalty=asked.repetition_penalty,
            max_decoding_length=asked.max_output_tokens,
            max_input_length=0,  # never truncate: parts are already short enough
        )
        return [list(result.hypotheses[0]) for result in results]
