"""Groups that grow batch by batch: what holds after any of them, and what becomes of ids."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from tests.unit.group_examples import grouped, ids_by_name, profile

from notes_pipeline.core.group_patients import Regrouping, group_patients
from notes_pipeline.core.patient_groups.nearest import Nearest
from notes_pipeline.core.patient_groups.state import GroupState
from notes_pipeline.core.patient_groups.vectors import cosine, unit, vectors

ONLY_CHANGED = Regrouping(few=-1, changed=1000.0)
CODES = ["I50.9", "E11.9", "N18.3", "J44.1", "J96.01", "S82.001A", "C50.911"]
NAMES = st.integers(0, 15).map(str)
BATCHES = st.lists(
    st.dictionaries(NAMES, st.none() | st.sets(st.sampled_from(CODES), max_size=4), min_size=1, max_size=6), max_size=6
)


@given(BATCHES)
def test_after_any_batches_groups_have_two_members_and_patients_one_group(
    batches: list[Mapping[str, set[str] | None]],
) -> None:
    state, wanted = GroupState(), dict[str, set[str]]()
    for batch in batches:
        changed = {
            profile(name).patient.uid: None if codes is None else profile(name, *codes) for name, codes in batch.items()
        }
        state, changes = group_patients(state, changed, regrouping=ONLY_CHANGED)
        wanted = {**wanted, **{name: codes for name, codes in batch.items() if codes is not None}}
        wanted = {name: codes for name, codes in wanted.items() if batch.get(name, codes) is not None}
        assert changes.regrouped_all is (not state.patients)
        assert {each.patient.patient_id: set(each.weights) for each in state.patients.values()} == wanted
        sizes = Counter(state.group_ids().values())
        assert all(size >= 2 for size in sizes.values())
        assert set(changes.founded) <= sizes.keys()
        assert not sizes.keys() & (changes.ended or {}).keys()
        assert all(each.likeness > 0 for each in state.patients.values() if each.group_id)


def test_an_ended_group_names_the_one_that_took_its_members() -> None:
    state, _ = grouped([profile(str(i), "I50.9", "E11.9") for i in range(6)])
    (kept,) = set(state.group_ids().values())
    patients = {
        uid: replace(each, group_id="sim:other") if each.patient.patient_id in ("0", "1") else each
        for uid, each in state.patients.items()
    }
    new = profile("new", "I50.9", "E11.9")
    after, changes = group_patients(GroupState(patients), {new.patient.uid: new})
    assert set(ids_by_name(after).values()) == {kept}
    assert changes.ended == {"sim:other": kept}


def test_all_are_grouped_anew_once_enough_changed() -> None:
    state, _ = grouped([profile(str(i), "I50.9") for i in range(10)])
    anew = []
    for i in range(10, 17):
        new = profile(str(i), "I50.9")
        state, changes = group_patients(state, {new.patient.uid: new}, regrouping=Regrouping(few=0, changed=0.2))
        anew.append(changes.regrouped_all)
    assert anew == [False, False, True, False, False, False, True]


def test_the_index_finds_what_is_most_like() -> None:
    found = vectors({name: dict.fromkeys(codes, 1.0) for name, codes in
                     {"a": ["I50", "E11"], "b": ["I50", "J44"], "c": ["J44", "J96"]}.items()})  # fmt: skip
    index = Nearest()
    for name, vector in found.items():
        index.add(name, vector)
    asked = unit([("J44", 1.0), ("J96", 1.0), ("E11", 0.1)])
    best = index.find(asked, 0.3)
    assert best is not None
    assert best[0] == max(found, key=lambda name: cosine(asked, found[name])) == "c"
    assert best[1] == cosine(asked, found["c"])
    assert index.find(unit([("S82", 1.0)]), 0.01) is None


def test_a_larger_group_is_ahead_of_one_as_like() -> None:
    vector = unit([("I50", 1.0)])
    index = Nearest()
    index.add("large", vector, bonus=0.1)
    index.add("first by name", vector)
    assert index.find(vector, 0.3) == ("large", 1.0)


def test_patients_with_nothing_but_frequent_codes_are_grouped_too() -> None:
    plain = {f"plain {i}": ["I10", "E78"] for i in range(300)}
    others = {f"other {i}": ["I10", "E78", f"C{i % 80:02d}", f"M{i % 80:02d}"] for i in range(600)}
    state, _ = grouped([profile(name, *codes) for name, codes in {**plain, **others}.items()])
    ids = ids_by_name(state)
    assert len({ids[name] for name in plain}) == 1
    assert "" not in ids.values()
