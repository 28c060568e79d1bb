"""From valid files to others: bits, bytes, words and parts of them, the same for the same number."""

import re
from collections.abc import Callable, Sequence
from random import Random
from typing import NamedTuple

_WORDS = re.compile(rb"[\w.:-]+|\s+|.", re.S)
_BYTES = (0, 1, 9, 10, 11, 13, 27, 34, 38, 39, 60, 62, 92, 94, 123, 124, 125, 126, 127, 128, 192, 233, 254, 255)
_LONGEST = 20_000


class Seed(NamedTuple):
    """A valid file, or one that is odd on purpose."""

    name: str
    body: bytes


# From a file's bytes to others that are of the format still.
Restructure = Callable[[Random, bytes, Sequence[bytes]], bytes]


class Format(NamedTuple):
    """A format to be tried: where to begin, what its files hold, and how their parts are exchanged."""

    name: str
    seeds: tuple[Seed, ...]
    tokens: tuple[bytes, ...]
    restructure: Restructure


def make_input(form: Format, seed: int, number: int) -> Seed:
    """Return an input: a seed with one to six changes; a few have another file's name."""
    rng = Random(f"{form.name}:{seed}:{number}")
    name, body = rng.choice(form.seeds)
    for _ in range(rng.choice((1, 1, 1, 2, 2, 3, 6))):
        body = _changed(rng, body, form)[:_LONGEST]
    if rng.random() < 0.05:
        name = rng.choice(
            ("a.txt", "a.csv", "a.json", "a.jsonl", "a.xml", "a.hl7", "a.html", "a.rtf", "a.zip", "a.gz", "a")
        )
    return Seed(name, body)


def _changed(rng: Random, body: bytes, form: Format) -> bytes:
    if rng.random() < 0.5:
        return form.restructure(rng, body, form.tokens)
    if rng.random() < 0.5:
        return change_words(rng, body, form.tokens)
    if rng.random() < 0.1:
        return _spliced(rng, body, rng.choice(form.seeds).body)
    return change_bytes(rng, body, form.tokens)


def change_bytes(rng: Random, body: bytes, tokens: Sequence[bytes]) -> bytes:
    """Return the bytes with one place changed."""
    start = rng.randrange(len(body) + 1)
    end = min(len(body), start + rng.choice((1, 1, 2, 4, 16, 64, 256)))
    held, rest = body[start:end], body[end:]
    change = rng.randrange(8)
    if change == 0:
        return body[:start]
    if change == 1 and held:
        held = bytes([held[0] ^ (1 << rng.randrange(8))]) + held[1:]
    elif change == 2:
        held = bytes([rng.choice(_BYTES)]) + held[1:]
    elif change == 3:
        held = b""
    elif change == 4:
        held *= rng.choice((2, 3, 50))
    elif change == 5:
        held += rng.choice(tokens)
    elif change == 6:
        held = rng.choice(tokens)
    else:
        held += rng.randbytes(rng.choice((1, 4, 16)))
    return body[:start] + held + rest


def change_words(rng: Random, body: bytes, tokens: Sequence[bytes]) -> bytes:
    """Return the bytes with one word or a few of them gone, repeated, exchanged or replaced."""
    return b"".join(change_parts(rng, _WORDS.findall(body), tokens))


def change_parts(rng: Random, parts: list[bytes], tokens: Sequence[bytes]) -> list[bytes]:
    """Return a list with one stretch of it gone, repeated, moved or replaced."""
    if not parts:
        return [rng.choice(tokens)]
    start = rng.randrange(len(parts))
    end = min(len(parts), start + rng.choice((1, 1, 1, 2, 5, 20)))
    held = parts[start:end]
    change = rng.randrange(5)
    if change == 0:
        held = []
    elif change == 1:
        held = held * rng.choice((2, 2, 3, 100))
    elif change == 2:
        held = [rng.choice(tokens)]
    elif change == 3:
        held = [rng.choice(tokens), *held]
    else:
        other = rng.randrange(len(parts))
        held = parts[other : other + len(held)]
    return parts[:start] + held + parts[end:]


def _spliced(rng: Random, body: bytes, other: bytes) -> bytes:
    return body[: rng.randrange(len(body) + 1)] + other[rng.randrange(len(other) + 1) :]
