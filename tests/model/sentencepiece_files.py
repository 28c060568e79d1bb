"""A SentencePiece model file, written as its protocol buffer says; no SentencePiece library is needed for it."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from pathlib import Path

_NORMAL, _UNKNOWN, _CONTROL = 1, 2, 3
_UNIGRAM = 1


def write_sentencepiece(path: Path, pieces: Sequence[tuple[str, float]]) -> None:
    """Write a unigram model with `<pad>`, `</s>` and `<unk>` as pieces 0 to 2, as Pegasus and T5 have them."""
    named = [("<pad>", 0.0, _CONTROL), ("</s>", 0.0, _CONTROL), ("<unk>", 0.0, _UNKNOWN)]
    rows = [*named, *((piece, score, _NORMAL) for piece, score in pieces)]
    body = b"".join(_message(1, _piece(*row)) for row in rows)
    trainer = _number(3, _UNIGRAM) + b"".join(_number(*pair) for pair in ((40, 2), (41, 2**64 - 1), (42, 1), (43, 0)))
    normalizer = _message(1, b"identity") + b"".join(_number(field, 1) for field in (3, 4, 5))
    path.write_bytes(body + _message(2, trainer) + _message(3, normalizer))


def _piece(text: str, score: float, kind: int) -> bytes:
    return _message(1, text.encode()) + _varint(2 << 3 | 5) + struct.pack("<f", score) + _number(3, kind)


def _message(field: int, content: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(content)) + content


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value)


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes([*out, value])
