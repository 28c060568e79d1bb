"""Groups after some patients changed: these go where they now belong, and what they unsettle is settled again."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from notes_pipeline.core.patient_groups.cluster import Likeness, Members, Vectors, centre_of, index_of, join, merge
from notes_pipeline.core.patient_groups.nearest import Nearest

# A group that so large a share of its members left or joined is looked at again as a whole.
_UNSETTLED = 0.2


def update(old: Mapping[str, str], changed: Collection[str], vectors: Vectors, likeness: Likeness) -> list[Members]:
    """Return all groups of at least two.

    A changed patient joins the group most like it; if none is like enough, it founds one with a patient of no group;
    if there is none either, it stays alone. New groups, and groups of which many members changed, then merge with those
    they are like, and their members and all patients of no group choose again.

    Args:
        old: group id by patient uid, before; changed patients and those that are gone may be among them.
        changed: patients that are new or whose profile is another now.
    """
    before: dict[str, Members] = {}
    for uid, group_id in sorted(old.items()):
        before.setdefault(group_id, []).append(uid)
    changed_now = sorted(uid for uid in changed if uid in vectors)
    stayed = {name: [uid for uid in group if uid in vectors and uid not in changed] for name, group in before.items()}
    groups = _place(changed_now, {name: group for name, group in stayed.items() if group}, vectors, likeness)
    unsettled = {name for name, group in groups.items() if _is_unsettled(before.get(name, []), group)}
    return sorted(group for group in _settle(groups, unsettled, vectors, likeness) if len(group) > 1)


def _place(changed: Members, groups: dict[str, Members], vectors: Vectors, likeness: Likeness) -> dict[str, Members]:
    placed = {name: list(group) for name, group in groups.items()}
    centres, lone = index_of(groups, vectors, likeness), Nearest()
    grouped = {uid for group in groups.values() for uid in group}.union(changed)
    for uid in sorted(vectors.keys() - grouped):
        lone.add(uid, vectors[uid])
    for uid in changed:
        found = centres.find(vectors[uid], likeness.to_join)
        beside = None if found else lone.find(vectors[uid], likeness.to_found)
        if found:
            placed[found[0]].append(uid)
        elif beside:
            placed.setdefault(beside[0], [beside[0]]).append(uid)
        else:
            lone.add(uid, vectors[uid])
    return placed


def _is_unsettled(before: Members, now: Members) -> bool:
    return len(set(before).symmetric_difference(now)) > _UNSETTLED * len(before)


def _settle(groups: dict[str, Members], unsettled: set[str], vectors: Vectors, likeness: Likeness) -> list[Members]:
    """Return the groups after the unsettled ones' members, and the patients of no group, chose again."""
    settled = {name: group for name, group in groups.items() if name not in unsettled}
    fresh = merge([groups[name] for name in sorted(unsettled)], vectors, likeness)
    index = index_of(settled, vectors, likeness)
    rest = []
    for group in fresh:
        found = index.find(centre_of(group, vectors), likeness.to_merge)
        if found and len(settled[found[0]]) >= len(group):
            settled[found[0]] = settled[found[0]] + group
        else:
            rest.append(group)
    free = [uid for group in fresh for uid in group]
    lone = vectors.keys() - {uid for group in groups.values() for uid in group}
    joined, _ = join(sorted({*free, *lone}), [*settled.values(), *rest], vectors, likeness)
    return joined
