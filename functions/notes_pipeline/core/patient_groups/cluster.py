"""Groups of vectors that are like one another: leaders first, then each vector to the group most like it, in rounds.

Every group is held together by its centre, so nothing chains: two patients are in one group because both are like its
centre, not because a row of others leads from one to the other.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from notes_pipeline.core.patient_groups.nearest import Nearest
from notes_pipeline.core.patient_groups.vectors import Vector, centroid

Vectors = Mapping[str, Vector]
Members = list[str]


@dataclass(frozen=True)
class Likeness:
    """Cosines that decide; `docs/groups.md` says how they were found.

    Attributes:
        to_found: two patients this alike found a group.
        to_join: a patient this like a group's centre may join it.
        to_merge: groups whose centres are this alike become one.
        size_bonus: times ln(size), what a larger group has ahead of a smaller one that is as like.
        rounds: of merging and joining again.
    """

    to_found: float = 0.4
    to_join: float = 0.35
    to_merge: float = 0.6
    size_bonus: float = 0.1
    rounds: int = 3


def cluster(vectors: Vectors, likeness: Likeness) -> list[Members]:
    """Return the groups of at least two; a patient is in one at most. The order of `vectors` does not matter."""
    names = sorted(vectors)
    groups = lead(names, vectors, likeness.to_found)
    for _ in range(likeness.rounds):
        merged = merge([group for group in groups if len(group) > 1], vectors, likeness)
        joined, loose = join(names, merged, vectors, likeness)
        groups = joined + lead(loose, vectors, likeness.to_found)
    return sorted(group for group in groups if len(group) > 1)


def lead(names: Iterable[str], vectors: Vectors, threshold: float) -> list[Members]:
    """Return groups around leaders: whoever is like no leader before becomes one."""
    leaders, groups = Nearest(), dict[str, Members]()
    for name in names:
        found = leaders.find(vectors[name], threshold)
        if found:
            groups[found[0]].append(name)
        else:
            leaders.add(name, vectors[name])
            groups[name] = [name]
    return list(groups.values())


def merge(groups: Sequence[Members], vectors: Vectors, likeness: Likeness) -> list[Members]:
    """Return groups after each was merged into the larger one that it is most like, if that is one's own master."""
    kept, into = Nearest(), dict[str, Members]()
    for group in sorted(groups, key=lambda group: (-len(group), min(group))):
        centre = centre_of(group, vectors)
        found = kept.find(centre, likeness.to_merge)
        if found:
            into[found[0]] += group
        else:
            kept.add(min(group), centre)
            into[min(group)] = list(group)
    return list(into.values())


def join(
    names: Sequence[str], groups: Sequence[Members], vectors: Vectors, likeness: Likeness
) -> tuple[list[Members], Members]:
    """Return the groups after every name went to the one most like it, and the names that went to none.

    Members that are not among the names stay where they are.
    """
    index = index_of({str(at): group for at, group in enumerate(groups)}, vectors, likeness)
    moving = set(names)
    joined = [[name for name in group if name not in moving] for group in groups]
    loose = []
    for name in names:
        found = index.find(vectors[name], likeness.to_join)
        if found:
            joined[int(found[0])].append(name)
        else:
            loose.append(name)
    return [group for group in joined if group], loose


def index_of(groups: Mapping[str, Members], vectors: Vectors, likeness: Likeness) -> Nearest:
    """Return an index of the groups' centres under their names."""
    index = Nearest()
    for name, group in groups.items():
        index.add(name, centre_of(group, vectors), likeness.size_bonus * math.log(len(group)))
    return index


def centre_of(group: Iterable[str], vectors: Vectors) -> Vector:
    """Return the centre of a group."""
    return centroid(vectors[name] for name in sorted(group))
