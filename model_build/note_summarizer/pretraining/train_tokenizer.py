"""A tokenizer from nothing: unigram pieces of unlabelled notes, in the layout of the public Pegasus checkpoints.

What is trained here loads as `PegasusTokenizer`, which splits at spaces alone. That numbers, punctuation and words stay
apart is therefore a property of the vocabulary: while it is learnt, no piece may cross from one to the other.
"""

from __future__ import annotations

import json
import math
import shutil
import string
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from tokenizers import Regex, Tokenizer, normalizers, pre_tokenizers, trainers
from tokenizers.models import Unigram
from transformers import PegasusTokenizer

from note_summarizer.errors import DataError, OptionsError
from note_summarizer.pretraining.character_map import compile_character_map, plain_characters

PAD, EOS, MASK_SENTENCE, MASK_WORD, UNK = "<pad>", "</s>", "<mask_1>", "<mask_2>", "<unk>"
# Ids 0 to 105 of google/pegasus-xsum: text begins after an offset of 103 beyond pad, end and the first mask.
_ADDITIONAL = (MASK_SENTENCE, *(f"<unk_{number}>" for number in range(2, 103)))
SPECIAL_TOKENS = (PAD, EOS, MASK_SENTENCE, MASK_WORD, *_ADDITIONAL[1:], UNK)
# Single characters that are never unknown, whether the notes hold them or not.
ALPHABET = (
    string.ascii_letters
    + string.digits
    + string.punctuation
    + "▁\n"
    + "".join(chr(code) for code in range(0xA1, 0x180) if chr(code).isprintable())
    + "αβγδεζηθικλμνξοπρςστυφχψωΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩ"
    + "₀₁₂₃₄₅₆₇₈₉⁰⁴⁵⁶⁷⁸⁹⁺⁻™℃℉Ω€≤≥≠≈±×÷√∞∆←↑→↓↔☐☑☒✓✗●○■□"  # noqa: RUF001 - the signs themselves
)
SMALLEST, LARGEST = 1_000, 32_000
_WORDS_PER_PIECE = 50  # a piece that is not met some dozens of times has no vector worth having
_LONGEST_PIECE = 16
_MODEL_MAX_LENGTH = 1024
_ROUNDS, _UNSEEN, _TEXTS_AT_ONCE = 3, 0.1, 1_000


def train_tokenizer(
    texts: Iterable[str], folder: Path, vocabulary: int | None = None, *, lower_case: bool = False
) -> None:
    """Train a unigram tokenizer and save it where `AutoTokenizer.from_pretrained(folder)` finds a PegasusTokenizer.

    Args:
        vocabulary: most ids it may have, special tokens included; by default one for every 50 words of the texts,
            from 1,000 to 32,000.
        lower_case: read capitals as small letters, which halves what a small model has to learn.

    Raises:
        DataError: the texts are empty.
        OptionsError: the vocabulary has no room for the characters.
    """
    kept = [text.replace("\0", " ") for text in texts]
    words = sum(len(text.split()) for text in kept)
    if not words:
        raise DataError("There is no text to train a tokenizer on: give notes that are not empty.")
    size = vocabulary or default_vocabulary(words)
    if size < SMALLEST:
        raise OptionsError(f"A vocabulary of {size} is too small: {SMALLEST} is the least that holds every character.")
    character_map = compile_character_map(plain_characters(lower_case=lower_case))
    pieces = _learn(kept, size - len(SPECIAL_TOKENS), character_map)
    vocab = [*((token, 0.0) for token in SPECIAL_TOKENS), *pieces]
    tokenizer = PegasusTokenizer(
        vocab=vocab, _spm_precompiled_charsmap=character_map, model_max_length=_MODEL_MAX_LENGTH
    )
    _save(tokenizer, folder)


def default_vocabulary(words: int) -> int:
    """Return the vocabulary for texts of so many words, rounded to 8."""
    return max(SMALLEST, min(LARGEST, words // _WORDS_PER_PIECE)) // 8 * 8


def _learn(texts: Sequence[str], size: int, character_map: bytes) -> list[tuple[str, float]]:
    """Return learnt pieces with their log probabilities, likeliest first."""
    draft = _draft(Unigram(), character_map)
    trainer = trainers.UnigramTrainer(
        vocab_size=size + 1,
        special_tokens=[UNK],
        unk_token=UNK,
        initial_alphabet=sorted(set(ALPHABET)),
        max_piece_length=_LONGEST_PIECE,
        show_progress=False,
    )
    draft.train_from_iterator(texts, trainer)
    scores = dict.fromkeys(sorted(piece for piece in draft.get_vocab() if piece != UNK), 0.0)
    for _ in range(_ROUNDS):
        scores = _estimate(scores, texts, character_map)
    return sorted(scores.items(), key=lambda piece: (-piece[1], piece[0]))


def _draft(model: Unigram, character_map: bytes) -> Tokenizer:
    draft = Tokenizer(model)
    draft.normalizer = normalizers.Sequence(
        [normalizers.Precompiled(character_map), normalizers.Replace(Regex(r" {2,}"), " ")]
    )
    draft.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Metaspace(),
            pre_tokenizers.Split(Regex(r"▁?\n+"), "isolated"),
            pre_tokenizers.Split(Regex(r"\d{1,3}"), "isolated"),  # a number is the same piece after "(" or a space
            pre_tokenizers.Split(Regex(r"[^\p{L}\p{M}\d\n▁']"), "isolated"),
        ]
    )
    return draft


def _estimate(scores: Mapping[str, float], texts: Sequence[str], character_map: bytes) -> dict[str, float]:
    """Return the pieces' log probabilities in the likeliest reading of the texts by the scores given.

    The trainer's own scores differ a little from run to run (it adds in the order of a hash table), and with them the
    reading of some words; the pieces do not. Counting anew from the pieces gives the same notes the same tokenizer.
    The first reading, by equal scores, is the one with the fewest pieces.
    """
    pieces = list(scores)
    model = Unigram([(UNK, 0.0), *((piece, scores[piece] - 1.0) for piece in pieces)], unk_id=0)
    reader, counts = _draft(model, character_map), Counter[int]()
    for start in range(0, len(texts), _TEXTS_AT_ONCE):
        for read in reader.encode_batch_fast(texts[start : start + _TEXTS_AT_ONCE]):
            counts.update(read.ids)
    total = math.log(sum(counts.values()) + len(pieces) * _UNSEEN)
    return {piece: math.log(counts[place + 1] + _UNSEEN) - total for place, piece in enumerate(pieces)}


def save_tokenizer(tokenizer: Any, folder: Path) -> None:
    """Write a Pegasus tokenizer's files, with the map of special tokens that transformers 5 no longer writes.

    What reads the folder with an older one looks for it.
    """
    tokenizer.save_pretrained(folder)
    names = {**tokenizer.special_tokens_map, "additional_special_tokens": list(_ADDITIONAL)}
    (folder / "special_tokens_map.json").write_text(json.dumps(names, indent=2) + "\n", "utf-8")


def _save(tokenizer: PegasusTokenizer, folder: Path) -> None:
    partial = folder.with_name(folder.name + ".partial")
    shutil.rmtree(partial, ignore_errors=True)
    save_tokenizer(tokenizer, partial)
    folder.mkdir(parents=True, exist_ok=True)
    for file in partial.iterdir():
        file.replace(folder / file.name)
    partial.rmdir()
