"""The order of training notes: shuffled, with notes of similar length in one batch; depends on seed and epoch alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random

from torch.utils.data import Sampler

# Batches that are sorted together: enough that padding is rare, few enough that the order stays random.
_WINDOW_BATCHES = 50


class GroupedByLength(Sampler[int]):  # type: ignore[misc, unused-ignore]
    """Yields places so that consecutive ones form batches of similar length.

    Needs no state to be resumed: the same seed and epoch give the same order.
    """

    def __init__(self, lengths: Sequence[int], batch_size: int, seed: int) -> None:
        self._lengths, self._batch_size, self._seed = lengths, batch_size, seed
        self._epoch = 0

    def set_epoch(self, epoch: int) -> None:
        """Choose the epoch; the data loader calls it before each."""
        self._epoch = epoch

    def __len__(self) -> int:
        return len(self._lengths)

    def __iter__(self) -> Iterator[int]:
        rng = Random(f"{self._seed} {self._epoch}")
        places = list(range(len(self._lengths)))
        rng.shuffle(places)
        window = self._batch_size * _WINDOW_BATCHES
        for start in range(0, len(places), window):
            yield from self._batched(places[start : start + window], rng)

    def _batched(self, places: list[int], rng: Random) -> list[int]:
        places = sorted(places, key=lambda place: self._lengths[place])
        batches = [places[start : start + self._batch_size] for start in range(0, len(places), self._batch_size)]
        # A batch that is not full must come last, or all that follow would be cut elsewhere.
        last = [batches.pop()] if len(batches[-1]) < self._batch_size else []
        rng.shuffle(batches)
        return [place for batch in [*batches, *last] for place in batch]
