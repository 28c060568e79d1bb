"""The character map as the tokenizers library reads it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import normalizers

from note_summarizer.pretraining.character_map import compile_character_map, plain_characters

LETTERS = st.characters(min_codepoint=1, max_codepoint=0x2FFF, exclude_categories=["Cs", "M"])


def normalized(text: str, **settings: bool) -> str:
    return str(normalizers.Precompiled(compile_character_map(plain_characters(**settings))).normalize_str(text))


@given(st.dictionaries(LETTERS, st.text("abc ", max_size=3), min_size=1, max_size=40), st.data())
def test_every_rule_is_applied_and_nothing_else(rules: dict[str, str], data: st.DataObject) -> None:
    character = data.draw(st.sampled_from(sorted(rules)) | LETTERS)
    found = normalizers.Precompiled(compile_character_map(rules)).normalize_str(character)
    assert found == rules.get(character, character)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("“ok” – don’t", '"ok" - don\'t'),
        ("a\r\nb\rc", "a\nb\nc"),
        ("BP\t120/80\u00a0mmHg", "BP 120/80 mmHg"),
        ("38.5 °C, 5 µg, ½ tab, x₂, Müller", "38.5 °C, 5 μg, ½ tab, x₂, Müller"),
        ("soft\u00adhyphen\ufeff", "softhyphen"),
    ],
)
def test_signs_become_plain_and_units_and_accents_stay(text: str, plain: str) -> None:
    assert normalized(text) == plain


def test_casing_stays_unless_lower_case_is_asked_for() -> None:
    assert normalized("MRI of É") == "MRI of É"
    assert normalized("MRI of É", lower_case=True) == "mri of é"


@pytest.mark.parametrize("key", ["", "a\0b"])
def test_a_key_that_the_format_cannot_say_is_refused(key: str) -> None:
    with pytest.raises(ValueError, match="character map"):
        compile_character_map({key: "x"})
