"""Generation with CTranslate2."""

from __future__ import annotations

import os
from collections.abc import Sequence

import ctranslate2

from note_summarizer.artifact import ModelArtifact
from note_summarizer.backends import Pieces

_TOKENS_PER_BATCH = 4096


class ConvertedBackend:
    """A CTranslate2 model; safe to call from several threads."""

    def __init__(self, artifact: ModelArtifact, threads: int | None = None) -> None:
        self._artifact = artifact
        # One single-thread worker per core beats one worker over all cores for models of this size.
        self._translator = ctranslate2.Translator(
            str(artifact.weights_file.parent),
            device="cpu",
            inter_threads=threads or os.cpu_count() or 1,
            intra_threads=1,
        )

    def generate(self, inputs: Sequence[Pieces]) -> list[Pieces]:
        """Return the answers' pieces in the inputs' order."""
        results = self._translator.translate_batch(
            list(inputs),
            max_batch_size=_TOKENS_PER_BATCH,  # CTranslate2 sorts by length within the call
            batch_type="tokens",
            beam_size=self._artifact.beam_size,
            length_penalty=self._artifact.length_penalty,
            repetition_penalty=self._artifact.repetition_penalty,
            max_decoding_length=self._artifact.max_output_tokens,
            max_input_length=0,  # never truncate: parts are already short enough
        )
        return [list(result.hypotheses[0]) for result in results]
