"""Profiles as unit vectors over ICD-10-CM categories and words, rare ones weighing more than frequent ones."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping

from notes_pipeline.core.patient_groups.contributions import WORD_MARK, Weights

# Pairs of feature and weight, heaviest first, of length 1.
Vector = tuple[tuple[str, float], ...]
_CATEGORY_CHARACTERS = 3
# A group's vector keeps so many of its members' features; what is beyond is of single members.
_MOST_FEATURES = 40


def category(code: str) -> str:
    """Return a code's category: its first three characters. A word is its own."""
    return code if code.startswith(WORD_MARK) else code[:_CATEGORY_CHARACTERS]


def by_category(weights: Weights) -> Weights:
    """Return the weight of each category: that its codes do not all err."""
    doubts: dict[str, float] = {}
    for code, weight in weights.items():
        name = category(code)
        doubts[name] = doubts.get(name, 1.0) * (1 - weight)
    return {name: 1 - doubt for name, doubt in doubts.items()}


def vectors(profiles: Mapping[str, Weights]) -> dict[str, Vector]:
    """Return a vector for every patient that has a feature.

    A feature weighs sqrt(weight · ln(1 + patients / patients with it)). The root keeps one rare code that two patients
    share by chance from outweighing all that they do not share.
    """
    features = {uid: by_category(weights) for uid, weights in profiles.items()}
    counts = Counter(name for each in features.values() for name in each)
    rarity = {name: math.log(1 + len(features) / count) for name, count in counts.items()}
    weighted = (
        (uid, {name: math.sqrt(w * rarity[name]) for name, w in each.items()}) for uid, each in features.items()
    )
    return {uid: unit(each.items()) for uid, each in weighted if each}


def centroid(members: Iterable[Vector]) -> Vector:
    """Return the direction of the members' sum, cut to its heaviest features."""
    total: dict[str, float] = {}
    for vector in members:
        for name, weight in vector:
            total[name] = total.get(name, 0.0) + weight
    return unit(sorted(total.items(), key=_heaviest_first)[:_MOST_FEATURES])


def unit(features: Iterable[tuple[str, float]]) -> Vector:
    """Return features as a vector of length 1."""
    ordered = sorted(features, key=_heaviest_first)
    length = math.sqrt(sum(weight * weight for _, weight in ordered)) or 1.0
    return tuple((name, weight / length) for name, weight in ordered)


def cosine(one: Vector, other: Vector) -> float:
    """Return the cosine of two unit vectors, 0 to 1."""
    weights = dict(other)
    return sum(weight * weights.get(name, 0.0) for name, weight in one)


def _heaviest_first(feature: tuple[str, float]) -> tuple[float, str]:
    return -feature[1], feature[0]
