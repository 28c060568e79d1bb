"""Splits keep together what belongs together, depend on the seed alone, and share no note."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from note_summarizer.errors import DataError
from note_summarizer.pairs import Pair
from note_summarizer.pairs.split_pairs import Splits, require_disjoint, shared_patients, split_pairs, take_share

TEXTS = st.sampled_from([f"note {n}" for n in range(40)])
PATIENTS = st.one_of(st.none(), st.sampled_from([f"p{n}" for n in range(15)]))
ROWS = st.lists(st.tuples(TEXTS, PATIENTS), min_size=1, max_size=60)


def pairs_of(rows: list[tuple[str, str | None]]) -> list[Pair]:
    return [Pair(text, "s", number, patient) for number, (text, patient) in enumerate(rows, start=1)]


def numbered(count: int, patients: int = 0) -> list[Pair]:
    return pairs_of([(f"note {n}", f"p{n % patients}" if patients else None) for n in range(count)])


@given(ROWS, st.integers(0, 5))
def test_every_pair_lands_in_one_part_and_no_patient_or_text_in_two(
    rows: list[tuple[str, str | None]], seed: int
) -> None:
    pairs = pairs_of(rows)
    try:
        splits = split_pairs(pairs, seed)
    except DataError:
        return  # too few groups for three parts
    parts = splits.named()
    assert sorted(p.record for part in parts.values() for p in part) == [p.record for p in pairs]
    assert all(parts.values())
    require_disjoint(splits)
    assert shared_patients(splits) == 0


@given(st.integers(0, 100), st.integers(0, 3))
def test_the_order_of_the_file_changes_nothing(shuffle: int, seed: int) -> None:
    pairs = numbered(30, patients=10)
    turned = pairs[shuffle % 30 :] + pairs[: shuffle % 30]
    taken, again = (take_share(some, 0.2, seed)[1] for some in (pairs, turned))
    assert {pair.record for pair in taken} == {pair.record for pair in again}


def test_shares_are_about_what_was_asked_for_and_another_seed_is_another_split() -> None:
    splits = split_pairs(numbered(1000), seed=1)
    assert [len(part) for part in splits.named().values()] == [800, 100, 100]
    assert splits != split_pairs(numbered(1000), seed=2)


def test_notes_of_one_patient_alone_cannot_be_split() -> None:
    with pytest.raises(DataError, match="one patient"):
        split_pairs(numbered(5, patients=1), seed=1)


def test_a_shared_note_is_told_by_split_and_record_whatever_its_case_and_spaces() -> None:
    train, test = [Pair("Chest pain.", "s", 1), Pair("Cough.", "s", 2)], [Pair("chest  PAIN.", "s", 7)]
    with pytest.raises(DataError, match="record 7 of the test data stand in the train data too") as caught:
        require_disjoint(Splits(tuple(train), (), tuple(test)))
    assert "chest" not in str(caught.value).lower()


def test_patients_in_two_files_of_the_users_own_are_counted() -> None:
    one, other = Pair("a", "s", 1, "p1"), Pair("b", "s", 1, "p1")
    assert shared_patients(Splits((one,), (), (other,))) == 1
