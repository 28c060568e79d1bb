"""How well two groupings of the same things agree."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping


def adjusted_rand(one: Mapping[str, Hashable], other: Mapping[str, Hashable]) -> float:
    """Return the adjusted Rand index (Hubert and Arabie, J. Classif. 1985): 1 for the same groups, 0 for chance.

    Args:
        one, other: group by name, of the same names; what belongs to no group is a group of its own.
    """
    both = _pairs(Counter((group, other[name]) for name, group in one.items()).values())
    first, second = _pairs(Counter(one.values()).values()), _pairs(Counter(other.values()).values())
    by_chance = first * second / _pairs([len(one)])
    most = (first + second) / 2
    return (both - by_chance) / (most - by_chance) if most != by_chance else 1.0


def pair_shares(planted: Mapping[str, Hashable], found: Mapping[str, Hashable]) -> tuple[float, float]:
    """Return the share of pairs put together that belong together, and the share of those that belong that are."""
    both = _pairs(Counter((group, found[name]) for name, group in planted.items()).values())
    together, wanted = _pairs(Counter(found.values()).values()), _pairs(Counter(planted.values()).values())
    return both / together if together else 1.0, both / wanted if wanted else 1.0


def _pairs(sizes: Iterable[int]) -> float:
    return sum(size * (size - 1) / 2 for size in sizes)
