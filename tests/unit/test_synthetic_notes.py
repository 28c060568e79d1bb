"""The synthetic generator: nothing in a summary that its note does not say, and no leak between the splits."""

import re
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from note_summarizer.synthetic.entities import EntityDraw
from note_summarizer.synthetic.fact_kinds import KINDS, NoteDraw
from note_summarizer.synthetic.facts import FactWriter
from note_summarizer.synthetic.lexicons import NAMES, clean_title, entities, icd_titles, read_lines
from note_summarizer.synthetic.partition import Split
from note_summarizer.synthetic.phrases import STYLES, templates
from note_summarizer.synthetic.summary_style import Category, Item, write_summary
from note_summarizer.synthetic.write_note import write_pair

SPLITS: tuple[Split, ...] = ("train", "validation", "test")
CONTEXT_SLOTS = {"age", "n", "sex", "subj", "time", "activity", "study", "consult"}


@given(seed=st.integers(0, 10**9), split=st.sampled_from(SPLITS))
def test_every_number_of_a_summary_stands_in_its_note(seed: int, split: Split) -> None:
    pair = write_pair(Random(seed), split)
    note_numbers = set(re.findall(r"\d+", pair.note))
    # "SpO2" and "/10" belong to the labels the summary style uses for a saturation and a pain score.
    summary = re.sub(r"SpO2|/10\b", "", pair.summary)
    assert set(re.findall(r"\d+", summary)) <= note_numbers


@given(seed=st.integers(0, 10**9))
def test_the_same_seed_writes_the_same_pair(seed: int) -> None:
    assert write_pair(Random(seed), "train") == write_pair(Random(seed), "train")


def test_no_entity_or_phrase_is_in_two_splits() -> None:
    for name in ("conditions", "drugs", "symptoms", "procedures"):
        train, test = set(entities(name, "train")), set(entities(name, "test"))
        assert train
        assert test
        assert not train & test
    assert not set(icd_titles("train")) & set(icd_titles("test"))
    assert not set(templates("diagnosis", "prose", "train")) & set(templates("diagnosis", "prose", "test"))


@pytest.mark.parametrize("kind", sorted(KINDS))
@pytest.mark.parametrize("split", SPLITS)
def test_every_kind_can_be_written_in_every_style_and_split(kind: str, split: Split) -> None:
    writer = FactWriter(EntityDraw(Random(3), split))
    for style in STYLES:
        fact = writer.write(kind, style)
        assert fact.sentence
        assert not re.search(r"\{\w+\}", fact.sentence + " ".join(item.text for item in fact.items))


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_phrase_names_what_its_kind_puts_into_the_summary(kind: str) -> None:
    note = NoteDraw(EntityDraw(Random(1), "train"))
    given_slots = {slot for _ in range(5) for slot in KINDS[kind](note)[0]}
    for line in read_lines("phrases", kind):
        phrase, _, label = line.partition("=>")
        slots = set(re.findall(r"\{(\w+)\}", phrase))
        assert slots <= given_slots | CONTEXT_SLOTS, line
        assert line.strip("[]") in STYLES or given_slots - CONTEXT_SLOTS <= slots, line
        assert bool(label) == (kind == "course" and line.strip("[]") not in STYLES), line


@pytest.mark.parametrize("name", NAMES)
def test_lexicons_hold_no_commas_where_items_are_split_at_commas(name: str) -> None:
    if name not in ("occupations_social", "family_history", "normal_exam"):
        assert [entity for split in SPLITS for entity in entities(name, split) if "," in entity] == []


def test_a_summary_orders_by_category_and_drops_repeats() -> None:
    items = [
        Item(Category.VITAL_SIGN, "HR 80"),
        Item(Category.COMPLAINT, "chest pain"),
        Item(Category.DIAGNOSIS, "anterior MI"),
        Item(Category.COMPLAINT, "Chest pain"),
    ]
    assert write_summary(items) == "Anterior MI, chest pain, HR 80."
    assert write_summary([]) == "No acute findings."


@pytest.mark.parametrize(
    ("title", "cleaned"),
    [
        ("Fracture of shaft of left ulna, initial encounter for closed fracture", "fracture of shaft of left ulna"),
        ("Other specified disorders of bone", ""),
        ("Family history of asthma", ""),
        ("Viral pericarditis", "viral pericarditis"),
    ],
)
def test_icd_titles_lose_their_coding_boilerplate(title: str, cleaned: str) -> None:
    assert clean_title(title) == cleaned
