"""Splitting one file's pairs into training, validation and test; and telling what two splits share. Pure.

What belongs together stays together: notes of one patient, and notes of the same text, are never on both sides of a
split, or the scores would flatter.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from note_summarizer.errors import DataError
from note_summarizer.pairs.pair import Pair
from note_summarizer.pairs.read_pairs import listed

VALIDATION_SHARE, TEST_SHARE = 0.1, 0.1


@dataclass(frozen=True)
class Splits:
    """Pairs to learn from, to choose the best epoch by, and to judge the result by; `test` may be empty."""

    train: tuple[Pair, ...]
    validation: tuple[Pair, ...]
    test: tuple[Pair, ...] = ()

    def named(self) -> Mapping[str, tuple[Pair, ...]]:
        """Return the splits by name."""
        return {"train": self.train, "validation": self.validation, "test": self.test}


def take_share(pairs: Sequence[Pair], share: float, seed: int) -> tuple[list[Pair], list[Pair]]:
    """Take about `share` of the pairs away, whole groups at a time.

    Which groups are taken depends on the seed and on their contents alone, not on the order of the file.

    Returns:
        The pairs that stay and those that were taken, each in the file's order; at least one of each.

    Raises:
        DataError: there is only one group, so that nothing can be held out.
    """
    groups = _groups(pairs)
    if len(groups) < 2:
        raise DataError("All notes are of one patient, or the same: name a file for validation and one for test.")
    wanted = max(1, round(share * len(pairs)))
    taken: set[int] = set()
    for group in sorted(groups, key=lambda group: _rank(pairs, group, seed))[:-1]:
        if not taken or len(taken) + len(group) <= wanted:
            taken.update(group)
        if len(taken) >= wanted:
            break
    return [p for i, p in enumerate(pairs) if i not in taken], [p for i, p in enumerate(pairs) if i in taken]


def split_pairs(pairs: Sequence[Pair], seed: int) -> Splits:
    """Split one file three ways: about 80 % for training, 10 % for validation, 10 % for the test.

    Raises:
        DataError: there are too few groups for three parts.
    """
    rest, test = take_share(pairs, TEST_SHARE, seed)
    train, validation = take_share(rest, VALIDATION_SHARE / (1 - TEST_SHARE), seed + 1)
    return Splits(tuple(train), tuple(validation), tuple(test))


def require_disjoint(splits: Splits) -> None:
    """Check that no note stands in two splits.

    Raises:
        DataError: some do; names the splits and the records.
    """
    problems = []
    named = [(name, pairs) for name, pairs in splits.named().items() if pairs]
    for at, (name, pairs) in enumerate(named):
        for other, others in named[at + 1 :]:
            known = {_text_key(pair) for pair in pairs}
            shared = [pair.record for pair in others if _text_key(pair) in known]
            if shared:
                problems.append(f"{listed(shared)} of the {other} data stand in the {name} data too")
    if problems:
        raise DataError(
            f"{'; '.join(problems)}, and the scores would flatter: remove them, or have --drop-shared leave them out of"
            " what is trained on."
        )


def drop_shared(train: Sequence[Pair], *held_out: Sequence[Pair]) -> list[Pair]:
    """Return the training pairs whose notes stand in none of the other splits."""
    known = {_text_key(pair) for pairs in held_out for pair in pairs}
    return [pair for pair in train if _text_key(pair) not in known]


def shared_patients(splits: Splits) -> int:
    """Count the patients with notes in more than one split (only possible when the user made the splits)."""
    seen: dict[str, set[str]] = {}
    for name, pairs in splits.named().items():
        for pair in pairs:
            if pair.patient:
                seen.setdefault(pair.patient, set()).add(name)
    return sum(len(names) > 1 for names in seen.values())


def _groups(pairs: Sequence[Pair]) -> list[list[int]]:
    """Return the places of pairs that share a patient or a text, directly or through others (union-find)."""
    parent = list(range(len(pairs)))

    def root(place: int) -> int:
        while parent[place] != place:
            parent[place] = parent[parent[place]]
            place = parent[place]
        return place

    first: dict[str, int] = {}
    for place, pair in enumerate(pairs):
        for key in _keys(pair):
            parent[root(place)] = root(first.setdefault(key, place))
    groups: dict[int, list[int]] = {}
    for place in range(len(pairs)):
        groups.setdefault(root(place), []).append(place)
    return list(groups.values())


def _keys(pair: Pair) -> Iterable[str]:
    yield f"text {_text_key(pair)}"
    if pair.patient:
        yield f"patient {pair.patient}"


def _rank(pairs: Sequence[Pair], group: Sequence[int], seed: int) -> str:
    texts = sorted(_text_key(pairs[place]) for place in group)
    return hashlib.sha256(f"{seed} {' '.join(texts)}".encode()).hexdigest()


def _text_key(pair: Pair) -> str:
    """Hash of a note's words: white space and case do not make another note of it."""
    return hashlib.sha256(" ".join(pair.note.lower().split()).encode()).hexdigest()
