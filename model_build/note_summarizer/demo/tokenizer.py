"""The demonstration model's tokenizer: lower-cased unigram pieces, numbers up to 999 in one piece each.

Lower-casing halves what must be learnt before the model can copy; the engine gives the casing back from the note.
A number is always the same piece whatever stands before it (`120/80`, `120 over 80`), so that numbers are copied
piece by piece and never spelt.
"""

from __future__ import annotations

import json
import string
from collections.abc import Iterable, Sequence
from pathlib import Path

from tokenizers import Regex, Tokenizer, decoders, normalizers, pre_tokenizers, processors, trainers
from tokenizers.models import Unigram

PAD, EOS, UNK = "<pad>", "</s>", "<unk>"
VOCABULARY = 6000
_LARGEST_NUMBER = 999
_NUMBER_SCORE = -8.0
_CHARACTERS = string.ascii_lowercase + string.digits + string.punctuation + "▁°µ±é≥≤×→"  # noqa: RUF001 - the signs themselves
_PLAIN = {"‘": "'", "’": "'", "“": '"', "”": '"', "–": "-", "—": " - ", "…": "..."}  # noqa: RUF001 - the signs themselves


def plain_normalizers() -> list[normalizers.Normalizer]:
    """Return what gives typographic quotes, dashes and dots their plain form."""
    return [normalizers.Replace(odd, ascii_) for odd, ascii_ in _PLAIN.items()]


def _normalizer() -> normalizers.Normalizer:
    spaces = normalizers.Replace(Regex(r"\s+"), " ")
    lowered = [normalizers.NFKC(), normalizers.Lowercase(), spaces, normalizers.Strip()]
    return normalizers.Sequence([*plain_normalizers(), *lowered])


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


def train_tokenizer(
    texts: Iterable[str], path: Path, vocabulary: int = VOCABULARY, marks: Sequence[str] = ()
) -> Tokenizer:
    """Train the unigram tokenizer on texts and save it as a `tokenizer.json`.

    Args:
        vocabulary: pieces in all.
        marks: special pieces of a pretraining objective; they come last.
    """
    draft = _blank(Unigram())
    trainer = trainers.UnigramTrainer(
        vocab_size=vocabulary - _LARGEST_NUMBER - len(marks),
        special_tokens=[PAD, EOS, UNK],
        unk_token=UNK,
        initial_alphabet=list(_CHARACTERS),
        max_piece_length=14,
        show_progress=False,
    )
    draft.train_from_iterator(texts, trainer)
    tokenizer = _with_numbers(draft, marks)
    tokenizer.save(str(path))
    return tokenizer


def _with_numbers(draft: Tokenizer, marks: Sequence[str]) -> Tokenizer:
    learnt = json.loads(draft.to_str())["model"]["vocab"]
    kept = [(piece, score) for piece, score in learnt if not piece.isdigit()]
    numbers = [(str(n), _NUMBER_SCORE) for n in range(_LARGEST_NUMBER + 1)]
    tokenizer = _blank(Unigram([*kept, *numbers], unk_id=2))
    tokenizer.add_special_tokens([PAD, EOS, UNK, *marks])
    tokenizer.post_processor = processors.TemplateProcessing(single=f"$A {EOS}", special_tokens=[(EOS, 1)])
    return tokenizer


def load_tokenizer(path: Path) -> Tokenizer:
    """Load a saved `tokenizer.json`."""
    return Tokenizer.from_file(str(path))
