"""Back ends: token pieces in, token pieces out, in order. CTranslate2 serves; torch reads what is not converted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from note_summarizer.artifact import CONVERTED, ModelArtifact
from note_summarizer.generation import Generation

Pieces = list[str]
# What a back end takes as one batch, in tokens with padding. Whoever has more batches them by what it knows of them;
# this is for callers that hand over everything, and keeps one batch's memory within bounds.
TOKENS_PER_BATCH = 4096


class Backend(Protocol):
    """Generates one answer for each input; safe to call from several threads.

    Attributes:
        replicas: batches that are computed at the same time.
    """

    replicas: int

    def generate(self, inputs: Sequence[Pieces], generation: Generation | None = None) -> list[Pieces]:
        """Return the answers' pieces in the inputs' order; an input is what `NoteTokenizer.pieces` makes of a note.

        Args:
            generation: how to search; as the artifact says by default.
        """


def open_backend(artifact: ModelArtifact, threads: int | None = None) -> Backend:
    """Load the artifact's weights into the back end that reads them.

    Args:
        threads: cores to use; all of them by default.
    """
    # Each back end is imported where it is used: a serving image has one of the two libraries.
    if artifact.weights_file.suffix == CONVERTED:
        from note_summarizer.backends.converted import ConvertedBackend

        return ConvertedBackend(artifact, threads)
    from note_summarizer.backends.checkpoint import CheckpointBackend

    return CheckpointBackend.load(artifact, threads)
