"""Patients with similar diagnoses: who is in which group, and that ids and repeats hold."""

from random import Random

from hypothesis import given
from hypothesis import strategies as st
from tests.unit.group_examples import grouped, ids_by_name, profile

from notes_pipeline.core.group_patients import Regrouping, differing, group_patients
from notes_pipeline.core.patient_groups.cluster import Likeness, cluster
from notes_pipeline.core.patient_groups.keep_ids import keep_ids
from notes_pipeline.core.patient_groups.profiles import Profile
from notes_pipeline.core.patient_groups.published import GROUPS, PATIENTS, group_rows, patient_rows
from notes_pipeline.core.patient_groups.state import GroupState, read_state, write_state
from notes_pipeline.core.patient_groups.vectors import vectors

CODES = ["I50.9", "I50.22", "E11.9", "E11.22", "J18.9", "S82.001A", "R07.9", "Z95.1", "C50.911"]
HEART = [profile(f"heart {i}", "I50.9", "E11.9", "N18.3") for i in range(5)]
LUNG = [profile(f"lung {i}", "J44.1", "J96.01", "F17.210") for i in range(5)]
PROFILES = st.lists(
    st.builds(lambda name, codes: profile(str(name), *codes), st.integers(0, 30), st.sets(st.sampled_from(CODES))),
    max_size=20,
    unique_by=lambda each: each.patient.uid,
)
ONLY_CHANGED = Regrouping(few=0, changed=10.0)


def test_patients_with_like_profiles_are_together_and_others_apart() -> None:
    ids = ids_by_name(grouped([*HEART, *LUNG, profile("alone", "S82.001A")])[0])
    assert len({ids[f"heart {i}"] for i in range(5)}) == 1
    assert len({ids[f"lung {i}"] for i in range(5)}) == 1
    assert ids["heart 0"] != ids["lung 0"]
    assert ids["alone"] == ""


@given(PROFILES)
def test_every_patient_with_a_code_is_in_the_group_of_each_of_its_categories(profiles: list[Profile]) -> None:
    state, _ = grouped(profiles)
    groups = group_rows(state)
    rows = list(patient_rows(state, groups))
    found = {(row["patient_id"], row["group_id"]) for row in rows if row["kind"] == "category"}
    wanted = {(p.patient.patient_id, f"icd10:{code[:3]}") for p in profiles for code in p.weights()}
    assert found == wanted
    sizes = {row["group_id"]: row["size"] for row in groups}
    assert sizes == {name: sum(row["group_id"] == name for row in rows) for name in sizes}
    assert all(row["size"] >= 2 for row in groups if row["kind"] == "similarity")
    assert all(set(row) == set(PATIENTS.names) for row in rows)
    assert all(set(row) == set(GROUPS.names) for row in groups)


@given(PROFILES, st.randoms(use_true_random=False))
def test_neither_order_nor_repetition_matters(profiles: list[Profile], random: Random) -> None:
    state, _ = grouped(profiles)
    shuffled = list(profiles)
    random.shuffle(shuffled)
    assert write_state(grouped(shuffled)[0]) == write_state(state)
    by_uid = {each.patient.uid: each for each in profiles}
    assert differing(state, by_uid, by_uid) == {}
    assert group_patients(state, {})[0] is state


@given(PROFILES)
def test_a_state_is_read_as_it_was_written(profiles: list[Profile]) -> None:
    state, _ = grouped(profiles)
    assert read_state(write_state(state)) == state


@given(st.integers(1, 12), st.booleans())
def test_a_group_keeps_its_id_while_members_come(more: int, all_anew: bool) -> None:
    state, _ = grouped([*HEART, *LUNG])
    before = ids_by_name(state)
    newcomers = [profile(f"new {i}", "I50.9", "E11.9", "N18.3") for i in range(more)]
    changed = {each.patient.uid: each for each in newcomers}
    after, changes = group_patients(state, changed, regrouping=None if all_anew else ONLY_CHANGED)
    ids = ids_by_name(after)
    assert changes.regrouped_all is all_anew
    assert {name: ids[name] for name in before} == before
    assert {ids[f"new {i}"] for i in range(more)} == {before["heart 0"]}
    assert (changes.founded, dict(changes.ended or {})) == ((), {})


def test_a_group_keeps_its_id_while_members_leave_and_ends_with_the_last_but_one() -> None:
    state, _ = grouped([*HEART, *LUNG])
    (heart,) = {group for name, group in ids_by_name(state).items() if name.startswith("heart")}
    for left in range(4):
        state, changes = group_patients(state, {HEART[left].patient.uid: None}, regrouping=ONLY_CHANGED)
        assert ids_by_name(state)["heart 4"] == (heart if left < 3 else "")
        assert list(changes.ended or {}) == ([] if left < 3 else [heart])


def test_a_changed_patient_moves_to_where_it_belongs() -> None:
    state, _ = grouped([*HEART, *LUNG])
    moved = profile("heart 0", "J44.1", "J96.01", "F17.210")
    after, _ = group_patients(state, {moved.patient.uid: moved}, regrouping=ONLY_CHANGED)
    ids = ids_by_name(after)
    assert ids["heart 0"] == ids["lung 0"] != ids["heart 1"]


def test_newcomers_like_no_group_found_one_with_a_patient_of_none() -> None:
    state, _ = grouped([*HEART, *LUNG, profile("alone", "S82.001A", "W19.XXXA")])
    like = profile("like", "S82.002A", "W19.XXXA")
    after, changes = group_patients(state, {like.patient.uid: like}, regrouping=ONLY_CHANGED)
    ids = ids_by_name(after)
    assert ids["alone"] == ids["like"] != ""
    assert changes.founded == (ids["like"],)


def test_groups_do_not_chain() -> None:
    codes = [f"{letter}{digit}0.1" for letter in "ABCD" for digit in "0123456789"]
    chain = {f"{i:02d}": dict.fromkeys(codes[i : i + 4], 0.8) for i in range(37)}
    sizes = [len(group) for group in cluster(vectors(chain), Likeness())]
    assert max(sizes) <= 8


def test_of_merged_groups_the_larger_gives_its_id_and_of_split_ones_the_larger_part_keeps_it() -> None:
    old = dict.fromkeys("abcde", "one") | dict.fromkeys("xy", "two")
    assert set(keep_ids(old, [list("abcdexy")])) == {"one"}
    split = keep_ids(old, [list("abc"), list("de"), list("xy")])
    assert (split["one"], split["two"]) == (list("abc"), list("xy"))
    assert len(split) == 3


def test_a_new_id_is_neither_held_nor_was_held_before() -> None:
    (first,) = keep_ids({}, [["a", "b"]])
    assert list(keep_ids({}, [["a", "b"]])) == [first]
    assert first not in keep_ids({"x": first, "y": first, "z": first}, [["a", "b"]])


def test_a_state_without_patients_is_no_error() -> None:
    state, _ = group_patients(GroupState(), {"0" * 32: None})
    assert (dict(state.patients), group_rows(state)) == ({}, [])
