"""The decoder-only models' tokenizer: byte-level pairs as GPT-2 and BLOOM have, lower-cased, every number one piece.

As the demonstration model's tokenizer it lower-cases, and has every number up to 999 as one piece. The pieces that
close and pad a text have the ids that the copying drills take them to have.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from itertools import product
from pathlib import Path

from tokenizers import Regex, Tokenizer, decoders, normalizers, pre_tokenizers, trainers
from tokenizers.models import BPE

from note_summarizer.demo.tokenizer import plain_normalizers

PAD, END, UNUSED = "<pad>", "<|endoftext|>", "<unused>"
_SPECIAL = (PAD, END, UNUSED)
_DIGITS = "0123456789"
_NUMBERS = tuple("".join(digits) for size in (2, 3) for digits in product(_DIGITS, repeat=size))


def train_byte_tokenizer(texts: Iterable[str], path: Path, vocabulary: int) -> Tokenizer:
    """Train the tokenizer on texts and save it as a `tokenizer.json`."""
    tokenizer = Tokenizer(BPE())
    # A space before every text: its first word is then the same piece as in the middle of a note.
    space = [normalizers.Lowercase(), normalizers.Prepend(" "), normalizers.Replace(Regex(r"\s+"), " ")]
    tokenizer.normalizer = normalizers.Sequence(
        [*plain_normalizers(), normalizers.NFKC(), *space, normalizers.Strip(left=False, right=True)]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(r"\d{1,3}"), "isolated"),
            pre_tokenizers.Punctuation("isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary - len(_NUMBERS),
        special_tokens=list(_SPECIAL),
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator((re.sub(r"\d+", " ", text) for text in texts), trainer)
    tokenizer = _with_numbers(tokenizer)
    tokenizer.save(str(path))
    return tokenizer


def _with_numbers(tokenizer: Tokenizer) -> Tokenizer:
    """Return the tokenizer with a piece for every number of two or three digits, before those that it has learnt."""
    described = json.loads(tokenizer.to_str())
    model = described["model"]
    ordered = sorted(model["vocab"], key=model["vocab"].__getitem__)
    given = len(_SPECIAL) + len(pre_tokenizers.ByteLevel.alphabet())
    pieces = [*ordered[:given], *_NUMBERS, *ordered[given:]]
    model["vocab"] = {piece: number for number, piece in enumerate(pieces)}
    model["merges"] = [*map(_merge, _NUMBERS), *model["merges"]]
    return Tokenizer.from_str(json.dumps(described))


def _merge(number: str) -> list[str]:
    # Of three digits, the pair that comes first among the merges is already one piece.
    last_two_first = number[1:] < number[:-1] and len(number) > len("00")
    split = 1 if last_two_first else len(number) - 1
    return [number[:split], number[split:]]
