"""RTF → its text, in one pass and without recursion: what a group changes is kept until it ends."""

from __future__ import annotations

from collections.abc import Callable

from notes_pipeline.core.formats.charsets import decodes
from notes_pipeline.core.formats.rich_text import words
from notes_pipeline.core.formats.rich_text.fields import Field
from notes_pipeline.core.formats.rich_text.fonts import Fonts, is_double
from notes_pipeline.core.formats.rich_text.page import Page
from notes_pipeline.core.formats.rich_text.state import State, Where, changed
from notes_pipeline.core.formats.rich_text.symbols import sign_of
from notes_pipeline.core.formats.rich_text.tokens import Token, broken, tokens
from notes_pipeline.core.formats.rich_text.writer import Writer

_LINES: dict[bytes, Callable[[Page], None]] = {
    **dict.fromkeys(words.BREAKS, Page.end_line),
    b"trowd": Page.begin_row,
    b"intbl": Page.enter_table,
    b"pard": Page.leave_table,
    b"cell": Page.end_cell,
    b"row": Page.end_row,
    b"nestcell": Page.end_inner_cell,
}
_FONT_WORDS = frozenset({b"f", b"fcharset", b"cpg"})
_FORM_WORDS = frozenset({b"fftype", b"ffres", b"ffdefres"})


def text_of_rtf(body: bytes) -> str:
    """Return the text of a document, footnotes at its end.

    Raises:
        InputError: it is not whole, or some of it cannot be read.
    """
    reader = _Reader(is_utf8=not body.isascii() and decodes(body, "utf-8"))
    for token in tokens(body):
        reader.take[token.kind](token)
    return reader.writer.text()


class _Reader:
    """What was read so far, and what holds where it was read."""

    def __init__(self, *, is_utf8: bool) -> None:
        self.writer = Writer()
        self.take: dict[str, Callable[[Token], None]] = {
            "open": self._open,
            "close": self._close,
            "word": self._word,
            "sign": self._sign,
            "text": self._text,
            "byte": self._byte,
        }
        self._is_utf8 = is_utf8
        self._fonts, self._field = Fonts(), Field()
        self._state, self._outer = State(), list[State]()
        self._skip = 0  # characters that stand for the one before
        self._is_marked = False
        self._shown, self._count = "", 0  # what a field shows if no more is written than was until then

    def _open(self, _: Token) -> None:
        self._skip, self._is_marked = 0, False
        self._outer.append(self._state)

    def _close(self, _: Token) -> None:
        self._skip, self._is_marked = 0, False
        ended, self._state = self._state, self._outer.pop()
        if ended.where is not self._state.where:
            self._leave(ended)
        if (ended.is_footnote, ended.box) != (self._state.is_footnote, self._state.box):
            self.writer.page(is_footnote=ended.is_footnote).break_line()
        if ended.field != self._state.field:
            self._show(ended)

    def _enter(self, placed: State) -> None:
        if placed.box != self._state.box:
            self._page().break_line()
        elif placed.where is Where.CHOICE and self._state.where is not Where.CHOICE:
            self._field.choices.append(b"")
        self._state = placed

    def _leave(self, ended: State) -> None:
        """Do what is to be done behind a group of another kind than the one around it."""
        if ended.where is Where.FONTS:
            self._fonts.renew()
            self._state = self._state._replace(charset=self._fonts.charset(self._fonts.standard))
        elif ended.where in (Where.INSTRUCTION, Where.FORM) and self._state.where is Where.TEXT:
            self._shown, self._count = self._field.shown(self._state.charset), self.writer.count
            self._field = Field()

    def _show(self, field: State) -> None:
        if self._shown and field.is_seen and self._count == self.writer.count:
            self.writer.put(self._shown, is_footnote=field.is_footnote, is_raised=bool(field.raised))
        self._shown = ""

    def _page(self) -> Page:
        return self.writer.page(is_footnote=self._state.is_footnote)

    def _word(self, token: Token) -> None:
        word, number, is_marked = token.data, token.number, self._is_marked
        self._is_marked = False
        if self._skip:
            self._skip -= 1
            if word in words.CHARACTERS or word == b"bin":
                return
            self._skip = 0
        if self._state.where is Where.NOWHERE:
            return
        if word == b"nestrow":
            self._page().end_inner_row()
            return
        placed = self._state.at(word, len(self._outer), is_marked=is_marked)
        if placed is None:
            self._meaning(word, number)
        else:
            self._enter(placed)

    def _meaning(self, word: bytes, number: int | None) -> None:
        """Do what a word says that does not say what its group holds."""
        where = self._state.where
        if word == b"u":
            self._unicode(number)
        elif where in (Where.FONTS, Where.FORM):
            self._define(word, number)
        elif word in words.CHARACTERS:
            self._put(words.CHARACTERS[word])
        elif where is Where.TEXT and word in _LINES:
            _LINES[word](self._page())
        else:
            self._state = changed(self._state, word, number, self._fonts, len(self._outer))

    def _define(self, word: bytes, number: int | None) -> None:
        if number is not None and word in _FONT_WORDS:
            self._fonts.define(word, number)
        elif number is not None and word in _FORM_WORDS:
            self._field.numbers[word] = number

    def _put(self, text: str) -> None:
        if self._state.is_seen:
            self.writer.put(text, is_footnote=self._state.is_footnote, is_raised=bool(self._state.raised))

    def _unicode(self, number: int | None) -> None:
        if number is None or not -0x8000 <= number <= 0x10FFFF:
            raise broken("it has a character of no number")
        self._skip = self._state.skipped
        self._put(sign_of(number + 0x10000 if number < 0 else number, self._state.charset))

    def _sign(self, token: Token) -> None:
        sign = token.data
        if sign == b"*":
            self._is_marked = True
        elif sign == b"'":
            raise broken("it has a byte that is not two hexadecimal digits")
        elif sign in words.AS_WORDS:
            self._word(Token("word", words.AS_WORDS[sign]))
        elif sign in words.SIGNS:
            self._character(sign, words.SIGNS[sign])

    def _character(self, sign: bytes, text: str | None) -> None:
        if self._skip:
            self._skip -= 1
        elif text is None:
            self._bytes(sign, self._state.charset)
        else:
            self._put(text)

    def _byte(self, token: Token) -> None:
        if self._skip:
            self._skip -= 1
        else:
            self._bytes(token.data, self._state.charset)

    def _text(self, token: Token) -> None:
        data = token.data
        if self._skip:
            data, self._skip = data[self._skip :], max(0, self._skip - len(data))
        charset = self._state.charset
        is_utf8 = self._is_utf8 and not data.isascii() and not is_double(charset)
        self._bytes(data, "utf-8" if is_utf8 else charset)

    def _bytes(self, data: bytes, charset: str) -> None:
        state = self._state
        if state.is_seen:
            self.writer.add(data, charset, is_footnote=state.is_footnote, is_raised=bool(state.raised))
        elif state.where is Where.FONTS:
            self._fonts.name(data)
        elif state.where is Where.INSTRUCTION:
            self._field.instruction.append(data)
        elif state.where is Where.CHOICE:
            self._field.choose_from(data)
