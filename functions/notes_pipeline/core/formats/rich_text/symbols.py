"""Fonts whose letters are other signs: in Symbol "m" is "μ", so "mg" read as it stands would be a thousandfold dose."""

from __future__ import annotations

# https://www.unicode.org/Public/MAPPINGS/VENDORS/ADOBE/symbol.txt, from 0x20 and from 0xA0; "\0" has no character.
_SYMBOL_LOW = " !∀#∃%&∋()∗+,−./0123456789:;<=>?≅ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ[∴]⊥_\0αβχδεφγηιϕκλμνοπθρστυϖωξψζ{|}∼"  # noqa: RUF001
_SYMBOL_HIGH = "€ϒ′≤⁄∞ƒ♣♦♥♠↔←↑→↓°±″≥×∝∂•÷≠≡≈…\0\0↵ℵℑℜ℘⊗⊕∅∩∪⊃⊇⊄⊂⊆∈∉∠∇®©™∏√⋅¬∧∨⇔⇐⇑⇒⇓◊⟨®©™∑"  # noqa: RUF001
# What forms and lists use; other signs keep their number.
_WINGDINGS = {
    0x46: "☞",
    0x4A: "☺",
    0x4B: "😐",
    0x4C: "☹",
    0x6C: "●",
    0x6D: "❍",
    0x6E: "■",
    0x6F: "□",
    0x71: "❑",
    0x72: "❒",
    0x75: "◆",
    0x76: "❖",
    0x78: "☒",
    0x9F: "•",
    0xA7: "▪",
    0xA8: "□",
    0xD8: "➢",
    0xDF: "←",
    0xE0: "→",
    0xE1: "↑",
    0xE2: "↓",
    0xE8: "➔",
    0xFB: "✗",
    0xFC: "✓",
    0xFD: "☒",
    0xFE: "☑",
}
_PRIVATE = 0xF000


def _table(known: dict[int, str]) -> dict[int, str]:
    """Return a character for each byte: where none is known, the private one that programs write for it."""
    return {byte: known.get(byte, " " if byte == 0x20 else chr(_PRIVATE + byte)) for byte in range(0x20, 0x100)}


_SYMBOL = dict(enumerate(_SYMBOL_LOW, 0x20)) | dict(enumerate(_SYMBOL_HIGH, 0xA0))
TABLES = {
    "symbol": _table({byte: sign for byte, sign in _SYMBOL.items() if sign != "\0"}),
    "wingdings": _table(_WINGDINGS),
    "pictures": _table({}),
}


def symbol_table(font: str) -> str:
    """Return the name in `TABLES` of the table of a font, "" if it has none that is known."""
    name = font.strip().lower()
    if name in ("symbol", "symbol mt", "wingdings"):
        return name.split()[0]
    return "pictures" if name.startswith(("wingdings", "webdings", "zapf", "marlett", "monotype sorts")) else ""


def sign_of(number: int, charset: str) -> str:
    """Return a character that was given by its number, which in a font of signs may be private."""
    low = number - _PRIVATE
    return TABLES[charset].get(low, chr(number)) if charset in TABLES and low >= 0 else chr(number)
