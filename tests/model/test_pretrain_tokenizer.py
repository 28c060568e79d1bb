"""The tokenizer that is trained here loads as a Pegasus tokenizer and loses nothing of a clinical note."""

from pathlib import Path

import pytest

torch = pytest.importorskip("torch", reason="model tests have an environment of their own: make test-model")

from hypothesis import assume, given, settings  # noqa: E402
from hypothesis import strategies as st  # noqa: E402
from tokenizers import Tokenizer  # noqa: E402
from transformers import AutoTokenizer, PegasusTokenizer  # noqa: E402

from note_summarizer.demo.data import draw_pairs  # noqa: E402
from note_summarizer.errors import DataError, OptionsError  # noqa: E402
from note_summarizer.pretraining.train_tokenizer import ALPHABET, SPECIAL_TOKENS, train_tokenizer  # noqa: E402

TEXTS = [pair.note for pair in draw_pairs(3, "train", 300)]
SHOWN = ALPHABET.replace("▁", "")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("tokenizer") / "trained"
    train_tokenizer(TEXTS, path, 1500)
    return path


@pytest.fixture(scope="module")
def tokenizer(folder: Path) -> PegasusTokenizer:
    return AutoTokenizer.from_pretrained(folder)


def test_it_loads_as_pegasus_with_the_public_checkpoints_ids(tokenizer: PegasusTokenizer, folder: Path) -> None:
    assert type(tokenizer) is PegasusTokenizer
    assert tokenizer.convert_ids_to_tokens(range(106)) == list(SPECIAL_TOKENS)
    assert (tokenizer.pad_token_id, tokenizer.eos_token_id, tokenizer.unk_token_id, tokenizer.mask_token_id) == (
        0,
        1,
        105,
        3,
    )
    assert [tokenizer.convert_tokens_to_ids(token) for token in ("<mask_1>", "<unk_2>", "<unk_102>")] == [2, 4, 104]
    assert len(tokenizer) == 1500
    assert {"tokenizer.json", "tokenizer_config.json", "special_tokens_map.json"} <= {p.name for p in folder.iterdir()}
    assert list(folder.parent.iterdir()) == [folder]


WORDS = st.lists(st.text(st.sampled_from(SHOWN), min_size=1, max_size=8), min_size=1, max_size=20)


@settings(deadline=None, max_examples=60)
@given(WORDS, st.sampled_from(" \n"))
def test_text_comes_back_as_it_was(tokenizer: PegasusTokenizer, folder: Path, words: list[str], between: str) -> None:
    text = between.join(words).strip()
    assume(not any(token in text for token in SPECIAL_TOKENS))
    plain = tokenizer.backend_tokenizer.normalizer.normalize_str(text)
    ids = tokenizer(text).input_ids
    assert tokenizer.unk_token_id not in ids
    assert tokenizer.decode(ids, skip_special_tokens=True) == plain
    assert Tokenizer.from_file(str(folder / "tokenizer.json")).encode(text).ids == ids


def test_numbers_units_lines_and_casing_stay(tokenizer: PegasusTokenizer) -> None:
    note = "BP 120/80 mmHg, K 3.75 mmol/L, 38.5 °C.\nIV KCl 1,250 mL; µg → ≥ ½ tab\n\nMüller"
    assert tokenizer.decode(tokenizer(note).input_ids, skip_special_tokens=True) == note.replace("µ", "μ")


def test_a_number_is_the_same_pieces_whatever_stands_before_it(tokenizer: PegasusTokenizer) -> None:
    wanted = tokenizer.tokenize("120")[1:]
    for text in ("BP 120", "BP (120", "BP120", "80/120", "-120"):
        assert tokenizer.tokenize(text)[-len(wanted) :] == wanted


def test_the_mark_of_a_gap_is_one_piece_with_its_line_end(tokenizer: PegasusTokenizer) -> None:
    ids = tokenizer("Pain. <mask_1>\nFever.").input_ids
    assert ids.count(2) == 1
    assert "\n" in tokenizer.decode(ids)


def test_the_same_texts_make_the_same_tokenizer(folder: Path, tmp_path: Path) -> None:
    train_tokenizer(iter(TEXTS), tmp_path / "again", 1500)
    for name in ("tokenizer.json", "tokenizer_config.json", "special_tokens_map.json"):
        assert (tmp_path / "again" / name).read_bytes() == (folder / name).read_bytes()


def test_lower_case_reads_capitals_as_small_letters(tmp_path: Path) -> None:
    train_tokenizer(TEXTS, tmp_path / "lower", 1500, lower_case=True)
    tokenizer = AutoTokenizer.from_pretrained(tmp_path / "lower")
    assert tokenizer.decode(tokenizer("MRI of É: 5 MG").input_ids, skip_special_tokens=True) == "mri of é: 5 mg"


def test_what_cannot_work_is_told(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no text to train a tokenizer on"):
        train_tokenizer(["", " \n"], tmp_path / "x")
    with pytest.raises(OptionsError, match="vocabulary of 300 is too small"):
        train_tokenizer(TEXTS, tmp_path / "x", 300)
    assert not (tmp_path / "x").exists()
