"""Beam search over NumPy scores for many texts at a time, stopping as transformers' `early_stopping=True` does."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

_LOWEST = -1e9


class Beams:
    """The hypotheses of a batch; `advance` takes one step's scores, `answers` returns the best ones.

    A hypothesis' score is its log probability / length ** penalty (Wu et al. 2016 without the constant), the end
    counted. A text is done with as many finished hypotheses as beams.
    """

    def __init__(self, texts: int, width: int, longest: int, penalty: float, end: int) -> None:
        """Begin with one empty hypothesis a text.

        Args:
            longest: most tokens of an answer, the end included.
            end: id of the token that ends an answer.
        """
        self._texts, self._width, self._longest = texts, width, longest
        self._penalty, self._end = penalty, end
        self._scores = np.full((texts, width), _LOWEST, dtype=np.float32)
        self._scores[:, 0] = 0.0
        self._said = np.zeros((texts * width, 0), dtype=np.int64)
        self._ended: list[list[tuple[float, list[int]]]] = [[] for _ in range(texts)]
        self.done = False

    def advance(self, scores: NDArray[Any]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Take log probabilities (texts x beams, V); return the next ids (texts x beams, 1) and their parent rows."""
        vocabulary = scores.shape[1]
        total = (scores + self._scores.reshape(-1, 1)).reshape(self._texts, -1)
        # Twice as many as beams: were every beam to end, there would still be as many to go on with.
        top = np.argpartition(-total, 2 * self._width - 1, axis=1)[:, : 2 * self._width]
        top = np.take_along_axis(top, np.argsort(-np.take_along_axis(total, top, 1), axis=1, kind="stable"), 1)
        chosen = [self._choose(text, total[text], top[text], vocabulary) for text in range(self._texts)]
        parents = np.array([parent for of_text in chosen for parent, _, _ in of_text], dtype=np.int64)
        ids = np.array([token for of_text in chosen for _, token, _ in of_text], dtype=np.int64)[:, None]
        self._scores = np.array([[score for _, _, score in of_text] for of_text in chosen], dtype=np.float32)
        self._said = np.concatenate([self._said[parents], ids], axis=1)
        full = self._said.shape[1] >= self._longest
        self.done = full or all(len(ended) >= self._width for ended in self._ended)
        return ids, parents

    def answers(self) -> list[list[int]]:
        """Return each text's best hypothesis; where too few ended, those cut at the longest length compete too."""
        for text, ended in enumerate(self._ended):
            if len(ended) < self._width:
                rows = range(text * self._width, (text + 1) * self._width)
                scores = self._scores[text]
                ended += [self._scored(float(s), self._said[r].tolist()) for r, s in zip(rows, scores, strict=True)]
        return [max(ended, key=lambda found: found[0])[1] for ended in self._ended]

    def _choose(self, text: int, total: Any, top: Any, vocabulary: int) -> list[tuple[int, int, float]]:
        going: list[tuple[int, int, float]] = []
        ended = self._ended[text]
        for rank, place in enumerate(top.tolist()):
            parent, token = text * self._width + place // vocabulary, place % vocabulary
            if token != self._end:
                going.append((parent, token, float(total[place])))
            elif rank < self._width and len(ended) < self._width:
                ended.append(self._scored(float(total[place]), [*self._said[parent].tolist(), token]))
        return going[: self._width]

    def _scored(self, score: float, said: list[int]) -> tuple[float, list[int]]:
        return score / len(said) ** self._penalty, said
