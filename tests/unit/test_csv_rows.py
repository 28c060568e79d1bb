"""Rows that are not as their header says."""

import pytest
from tests.unit.test_parse_file import only_reject, parse


@pytest.mark.parametrize(
    "body",
    [
        "note_id,patient_id,note\n7,8,Denies chest pain, fever, or chills\n",
        "note_id;note\n1;BP stable; HR 80; denies SI\n",
        "note,note_id\nDenies chest pain,fever,7\n",
        "note_id,patient_id,note\n5,6\n",
    ],
)
def test_a_row_with_other_cells_than_the_header_is_not_cut(body: str) -> None:
    record, code, reason = only_reject(parse("a.csv", body))
    assert (record, code) == (1, "BrokenRow")
    assert "quote texts" in reason


def test_empty_cells_behind_a_row_are_nothing_and_a_broken_row_says_how_far_it_goes() -> None:
    found = parse("a.csv", 'note_id,note\n1,Fever,,\n2,"open\n3,Cough\n4,"closed"\n5,Rash\n')
    assert [note.note_id for note in found.notes] == ["1", "5"]
    assert "(lines 3 to 5 of the file)" in only_reject(found)[2]
