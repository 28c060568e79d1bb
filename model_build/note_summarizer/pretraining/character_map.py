"""Which characters a tokenizer reads as others, compiled into SentencePiece's `precompiled_charsmap`; pure.

A Pegasus tokenizer is rebuilt around its vocabulary when it is loaded: of all else in `tokenizer.json` only this map
survives (transformers, `TokenizersBackend.convert_to_native_format`). So what must be normalized is normalized here.

The format is the length of a trie in bytes (little-endian 32 bits), the trie as a double array in the layout of
darts-clone, and the replacements, each ended by a zero byte.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping

_BLOCK = 256  # a child lies at its parent's base XOR its byte, so all children of a node share one block
_HAS_LEAF, _IS_LEAF = 1 << 8, 1 << 31

_SPACES = "\t\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
_LINE_ENDS = "\r\v\f\u0085\u2028\u2029"
_INVISIBLE = "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff" + "".join(map(chr, (*range(1, 9), *range(14, 32), 127)))
_PLAIN = {
    **dict.fromkeys("‘’‚‛′`´", "'"),  # noqa: RUF001 - the signs themselves
    **dict.fromkeys("“”„‟″«»", '"'),
    **dict.fromkeys("‐‑‒–—―−", "-"),  # noqa: RUF001 - the signs themselves
    "…": "...",
    "•": "*",
    "ﬁ": "fi",
    "ﬂ": "fl",
    "µ": "μ",
}


def plain_characters(*, lower_case: bool = False) -> dict[str, str]:
    """Return what is read as what: typographers' quotes, dashes, spaces and line ends as the plain ones.

    Newlines, units and accents stay; so does the casing, unless `lower_case`.
    """
    rules = {
        **dict.fromkeys(_SPACES, " "),
        **dict.fromkeys(_LINE_ENDS, "\n"),  # "\r\n" is one character to the normalizer, and begins with "\r"
        **dict.fromkeys(_INVISIBLE, ""),
        **_PLAIN,
    }
    if lower_case:
        capitals = (chr(code) for code in range(ord("A"), 0x0500) if chr(code).lower() != chr(code))
        rules |= {capital: capital.lower() for capital in capitals if len(capital.lower()) == 1}
    return rules


def compile_character_map(rules: Mapping[str, str]) -> bytes:
    """Compile replacements of characters into a `precompiled_charsmap`.

    Raises:
        ValueError: a key is empty or holds a zero byte, which the format cannot say.
    """
    if any(not key or "\0" in key for key in rules):
        raise ValueError("a character map has no empty keys and no zero bytes")
    places, texts = {}, b""
    for text in sorted(set(rules.values())):
        places[text] = len(texts)
        texts += text.encode() + b"\0"
    trie = _Trie()
    trie.lay({key.encode(): places[text] for key, text in rules.items()}, position=0)
    units = struct.pack(f"<{len(trie.units)}I", *trie.units)
    return struct.pack("<I", len(units)) + units + texts


class _Trie:
    """A double array: a unit is its children's offset << 10 | has a value << 8 | own byte; a value has its own unit."""

    def __init__(self) -> None:
        self.units = [0] * _BLOCK
        self._taken, self._bases = {0}, set[int]()

    def lay(self, keys: Mapping[bytes, int], position: int) -> None:
        """Lay the subtree of these keys (what is left of each) below the unit at `position`."""
        branches: dict[int, dict[bytes, int]] = {}
        for key, value in keys.items():
            branches.setdefault(key[0] if key else 0, {})[key[1:]] = value
        base = self._room(set(branches))
        self.units[position] |= (position ^ base) << 10 | (_HAS_LEAF if 0 in branches else 0)
        for byte, below in branches.items():
            if byte == 0:
                (self.units[base],) = (value | _IS_LEAF for value in below.values())
            else:
                self.units[base ^ byte] = byte
        for byte in sorted(set(branches) - {0}):
            self.lay(branches[byte], base ^ byte)

    def _room(self, labels: set[int]) -> int:
        """Return a base of this node's own at which every label's unit is free, and take those units.

        Two nodes of one base would read each other's children.
        """
        base = 0
        while base in self._bases or any(base ^ label in self._taken for label in labels):
            base += 1
        self._bases.add(base)
        self._taken |= {base ^ label for label in labels}
        if base >= len(self.units):
            self.units += [0] * _BLOCK
        return base
