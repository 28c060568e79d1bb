"""Gap sentences: the note is never altered but for its gaps, and the sentences chosen are the principal ones."""

from random import Random

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from note_summarizer.demo.copy_metrics import rouge1
from note_summarizer.pretraining.gap_sentences import MASK, Choice, choose, gap_count, gap_example, write_gaps
from note_summarizer.split_sentences import MOST_WORDS, split_sentences

WORDS = st.sampled_from(
    ["the", "patient", "has", "pain", "fever", "Dr.", "3.5", "mg", "e.g.", "BP", "120/80", "no.", "I", ",", "(left)"]
)
SENTENCES = st.lists(WORDS, min_size=1, max_size=12).map(lambda words: " ".join(words) + ".")
NOTES = st.lists(st.tuples(SENTENCES, st.sampled_from([" ", "  ", "\n", "\n\n", " \n"])), min_size=1, max_size=15).map(
    lambda parts: "".join(text + after for text, after in parts)
)
ANY_TEXT = st.text(st.sampled_from("ab C.!?\n\t ,;\"'1é"), max_size=200)
CHOICES = st.builds(
    Choice,
    ratio=st.floats(0.05, 0.95),
    strategy=st.sampled_from(["independent", "sequential"]),
    unique=st.booleans(),
    noise=st.sampled_from([0.0, 0.2]),
    copied=st.sampled_from([0.0, 0.2, 0.9]),
)
PLAIN = Choice(noise=0.0)


@given(ANY_TEXT | NOTES)
def test_sentences_joined_are_the_note(note: str) -> None:
    sentences = split_sentences(note)
    assert "".join(sentences) == (note if note.strip() else "")
    assert all(sentence.strip() for sentence in sentences)
    assert all(len(sentence.split()) <= MOST_WORDS for sentence in sentences)


@given(NOTES, CHOICES, st.integers(0, 5))
def test_filling_the_gaps_gives_the_note_back(note: str, choice: Choice, seed: int) -> None:
    example = gap_example(note, choice, Random(seed))
    assume(example is not None)
    assert example is not None
    assert example.filled() == note
    assert example.source.count(MASK) == len(example.masked) >= 1
    assert example == gap_example(note, choice, Random(seed))


@given(NOTES, CHOICES, st.integers(0, 5))
def test_as_many_are_chosen_as_asked_for_in_the_notes_order(note: str, choice: Choice, seed: int) -> None:
    sentences = split_sentences(note)
    assume(len(sentences) > 1)
    chosen = choose(sentences, choice, Random(seed))
    assert chosen == sorted(set(chosen))
    assert len(chosen) == min(max(1, round(choice.ratio * len(sentences))), len(sentences) - 1)
    example = write_gaps(sentences, chosen)
    assert example.target == " ".join(sentences[place].strip() for place in chosen)
    assert list(example.masked) == [sentences[place].strip() for place in chosen]


@given(NOTES)
def test_independently_chosen_sentences_score_no_less_than_the_others(note: str) -> None:
    sentences = split_sentences(note)
    assume(len(sentences) > 1)
    chosen = choose(sentences, PLAIN, Random(1))
    scores = [rouge1(" ".join(sentences[:p] + sentences[p + 1 :]), s) for p, s in enumerate(sentences)]
    rest = [score for place, score in enumerate(scores) if place not in chosen]
    assert min(scores[place] for place in chosen) >= max(rest) - 1e-12


# The first two say the same, and most of what the rest says; the third says the other half.
SAME, OTHER = "fever cough chills.\n", "pain in the left knee.\n"
NOTE = [SAME, SAME, OTHER, "fever and cough and chills since pain in the left knee began.\n"]


@pytest.mark.parametrize(("strategy", "chosen"), [("independent", [2, 3]), ("sequential", [0, 3])])
def test_sequentially_chosen_sentences_score_highest_together(strategy: str, chosen: list[int]) -> None:
    assert choose(NOTE, Choice(0.5, strategy), Random(1)) == chosen  # type: ignore[arg-type]


def test_unique_counts_a_word_once() -> None:
    sentences = ["fever fever fever fever a b.\n", "cough chills.\n", "fever fever fever fever cough chills c d.\n"]
    assert choose(sentences, Choice(0.67), Random(1)) == [0, 2]
    assert choose(sentences, Choice(0.67, unique=True), Random(1)) == [1, 2]


def test_copied_sentences_are_asked_for_and_stay() -> None:
    sentences = [f"Finding {number} is stable.\n" for number in range(10)]
    example = gap_example("".join(sentences), Choice(ratio=0.5, copied=0.4), Random(3))
    assert example is not None
    asked = example.target.split(". ")
    assert (len(asked), len(example.masked)) == (5, 3)
    assert sum(sentence.strip(".") in example.source for sentence in asked) == 2


def test_noise_draws_other_sentences() -> None:
    note = "".join(f"Day {number}: the patient has pain in the knee.\n" for number in range(12))
    drawn = {gap_example(note, Choice(noise=0.2), Random(seed)) for seed in range(8)}
    assert len(drawn) > 4


@pytest.mark.parametrize("note", ["", "  \n", "No acute distress.", "BP 120/80 mmHg, HR 72, no complaints"])
def test_a_note_of_one_sentence_has_no_gap(note: str) -> None:
    assert gap_example(note, PLAIN, Random(1)) is None


@pytest.mark.parametrize(("sentences", "ratio", "count"), [(2, 0.01, 1), (10, 0.3, 3), (10, 0.99, 9), (2, 0.9, 1)])
def test_at_least_one_is_chosen_and_never_all(sentences: int, ratio: float, count: int) -> None:
    assert gap_count(sentences, ratio) == count


@pytest.mark.parametrize(
    ("note", "sentences"),
    [
        ("Seen by Dr. Smith. No fever.", ["Seen by Dr. Smith. ", "No fever."]),
        ("Doctor: Pain?\nPatient: No. None.\n", ["Doctor: Pain?\n", "Patient: No. ", "None.\n"]),
        ("hi . i'm well . okay .", ["hi . ", "i'm well . ", "okay ."]),
        (
            "Took 3.75 mg approx. twice q.d. today. Better.",
            ["Took 3.75 mg approx. twice q.d. today. ", "Better."],
        ),
        ("\n\n  Stable.\n\n\nHome.", ["\n\n  Stable.\n\n\n", "Home."]),
    ],
)
def test_where_sentences_end(note: str, sentences: list[str]) -> None:
    assert split_sentences(note) == sentences


def test_dictation_without_full_stops_is_cut_at_commas_then_between_words() -> None:
    with_commas = ", ".join(["the wound looks clean and dry today"] * 12)
    parts = split_sentences(with_commas)
    assert len(parts) > 1
    assert all(part.endswith(", ") for part in parts[:-1])
    assert {len(part.split()) for part in split_sentences("word " * 120)} == {30}


def test_a_mark_in_the_note_is_no_gap() -> None:
    example = gap_example(f"Literal {MASK} here. The fever is gone. The fever was high.", PLAIN, Random(1))
    assert example is not None
    assert example.source.count(MASK) == len(example.masked)
