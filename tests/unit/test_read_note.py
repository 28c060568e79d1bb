"""Reading a note: the texts that are asked for, and what their answers say together."""

from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from note_summarizer.long_notes.read_note import MOST_PASSES, NoteSummary, PartAnswer, Reading, read_note


def words(text: str) -> int:
    return len(text.split()) + 1


def finish(note: str, reading: Reading, model: Callable[[str], PartAnswer]) -> NoteSummary:
    steps = read_note(note, reading)
    texts = next(steps)
    while True:
        assert all(reading.measure(text) <= reading.max_input_tokens for text in texts)
        try:
            texts = steps.send([model(text) for text in texts])
        except StopIteration as stop:
            return stop.value


def says(answers: dict[str, str], *, cut_off: bool = False) -> Callable[[str], PartAnswer]:
    return lambda text: PartAnswer(answers[text.strip()], words(text), cut_off)


def first_sentence(text: str) -> PartAnswer:
    return PartAnswer(text.split(". ")[0].strip(" .") + ".", words(text), cut_off=False)


def copied(text: str) -> PartAnswer:
    return PartAnswer(text.strip(), words(text), cut_off=False)


def test_a_note_that_fits_is_one_part_and_its_summary_is_the_answer() -> None:
    summary = finish("Fever. Cough.", Reading(words, 20, 20, "items"), says({"Fever. Cough.": "Fever, cough."}))
    assert summary == NoteSummary("Fever, cough.", 1, 3, 1, 0, 0)


def test_parts_are_asked_for_together_and_merged() -> None:
    answers = {"Fever since Monday.": "Fever.", "No cough at all.": "Fever, no cough."}
    summary = finish("Fever since Monday. No cough at all.", Reading(words, 6, 20, "items"), says(answers))
    assert summary == NoteSummary("Fever, no cough.", 2, 9, 1, 0, 0)


def test_the_last_statement_of_an_answer_that_was_cut_off_is_left_out_and_counted() -> None:
    answers = {"Fever since Monday.": "Fever, BP 120/8", "No cough at all.": "No cough, HR 7"}
    model = says(answers, cut_off=True)
    summary = finish("Fever since Monday. No cough at all.", Reading(words, 6, 20, "items"), model)
    assert (summary.summary_text, summary.dropped_statements) == ("Fever, No cough.", 2)


def test_a_repetition_is_no_dropped_statement() -> None:
    answers = {"Fever since Monday.": "Fever is present.", "No cough at all.": "The fever is present. No cough."}
    summary = finish("Fever since Monday. No cough at all.", Reading(words, 6, 20, "prose"), says(answers))
    assert (summary.summary_text, summary.dropped_statements) == ("Fever is present. No cough.", 0)


NOTE = " ".join(f"Day {day} was calm. Pulse was {60 + day}." for day in range(16))


def test_merged_sentences_that_are_too_long_are_read_again_and_what_is_left_out_is_counted() -> None:
    summary = finish(NOTE, Reading(words, 17, 12, "prose"), first_sentence)
    assert summary.summary_text == "Day 0 was calm. Day 8 was calm."
    assert (summary.parts, summary.passes, summary.dropped_statements) == (8, 2, 6)


def test_merged_items_are_the_summary_however_long() -> None:
    summary = finish(NOTE, Reading(words, 17, 12, "items"), first_sentence)
    assert (summary.passes, summary.dropped_statements) == (1, 0)
    assert summary.summary_text.count("was calm") == summary.parts


def test_a_model_that_says_everything_again_is_not_asked_for_ever() -> None:
    summary = finish(NOTE, Reading(words, 17, 4, "prose"), copied)
    assert (summary.passes, summary.summary_text) == (1, NOTE)


@given(
    st.lists(st.sampled_from(["Fever. ", "Pulse 80 today. ", "Plan:\n", "No pain at all\n"]), max_size=60).map("".join),
    st.integers(8, 40),
    st.integers(2, 40),
    st.sampled_from(["items", "prose"]),
)
def test_reading_ends_with_every_character_read(note: str, most_in: int, most_out: int, style: str) -> None:
    summary = finish(note, Reading(words, most_in, most_out, style), first_sentence)
    assert summary.dropped_characters == 0
    assert 1 <= summary.passes <= MOST_PASSES
    assert summary.input_tokens >= words(note) - 1
