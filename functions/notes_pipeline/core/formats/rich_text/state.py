"""What holds in a group of a document until it ends."""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple

from notes_pipeline.core.formats.rich_text import words
from notes_pipeline.core.formats.rich_text.fonts import ANSI, Fonts, page


class Where(IntEnum):
    """What the characters of a group are."""

    TEXT = 0
    AROUND = 1  # none, but groups in it may be text
    FONTS = 2
    INSTRUCTION = 3
    FORM = 4
    CHOICE = 5
    NOWHERE = 6


PLACES = {
    **dict.fromkeys(words.NOWHERE, Where.NOWHERE),
    **dict.fromkeys(words.AROUND, Where.AROUND),
    b"fonttbl": Where.FONTS,
    b"fldinst": Where.INSTRUCTION,
    b"formfield": Where.FORM,
    b"ffl": Where.CHOICE,
}


class State(NamedTuple):
    """What holds until a group ends.

    Attributes:
        skipped: how many characters stand behind one that is given by its number, for readers that know no Unicode.
        hidden: words of `HIDING` that are on.
        raised: ways of `RAISING` that are on.
        field, box: depth of the group of the innermost field and box with text, 0 for none.
    """

    where: Where = Where.TEXT
    charset: str = ANSI
    skipped: int = 1
    hidden: frozenset[bytes] = frozenset()
    raised: frozenset[bytes] = frozenset()
    is_footnote: bool = False
    field: int = 0
    box: int = 0

    @property
    def is_seen(self) -> bool:
        """Whether a reader sees the characters."""
        return self.where is Where.TEXT and not self.hidden

    def at(self, word: bytes, depth: int, *, is_marked: bool) -> State | None:
        """Return the state behind a word that says what its group holds, None for another word.

        Args:
            is_marked: it is to be passed over by readers that do not know it.
        """
        if word in words.WITHIN:
            box = self.box if word == b"ud" else depth
            return self._replace(where=Where.TEXT, box=box) if self.where is Where.AROUND else self
        place = PLACES.get(word, Where.NOWHERE if is_marked else None)
        if word == b"ffl" and self.where is not Where.FORM:
            place = Where.NOWHERE
        # A form's description stands in the instruction; of what is nowhere, everything is.
        return None if place is None else self._replace(where=max(place, self.where))


_CHARSETS = {b"ansi": ANSI, b"mac": "mac_roman", b"pc": "cp437", b"pca": "cp850"}
# More characters than any program writes behind one, and fewer than a number can say.
_MOST_SKIPPED = 100


def changed(state: State, word: bytes, number: int | None, fonts: Fonts, depth: int) -> State:
    """Return the state behind a word that changes what holds for the rest of its group.

    Args:
        fonts: takes what the word says of the document.
    """
    if word == b"f":
        return state._replace(charset=fonts.charset(number))
    if word == b"plain":
        return state._replace(charset=fonts.charset(fonts.standard), hidden=frozenset(), raised=frozenset())
    if word in words.HIDING:
        return state._replace(hidden=state.hidden - {word} if number == 0 else state.hidden | {word})
    if word in words.RAISING:
        return state._replace(raised=_raised(state.raised, word, number))
    if word == b"uc":
        return state._replace(skipped=min(max(0, number or 0), _MOST_SKIPPED))
    if word == b"footnote":
        return state._replace(is_footnote=True)
    if word == b"field":
        return state._replace(field=depth)
    return _of_document(state, word, number, fonts)


def _raised(raised: frozenset[bytes], word: bytes, number: int | None) -> frozenset[bytes]:
    """Return the ways in which text is raised behind a word of `RAISING`."""
    way = words.RAISING[word]
    if word == b"sub" and number == 0:
        return raised  # not lowered, which says nothing of raised
    is_on = word == way and (number is None or number > 0)
    return raised | {way} if is_on else raised - {way}


def _of_document(state: State, word: bytes, number: int | None, fonts: Fonts) -> State:
    if word == b"deff":
        fonts.standard = number
    elif word in _CHARSETS or word == b"ansicpg":
        fonts.own = page(number or 0) if word == b"ansicpg" else _CHARSETS[word]
        fonts.renew()
        return state._replace(charset=fonts.own)
    return state
