"""The demonstration model's tokenizer and batches."""

from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer

from note_summarizer.demo.data import Phase, draw_pairs, pack, tokenized, write_batches
from note_summarizer.demo.tokenizer import load_tokenizer, train_tokenizer


@pytest.fixture(scope="module")
def tokenizer(tmp_path_factory: pytest.TempPathFactory) -> Tokenizer:
    path = tmp_path_factory.mktemp("tokenizer") / "tokenizer.json"
    train_tokenizer((text for pair in draw_pairs(1, "train", 400) for text in (pair.note, pair.summary)), path)
    return load_tokenizer(path)


@pytest.mark.parametrize("number", ["7", "80", "120", "999"])
def test_a_number_is_the_same_piece_wherever_it_stands(tokenizer: Tokenizer, number: str) -> None:
    for text in (f"BP {number}/{number}", f"HR {number}.", f"{number} mg", f"at {number} over 12"):
        assert number in tokenizer.encode(text).tokens


def test_special_tokens_have_the_ids_that_the_model_and_the_server_expect(tokenizer: Tokenizer) -> None:
    assert [tokenizer.token_to_id(token) for token in ("<pad>", "</s>", "<unk>")] == [0, 1, 2]
    assert tokenizer.encode("chest pain").ids[-1] == 1


def test_decoding_gives_lower_cased_text_with_plain_quotes_back(tokenizer: Tokenizer) -> None:
    text = "Patient’s BP 120/80, T 38.5 C\nSpO2 92% – stable"
    assert tokenizer.decode(tokenizer.encode(text).ids) == "patient's bp 120/80, t 38.5 c spo2 92% - stable"


@given(
    lengths=st.lists(st.tuples(st.integers(1, 60), st.integers(1, 20)), min_size=1, max_size=200),
    budget=st.integers(100, 800),
)
def test_packing_keeps_every_example_once_and_within_the_budget(lengths: list[tuple[int, int]], budget: int) -> None:
    examples = [([index] * inputs, [index] * outputs) for index, (inputs, outputs) in enumerate(lengths)]
    batches = pack(examples, budget, Random(0))
    assert sorted(pair[0][0] for batch in batches for pair in batch) == list(range(len(examples)))
    for batch in batches:
        longest = max(len(i) + len(o) for i, o in batch)
        assert len(batch) == 1 or len(batch) * longest <= 2 * budget


def test_notes_that_do_not_fit_are_left_out_and_never_cut(tokenizer: Tokenizer) -> None:
    pairs = list(draw_pairs(2, "train", 200, (1.0, 1.2)))
    whole = [encoding.ids for encoding in tokenizer.encode_batch([pair.note for pair in pairs])]
    assert all(inputs in whole for inputs, _ in tokenized(tokenizer, pairs))


def test_the_same_seed_writes_the_same_batches(tokenizer: Tokenizer, tmp_path: Path) -> None:
    phases = [Phase(pairs=20, richness=(0.1, 0.3), tokens_per_batch=500)]
    for name in ("one", "two"):
        write_batches(tmp_path / name, tokenizer, phases, seed=5)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
