"""Prompts hold the note between marks it cannot forge; long notes are cut to a model's context and nothing is lost."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notes_pipeline.core.prompts import PROMPTS, PromptError, estimate_tokens, load_prompt, split_text

TEXTS = st.text(st.sampled_from("ab \n.,</>noteNOTEsumry"), max_size=400)


@pytest.mark.parametrize("version", PROMPTS)
@given(note=TEXTS)
def test_the_note_stands_between_the_last_marks(version: str, note: str) -> None:
    written = load_prompt(version).write(note)
    between = written.rpartition("<note>\n")[2].rpartition("\n</note>")[0]
    assert between.replace("< ", "<") == note.strip().replace("< ", "<")
    assert written.endswith("\n</note>\n<summary>")
    examples = len(load_prompt(version).examples)
    assert (
        len(re.findall("<note>", written, re.IGNORECASE))
        == len(re.findall("</note>", written))
        == examples + (2 if "<note>" in load_prompt(version).instruction else 1)
    )


@pytest.mark.parametrize("version", PROMPTS)
def test_examples_are_faithful_by_our_own_checks(version: str) -> None:
    from notes_pipeline.core.check_summary import check_summary

    for example in load_prompt(version).examples:
        checked = check_summary(example.summary.strip(), example.note.strip())
        assert (checked.rejected, checked.checks.findings) == (None, ())


@pytest.mark.parametrize("version", PROMPTS)
def test_a_context_without_room_for_a_note_is_refused(version: str) -> None:
    with pytest.raises(PromptError, match="no room for a note"):
        load_prompt(version).longest_note(200, 128)


def test_an_unknown_version_names_those_there_are() -> None:
    with pytest.raises(PromptError, match="choose one of clinical-summary-1"):
        load_prompt("clinical-summary-0")


@given(TEXTS, st.integers(20, 200))
def test_parts_are_short_enough_and_together_the_text(text: str, longest: int) -> None:
    parts = split_text(text, longest)
    assert all(len(part) <= longest for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())


def test_a_note_is_cut_between_paragraphs_before_lines_and_sentences() -> None:
    first, second = "Fever and cough. Given fluids.\n" * 4, "Chest pain. ECG normal.\n" * 4
    assert split_text(f"{first}\n{second}", 140) == [first.strip(), second.strip()]


def test_a_part_with_its_prompt_fits_the_context_by_our_estimate() -> None:
    prompt = load_prompt("clinical-summary-1")
    for part in split_text("HR 120, BP 90/60. " * 900, prompt.longest_note(2048, 256)):
        assert estimate_tokens(prompt.write(part)) + 256 <= 2048
