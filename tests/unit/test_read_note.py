"""Reading a note: the texts that are asked for, and what their answers say together."""

from note_summarizer.long_notes.read_note import NoteSummary, PartAnswer, Reading, read_note


def words(text: str) -> int:
    return len(text.split()) + 1


def finish(note: str, reading: Reading, answers: dict[str, str]) -> NoteSummary:
    steps = read_note(note, reading)
    texts = next(steps)
    try:
        steps.send([PartAnswer(answers[text.strip()], words(text), cut_off=False) for text in texts])
    except StopIteration as stop:
        return stop.value
    raise AssertionError("one pass was enough")


def test_a_note_that_fits_is_one_part_and_its_summary_is_the_answer() -> None:
    summary = finish("Fever. Cough.", Reading(words, 20, 20, "items"), {"Fever. Cough.": "Fever, cough."})
    assert summary == NoteSummary("Fever, cough.", 1, 3, 1, 0, 0)


def test_parts_are_asked_for_together_and_merged() -> None:
    answers = {"Fever since Monday.": "Fever.", "No cough at all.": "Fever, no cough."}
    summary = finish("Fever since Monday. No cough at all.", Reading(words, 6, 20, "items"), answers)
    assert summary == NoteSummary("Fever, no cough.", 2, 9, 1, 0, 0)
