"""Whatever signs come, RTF is read or refused, and in a time in proportion to it."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.rtf_documents import FONTS, HEAD, read

from notes_pipeline.errors import InputError

PIECES = st.sampled_from(
    [
        *(
            "{",
            "}",
            "\\",
            "a ",
            "\\u945 ?",
            "\\uc0",
            "\\'e9",
            "\\cell ",
            "\\row ",
            "\\par ",
            "\\trowd ",
            "\\intbl ",
            "\\f4 ",
        ),
        *(
            "\\nestrow ",
            "\\nestcell ",
            "{\\*",
            "\\footnote ",
            "\\field ",
            "{\\*\\fldinst ",
            "{\\*\\formfield ",
            "{\\*\\ffl ",
        ),
        *(
            "{\\fonttbl",
            "\\fcharset",
            "\\fftype1",
            "\\ffres",
            "\\upr ",
            "\\ud ",
            "\\bin3 ",
            "\\v ",
            "\\plain ",
            "\\*",
            "-7",
            "99",
        ),
        *("{\\shptxt ", "\\shpinst ", "\\deff", "\\ansicpg", "\\u-10179?", "\0", "\n", "SYMBOL 1"),
    ]
)


@given(st.lists(PIECES, max_size=40).map("".join) | st.binary(max_size=60).map(lambda data: data.decode("latin-1")))
def test_any_signs_are_read_or_refused(signs: str) -> None:
    try:
        text = read(HEAD + FONTS + signs + "}" * (signs.count("{") - signs.count("}") + 1))
    except InputError:
        return
    assert isinstance(text, str)


@given(st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\r\0"), max_size=40))
def test_what_is_written_is_read_back(text: str) -> None:
    units = text.encode("utf-16-le")
    numbers = (int.from_bytes(units[at : at + 2], "little", signed=True) for at in range(0, len(units), 2))
    assert read(f"{HEAD} " + "".join(f"\\u{number}?" for number in numbers) + "}") == text


@pytest.mark.parametrize(
    "piece",
    [
        "{",
        "\\'e9",
        "\\u945?",
        "\\cell ",
        "\\intbl\\par ",
        "\\row a",
        "\\nestcell\\nestrow ",
        "{\\field{\\*\\fldinst ",
        "\\bin ",
    ],
)
def test_no_document_takes_long(piece: str) -> None:
    signs, began = piece * 20_000, time.process_time()
    read(HEAD + signs + "}" * (signs.count("{") + 1))
    assert time.process_time() - began < 10
