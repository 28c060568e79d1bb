"""The repetition penalty as CTranslate2 has it, for generation with transformers.

Keskar et al. 2019 divide the logits of what was said by the penalty. In a beam search transformers applies it to log
probabilities instead, after the normalization, which is another (and, measured, a weaker) penalty. Both back ends must
give the same answers, so here it is applied to the logits in either search. What was said is the answer, not what is
before it: a decoder-only model's prompt holds the note, whose words the answer is to repeat, and BART's decoder starts
with the piece that ends an answer.
"""

from __future__ import annotations

from typing import Any, Self

import torch
from transformers import LogitsProcessor


class RepetitionPenalty(LogitsProcessor):  # type: ignore[misc, unused-ignore]
    """Puts penalized and normalized logits in the place of a step's scores."""

    def __init__(self, model: Any, penalty: float) -> None:
        self._penalty = penalty
        self._prompt = 0
        self._logits: torch.Tensor | None = None
        self._hook = model.register_forward_hook(self._keep)

    def after(self, prompt: int) -> Self:
        """Leave out that many pieces before the answer, padding included, from now on."""
        self._prompt = prompt
        return self

    def __call__(self, input_ids: torch.Tensor, scores: torch.Tensor) -> torch.Tensor:
        """Return log probabilities after the penalty.

        Args:
            input_ids: what each beam has said, shape (beams, steps).
            scores: what they replace, shape (beams, pieces); what is forbidden in them stays so, as all but the piece
                that BART's answers have to begin with.
        """
        assert self._logits is not None  # noqa: S101 - the model was run before its scores are looked at
        logits = self._logits.to(scores.dtype)
        input_ids = input_ids[:, self._prompt :]
        said = logits.gather(1, input_ids)
        said = torch.where(said < 0, said * self._penalty, said / self._penalty)
        penalized = logits.scatter(1, input_ids, said).masked_fill(scores.isneginf(), -torch.inf)
        return torch.log_softmax(penalized, dim=-1)

    def close(self) -> None:
        """Take the hook off the model."""
        self._hook.remove()

    def _keep(self, _: Any, __: Any, output: Any) -> None:
        self._logits = output.logits[:, -1, :]
