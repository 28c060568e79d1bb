"""What notes contribute to their patients' profiles, and which versions count."""

import json
from random import Random

from hypothesis import given
from hypothesis import strategies as st
from tests.unit.group_examples import coded_note, contribution, uid_of

from notes_pipeline.core.identify import patient_uid
from notes_pipeline.core.patient_groups.contributions import read_contributions
from notes_pipeline.core.patient_groups.labels import label_of, name_of
from notes_pipeline.core.patient_groups.note_index import change_index, current, indexed, read_index
from notes_pipeline.core.patient_groups.profiles import ProfileChanges, change_profiles
from notes_pipeline.core.patient_groups.vectors import by_category

Note = tuple[int, int, set[str]]
NOTES = st.lists(
    st.tuples(st.integers(0, 4), st.integers(1, 5), st.sets(st.sampled_from(["I50.9", "I50.22", "E11.9", "J18.9"]))),
    max_size=12,
    unique_by=lambda note: note[:2],
)


def weights_of(notes: list[Note]) -> dict[str, float]:
    found = read_contributions(coded_note(str(n), "p", *sorted(codes), version=v) for n, v, codes in notes)
    _, profiles = change_profiles("", {patient_uid("ehr", "p"): ProfileChanges(put=list(found.values()))})
    return next((profile.weights() for profile in profiles.values()), {})


@given(NOTES, st.randoms(use_true_random=False))
def test_the_order_of_notes_does_not_matter(notes: list[Note], random: Random) -> None:
    shuffled = list(notes)
    random.shuffle(shuffled)
    assert weights_of(shuffled) == weights_of(notes)


def test_the_newest_version_of_a_note_counts_and_a_superseded_one_never() -> None:
    old, new = coded_note("n", "p", "I50.9"), coded_note("n", "p", "J18.9", version=2)
    late = coded_note("n", "p", "E11.9", version=3, status="superseded")
    for order in ([old, new, late], [late, new, old], [new, old]):
        (found,) = read_contributions(order).values()
        assert list(found.weights) == ["J18.9"]


def test_weights_fall_with_rank_and_grow_with_notes() -> None:
    weights = contribution("n", "p", "I50.9", "E11.9").weights
    assert 0.9 == weights["I50.9"] > weights["E11.9"] > 0.5
    many = weights_of([(n, 1, {"I50.9", "E11.9"}) for n in range(3)])
    assert weights["E11.9"] < many["E11.9"] < 1


def test_a_score_of_nothing_still_counts_as_a_code() -> None:
    record, codes = coded_note("n", "p", "I50.9")
    unsure = codes.candidates[0].model_copy(update={"score": 0.0})
    (found,) = read_contributions([(record, codes.model_copy(update={"candidates": (unsure,)}))]).values()
    assert found.weights["I50.9"] > 0


def test_words_of_the_summary_stand_in_where_nothing_was_coded() -> None:
    summary = "Neuropathy of both feet, no pneumonia, possible anemia."
    (found,) = read_contributions([coded_note("n", "p", summary=summary)]).values()
    assert list(found.weights) == ["~neuropathy"]
    (coded,) = read_contributions([coded_note("n", "p", "G62.9", summary=summary)]).values()
    assert list(coded.weights) == ["G62.9"]


def test_patients_of_two_systems_are_two() -> None:
    assert patient_uid("ehr", "1") != patient_uid("lab", "1")
    other = coded_note("n", "p")[0]
    moved = other.source.model_copy(update={"key": "incoming/urgent/lab/x.txt"})
    found = read_contributions([coded_note("n", "p", source=moved)])[uid_of("n")]
    assert found.patient == (patient_uid("lab", "p"), "p", "lab")


def test_only_the_lines_concerned_are_read_and_the_others_stay() -> None:
    mine, other = patient_uid("ehr", "p"), "f" * 32
    line = f'{{"patient_uid":"{other}",not even JSON'
    body, profiles = change_profiles(line + "\n", {mine: ProfileChanges(put=[contribution("n", "p", "I50.9")])})
    assert body.splitlines()[-1] == line
    assert json.loads(body.splitlines()[0])["notes"] == {uid_of("n"): {"I50.9": 0.9}}
    again, _ = change_profiles(body, {mine: ProfileChanges(put=[contribution("n", "p", "I50.9")])})
    assert again == body
    gone, none = change_profiles(body, {mine: ProfileChanges(removed={uid_of("n")})})
    assert (gone, none) == (line + "\n", {})
    assert list(profiles) == [mine]


def test_an_index_is_read_as_it_was_written_and_older_versions_do_not_pass() -> None:
    old, new = contribution("n", "p", "I50.9"), contribution("n", None, "I50.9", version=2)
    index = {new.note_uid: indexed(new)}
    body = change_index("", index)
    assert read_index(body, index) == index
    assert change_index(body, index) == body
    other = change_index(body, {"0" * 32: indexed(old)})
    assert read_index(other, index) == index
    assert read_index(other, ["0" * 32]) == {"0" * 32: indexed(old)}
    assert current(index, [old]) == []
    assert current(index, [new]) == [new]
    assert current({}, [old]) == [old]


def test_codes_of_a_category_strengthen_each_other() -> None:
    found = by_category({"I50.9": 0.5, "I50.22": 0.5, "~neuropathy": 0.3})
    assert {name: round(weight, 6) for name, weight in found.items()} == {"I50": 0.75, "~neuropathy": 0.3}


def test_labels_name_what_most_members_have_diagnoses_first() -> None:
    centre = (("R07", 0.6), ("I50", 0.5), ("E11", 0.4), ("J18", 0.1))
    shares = {"R07": 1.0, "I50": 0.8, "E11": 0.7, "J18": 0.1}
    label = label_of(centre, shares)
    assert label == "Heart failure with type 2 diabetes mellitus; pain in throat and chest"
    assert label_of(centre, dict.fromkeys(shares, 0.2)) == "Pain in throat and chest"
    assert name_of("~neuropathy") == "Neuropathy"
    assert name_of("I10") == "Essential hypertension"
    assert name_of("J18") == "Pneumonia"
    alzheimer = label_of((("I50", 0.8), ("G30", 0.6)), {"I50": 1.0, "G30": 1.0})
    assert alzheimer == "Heart failure with Alzheimer's disease"
    assert name_of("Q00.00") == "ICD-10-CM Q00.00"
