"""Items take the note's wording where they are close to it, and nothing else changes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from note_summarizer.align_items import align_items

NOTE = (
    "Seen for nonpitting edema of the left leg; dapagliflozin 2 mcg given, metoprolol 25 mg held. "
    "Right hip x-ray showed right ventricular dilation. HR 113, BP 170/95."
)


@pytest.mark.parametrize(
    ("garbled", "aligned"),
    [
        ("non-ting edema of the left leg", "nonpitting edema of the left leg"),
        ("daptgliflozin 2 mcg, hr 113.", "dapagliflozin 2 mcg, hr 113."),
        ("possible nonpiting edema", "possible nonpitting edema"),
        ("metoprolol 25 mg stopped", "metoprolol 25 mg stopped"),
        ("right ventriclar dilation on right hip x-ray", "right ventricular dilation on right hip x-ray"),
        ("history of nonpiting edema and dapaglifozin 2 mcg", "history of nonpitting edema and dapagliflozin 2 mcg"),
    ],
)
def test_a_garbled_item_takes_the_notes_words(garbled: str, aligned: str) -> None:
    assert align_items(garbled, NOTE) == aligned


@pytest.mark.parametrize(
    "summary",
    [
        "Nonpitting edema of the left leg, HR 113, BP 170/95.",
        "HR 114, BP 171/95.",
        "Metoprolol 50 mg.",
        "Influenza.",
        "No acute findings.",
        "SpO2 91%.",
        "Transferred to the left leg, discharged home.",
        "Nonpitting edema on right hip x-ray.",
    ],
)
def test_what_is_right_and_what_is_without_support_stays(summary: str) -> None:
    assert align_items(summary, NOTE) == summary


def test_an_item_said_twice_is_said_once() -> None:
    assert (
        align_items("edema of the left leg, hr 113, edema of the left leg.", NOTE) == "edema of the left leg, hr 113."
    )


@given(st.text(max_size=80), st.text(max_size=200))
def test_any_texts_are_taken_and_numbers_are_never_changed(summary: str, note: str) -> None:
    digits = [c for c in align_items(summary, note) if c.isascii() and c.isdigit()]
    assert set(digits) <= {c for c in summary if c.isdigit()}


@given(
    st.lists(st.sampled_from(["fever", "chest pain", "left leg edema", "HR 80"]), min_size=1, max_size=4, unique=True)
)
def test_a_summary_in_the_notes_words_is_left_alone(items: list[str]) -> None:
    assert align_items(", ".join(items) + ".", "Has " + "; ".join(items) + " today.") == ", ".join(items) + "."
