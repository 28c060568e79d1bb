"""The demonstration model's tokenizer: lower-cased unigram pieces, numbers up to 999 in one piece each.

Lower-casing halves what must be learnt before the model can copy; the engine gives the casing back from the note.
A number is always the same piece whatever stands before it (`120/80`, `120 over 80`), so that numbers are copied
piece by piece and never spelt.
"""

from __future__ import annotations

import json
import string
from collections.abc import Iterable
from pathlib import Path

from tokenizers import Regex, Tokenizer, decoders, normalizers, pre_tokenizers, processors, trainers
from tokenizers.models import Unigram

PAD, EOS, UNK = "<pad>", "</s>", "<unk>"
VOCABULARY = 6000
_LARGEST_NUMBER = 999
_NUMBER_SCORE = -8.0
_CHARACTERS = string.ascii_lowercase + string.digits + string.punctuation + "▁°µ±é≥≤×→"  # noqa: RUF001 - the signs themselves
_PLAIN = {"‘": "'", "’": "'", "“": '"', "”": '"', "–": "-", "—": " - ", "…": "..."}  # noqa: RUF001 - the signs themselves


def _normalizer() -> normalizers.Normalizer:
    plain = [normalizers.Replace(odd, ascii_) for odd, ascii_ in _PLAIN.items()]
    spaces = normalizers.Replace(Regex(r"\s+"), " ")
    return normalizers.Sequence([*plain, normalizers.NFKC(), normalizers.Lowercase(), spaces, normalizers.Strip()])


def _blank(model: Unigram) -> Tokenizer:
    tokenizer = Tokenizer(model)
    tokenizer.normalizer = _normalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Metaspace(),
            pre_tokenizers.Split(Regex(r"\d{1,3}"), "isolated"),
            pre_tokenizers.Punctuation("isolated"),
        ]
    )
    tokenizer.decoder = decoders.Metaspace()
    return tokenizer


def train_tokenizer(texts: Iterable[str], path: Path) -> Tokenizer:
    """Train the unigram tokenizer on texts and save it as a `tokenizer.json`."""
    draft = _blank(Unigram())
    trainer = trainers.UnigramTrainer(
        vocab_size=VOCABULARY - _LARGEST_NUMBER,
        special_tokens=[PAD, EOS, UNK],
        unk_token=UNK,
        initial_alphabet=list(_CHARACTERS),
        max_piece_length=14,
        show_progress=False,
    )
    draft.train_from_iterator(texts, trainer)
    tokenizer = _with_numbers(draft)
    tokenizer.save(str(path))
    return tokenizer


def _with_numbers(draft: Tokenizer) -> Tokenizer:
    learnt = json.loads(draft.to_str())["model"]["vocab"]
    kept = [(piece, score) for piece, score in learnt if not piece.isdigit()]
    numbers = [(str(n), _NUMBER_SCORE) for n in range(_LARGEST_NUMBER + 1)]
    tokenizer = _blank(Unigram([*kept, *numbers], unk_id=2))
    tokenizer.add_special_tokens([PAD, EOS, UNK])
    tokenizer.post_processor = processors.TemplateProcessing(single=f"$A {EOS}", special_tokens=[(EOS, 1)])
    return tokenizer


def load_tokenizer(path: Path) -> Tokenizer:
    """Load a saved `tokenizer.json`."""
    return Tokenizer.from_file(str(path))
