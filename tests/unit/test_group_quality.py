"""Planted groups are found, in whatever batches they come; the measure that says so is the one in the books."""

import pytest
from benchmarks.groups.agreement import adjusted_rand, pair_shares
from benchmarks.groups.plant import Planting, plant
from tests.unit.group_examples import grouped

from notes_pipeline.core.group_patients import Regrouping, group_patients
from notes_pipeline.core.patient_groups.state import GroupState


def labels(groups: str) -> dict[str, str]:
    return {str(at): group for at, group in enumerate(groups)}


def test_agreement_is_the_adjusted_rand_index() -> None:
    assert adjusted_rand(labels("aabbcc"), labels("xxyyzz")) == 1
    # By hand: of 15 pairs 2 are together in both, 6 in the one and 3 in the other; 1.2 by chance, 4.5 at most.
    assert adjusted_rand(labels("aaabbb"), labels("xxyyzz")) == pytest.approx((2 - 1.2) / (4.5 - 1.2))
    assert adjusted_rand(labels("abab"), labels("aabb")) < 0
    assert pair_shares(labels("aaabbb"), labels("xxyyzz")) == (pytest.approx(2 / 3), pytest.approx(2 / 6))


def test_planted_groups_are_found_anew_and_batch_by_batch() -> None:
    planted = plant(Planting(1000, seed=7))
    anew, _ = grouped(planted.profiles)
    assert adjusted_rand(planted.groups, found(anew)) >= 0.9
    state, _ = grouped(planted.profiles[::2])
    batch = {each.patient.uid: each for each in planted.profiles[1::2]}
    state, changes = group_patients(state, batch, regrouping=Regrouping(few=0, changed=10))
    assert not changes.regrouped_all
    assert adjusted_rand(planted.groups, found(state)) >= 0.85
    assert adjusted_rand(found(anew), found(state)) >= 0.85


def found(state: GroupState) -> dict[str, str]:
    return {uid: each.group_id or uid for uid, each in state.patients.items()}
