"""How an answer is searched for; the artifact's own settings, unless a request asks for others."""

from __future__ import annotations

from dataclasses import dataclass

from note_summarizer.artifact import ModelArtifact


@dataclass(frozen=True)
class Generation:
    """Settings of the beam search.

    Attributes:
        max_output_tokens: longest answer, in tokens.
        length_penalty: power of the length that a hypothesis' score is divided by.
        repetition_penalty: what the scores of pieces that were said already are divided by.
    """

    beam_size: int
    max_output_tokens: int
    length_penalty: float
    repetition_penalty: float

    @classmethod
    def of(cls, artifact: ModelArtifact) -> Generation:
        """Return what the artifact says."""
        return cls(artifact.beam_size, artifact.max_output_tokens, artifact.length_penalty, artifact.repetition_penalty)
