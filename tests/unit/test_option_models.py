"""What the options' small models learn from: pieces, lessons and objectives; and how the comparison is told."""

from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer

from note_summarizer.demo.data import Phase, draw_pairs, phase_batches
from note_summarizer.demo.drills import copy_drill
from note_summarizer.demo.tokenizer import load_tokenizer, train_tokenizer
from note_summarizer.errors import OptionsError
from note_summarizer.model_family import SUMMARIZE
from note_summarizer.option_models.byte_pieces import END, PAD, train_byte_tokenizer
from note_summarizer.option_models.objectives import MARKS, SENTINELS, examples_of, without_spans
from note_summarizer.option_models.recipes import LESSONS, RECIPES, recipe_of
from note_summarizer.option_models.table import COPIES, SCORES, comparison_page
from note_summarizer.option_models.training_record import TrainingRecord, read_record
from note_summarizer.pretraining.gap_sentences import MASK

TEXTS = [text for pair in draw_pairs(1, "train", 400) for text in (pair.note, pair.summary)]
NOTES = [pair.note for pair in draw_pairs(2, "validation", 60)]


@pytest.fixture(scope="module")
def bytes_(tmp_path_factory: pytest.TempPathFactory) -> Tokenizer:
    path = tmp_path_factory.mktemp("bytes") / "tokenizer.json"
    train_byte_tokenizer(TEXTS, path, 2_400)
    return load_tokenizer(path)


@pytest.fixture(scope="module")
def pieces(tmp_path_factory: pytest.TempPathFactory) -> Tokenizer:
    path = tmp_path_factory.mktemp("pieces") / "tokenizer.json"
    train_tokenizer(TEXTS, path, 2_400, MARKS)
    return load_tokenizer(path)


def test_every_number_up_to_999_is_one_piece_wherever_it_stands(bytes_: Tokenizer) -> None:
    assert bytes_.get_vocab_size() == 2_400
    for number in map(str, range(1_000)):
        for text in (f"BP {number}/80", f"at {number} over 12", f"x{number}"):
            assert number in bytes_.encode(text).tokens, text


def test_a_text_comes_back_in_lower_case_and_its_first_word_is_the_piece_that_it_is_elsewhere(
    bytes_: Tokenizer,
) -> None:
    text = "Patient’s BP 120/80, T 38.5 °C\nSpO2 92% – stable"
    assert bytes_.decode(bytes_.encode(text).ids) == " patient's bp 120/80, t 38.5 °c spo2 92% - stable"
    assert bytes_.encode("cough").ids == bytes_.encode("dry cough").ids[-len(bytes_.encode("cough").ids) :]
    assert [bytes_.token_to_id(mark) for mark in (PAD, END)] == [0, 1]


@given(st.one_of(st.sampled_from(NOTES), st.text(max_size=80)))
def test_a_prompt_is_read_as_its_note_and_then_what_asks_for_a_summary(bytes_: Tokenizer, note: str) -> None:
    # Training puts the two together as pieces, serving as text.
    asked = bytes_.encode(SUMMARIZE).ids
    whole = bytes_.encode(note + SUMMARIZE).ids
    assert whole[-len(asked) :] == asked
    if note.strip() and note in NOTES:
        assert whole == bytes_.encode(note).ids + asked


def test_every_recipes_tokenizer_gives_a_lesson_the_same_notes_and_drills_that_fit(
    bytes_: Tokenizer, pieces: Tokenizer
) -> None:
    phase = Phase(40, (0.2, 0.4), tokens_per_batch=500)
    told = []
    for tokenizer in (bytes_, pieces):
        examples = [example for batch in phase_batches(phase, tokenizer, 3) for example in batch]
        told.append({(tokenizer.decode(note).strip(), tokenizer.decode(said).strip()) for note, said in examples})
        read, said = copy_drill(tokenizer, Random(1), 3)
        assert max(*read, *said) < tokenizer.get_vocab_size()
    assert len(told[0]) > 30
    assert told[0] == told[1]


@given(st.lists(st.integers(100, 999), min_size=1, max_size=300), st.integers(0, 99))
def test_spans_fill_the_gaps_that_they_left(ids: list[int], seed: int) -> None:
    sentinels = list(range(10, 10 + len(SENTINELS)))
    read, said = without_spans(ids, sentinels, Random(seed))
    assert (read[-1], said[-1]) == (1, 1)
    spans: dict[int, list[int]] = {}
    for piece in said[:-1]:
        if piece in sentinels:
            spans[piece] = []
        else:
            spans[list(spans)[-1]].append(piece)
    filled = [own for piece in read[:-1] for own in spans.get(piece, [piece])]
    assert filled == ids
    assert all(spans[piece] for piece in read if piece in sentinels)
    if len(ids) > 40:
        assert 0.05 < sum(map(len, spans.values())) / len(ids) < 0.35


def test_objectives_make_what_their_families_were_pretrained_on(bytes_: Tokenizer, pieces: Tokenizer) -> None:
    gaps = examples_of("gap-sentences", pieces, NOTES, 1)
    assert sum(pieces.token_to_id(MASK) in read for read, _ in gaps) > len(gaps) / 2
    spans = examples_of("spans", pieces, NOTES, 1)
    assert all(said[0] == pieces.token_to_id(SENTINELS[0]) for _, said in spans)
    words = examples_of("next-word", bytes_, NOTES, 1)
    assert [read for read, _ in words] == [[1]] * len(words)
    assert bytes_.decode(words[0][1]).strip() == " ".join(NOTES[0].lower().split())
    with pytest.raises(ValueError, match="none learns from no notes"):
        examples_of("none", pieces, NOTES, 1)


def test_recipes_share_lessons_and_only_from_scratch_has_no_objective() -> None:
    assert sum(lesson.share for lesson in LESSONS) == pytest.approx(1)
    assert [name for name, recipe in RECIPES.items() if recipe.objective == "none"] == ["from-scratch"]
    with pytest.raises(OptionsError, match=r"'bert'.*flan-t5"):
        recipe_of("bert")


def test_a_training_is_recorded_beside_its_model(tmp_path: Path) -> None:
    record = TrainingRecord("GPT2LMHeadModel", 6_000_000, "next-word", 20.0, 1_500, 90_000, 5_000_000)
    record.write(tmp_path)
    assert read_record(tmp_path) == record


def test_the_page_sorts_by_rouge_and_says_what_may_be_chance() -> None:
    def system(name: str, rouge: float) -> dict[str, object]:
        scores = {key: [rouge, rouge - 1, rouge + 1] for key in SCORES}
        copies = dict.fromkeys(COPIES, 10.0)
        return {"name": name, "kind": "floor", "scores": scores, "copies": copies}

    verdicts = [
        {"system": "gpt2", "difference": -8.0, "low": -9.0, "high": -7.0},
        {"system": "bloom", "difference": 0.2, "low": -0.5, "high": 0.9},
    ]
    page = comparison_page(
        {"test_notes": 10, "systems": [system("gpt2", 60), system("bloom", 70)], "against_baseline": verdicts}
    )
    assert page.index("| bloom | 70.0") < page.index("| gpt2 | 60.0")
    assert "- gpt2: -8.0 (-9.0 to -7.0)\n" in page
    assert "- bloom: +0.2 (-0.5 to +0.9), which may be chance\n" in page
