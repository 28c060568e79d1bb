"""The model card says what was measured, of the model that is shipped."""

import json

import pytest
from tests.contract.reading import read

from chartbrief.cloud import CHECKOUT
from note_summarizer.artifact import load_artifact, sha256_of

FOLDER = CHECKOUT / "model_build" / "demo_model"
SCORES = json.loads((FOLDER / "test_scores.json").read_text())
CARD = read("model_build", "demo_model", "README.md")
ROWS = {
    "rouge1": "ROUGE-1",
    "number_recall": "numbers of the reference that the summary has",
    "number_precision": "numbers of the summary that the note has",
    "entity_recall": "entities of the reference that the summary has, word for word",
    "item_recall": "items of the reference that the summary has, word for word",
    "item_precision": "items of the summary that are items of the reference, word for word",
    "exact": "summaries equal to their reference",
}


@pytest.mark.parametrize("name", ROWS)
def test_the_cards_table_is_the_measurement(name: str) -> None:
    (row,) = [line for line in CARD.splitlines() if line.startswith(f"| {ROWS[name]} |")]
    figures = [float(cell) for cell in row.strip("| ").split("|")[1:]]
    measured = [SCORES[served][name] for served in ("as_served", "model_alone")]
    assert figures == [round(figure, 1) for figure in measured]


def test_the_measurement_is_of_the_shipped_model() -> None:
    assert SCORES["sha256"] == sha256_of(FOLDER / "served" / "model.bin")
    assert SCORES["as_served"]["answers"] == 1000


def test_the_card_warns() -> None:
    assert "Not for clinical use" in CARD
    assert "make train-demo" in CARD
    assert load_artifact(FOLDER / "served").align_items
