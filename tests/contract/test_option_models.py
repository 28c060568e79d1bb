"""The options' small models are those that were compared, answer, and their cards and table say what was measured."""

import json

import pytest

from chartbrief.cloud import CHECKOUT
from note_summarizer.artifact import load_artifact
from note_summarizer.engine import SummaryEngine
from note_summarizer.option_models.card import card, figures
from note_summarizer.option_models.judge import DEMONSTRATION_MINUTES, TEST_NOTES
from note_summarizer.option_models.recipes import DEMONSTRATION, EQUAL_PEGASUS, RECIPES
from note_summarizer.option_models.table import SCORES, comparison_page
from note_summarizer.option_models.training_record import read_record

FOLDER = CHECKOUT / "model_build" / "option_models"
RESULT = json.loads((FOLDER / "comparison.json").read_text("utf-8"))
SYSTEMS = {system["name"]: system for system in RESULT["systems"]}
DEMONSTRATION_FOLDER = CHECKOUT / "model_build" / "demo_model" / "served"
MOST_MB = 8.0
NOTE = "72F with chest pain and dyspnea since this morning. BP 150/90, HR 104. Started aspirin 300 mg. Denies fever."


def test_all_models_were_compared_as_they_are_served_here() -> None:
    assert RESULT["test_notes"] == TEST_NOTES
    models = {name: system for name, system in SYSTEMS.items() if system["kind"] == "model"}
    folders = {**{name: FOLDER / name / "served" for name in RECIPES}, DEMONSTRATION: DEMONSTRATION_FOLDER}
    assert {name: system["sha256"] for name, system in models.items()} == {
        name: load_artifact(folder).sha256 for name, folder in folders.items()
    }


@pytest.mark.parametrize("option", RECIPES)
def test_a_committed_model_loads_is_small_and_copies_from_the_note(option: str) -> None:
    folder = FOLDER / option / "served"
    artifact = load_artifact(folder)
    assert (artifact.family == "causal", artifact.name) == (RECIPES[option].causal, f"chartbrief-{option}")
    assert sum(path.stat().st_size for path in folder.iterdir()) < MOST_MB * 1e6
    engine = SummaryEngine.open(artifact, threads=1)
    (answer,) = engine.summarize([NOTE])
    engine.close()
    assert "150/90" in answer.summary_text


@pytest.mark.parametrize("option", RECIPES)
def test_a_card_says_what_was_measured_and_warns(option: str) -> None:
    text = (FOLDER / option / "README.md").read_text("utf-8")
    assert text == card(RECIPES[option], SYSTEMS[option], RESULT["test_notes"])
    assert "Not for clinical use" in text
    rows = [line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith("| ")]
    assert {name: f"{figure:.1f}" for name, figure in figures(SYSTEMS[option]).items()}.items() <= {
        row[0]: row[-1] for row in rows
    }.items()


@pytest.mark.parametrize("option", RECIPES)
def test_what_training_took_is_beside_the_model_and_in_the_comparison(option: str) -> None:
    record = read_record(FOLDER / option)
    assert SYSTEMS[option]["training"]["tokens"] == record.tokens
    assert SYSTEMS[option]["cpu_minutes"] == round(record.cpu_minutes, 1)


def test_training_time_was_equal_but_for_the_demonstrations() -> None:
    minutes = [SYSTEMS[option]["cpu_minutes"] for option in RECIPES]
    assert max(minutes) - min(minutes) < 0.5
    assert SYSTEMS[DEMONSTRATION]["cpu_minutes"] == DEMONSTRATION_MINUTES > max(minutes)


def test_the_page_is_made_of_the_comparison() -> None:
    assert (FOLDER / "comparison.md").read_text("utf-8") == comparison_page(RESULT)


def test_every_trained_model_beats_copying_the_first_sentences() -> None:
    floors = [system for system in RESULT["systems"] if system["kind"] == "floor"]
    assert len(floors) == 2
    for option in RECIPES:
        for score in ("rouge1", "rougeL"):
            assert SYSTEMS[option]["scores"][score][0] > max(floor["scores"][score][0] for floor in floors)
    assert set(SCORES) <= set(SYSTEMS[EQUAL_PEGASUS]["scores"])
