"""HTML → its tags and its text, as browsers take them apart: https://html.spec.whatwg.org/multipage/parsing.html.

Any text is HTML, however broken. The time it takes grows with its length and no faster: `html.parser` needs half a
minute for 60 KB of `<a ` without an end. Where a browser would leave text out for the sake of a `<` that begins no tag,
it is kept: "WBC <normal" is not the beginning of an element.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from html import unescape
from typing import Protocol

# What these hold is no markup; of the first three it is no text for the reader either.
_RAW = frozenset({"script", "style", "iframe", "xmp", "noembed", "noframes", "textarea", "title"})
_UNESCAPED = frozenset({"textarea", "title"})
_SIMPLE = re.compile(r"<([A-Za-z][^\s<>/]*+)\s*+(/?)>")
_NAME = re.compile(r"<([A-Za-z][^\s<>/]*+)")
_ATTRIBUTE = re.compile(
    r"""[\s/]*+([^\s<>/=][^\s<>/=]*+)(?:\s*+=\s*+(?:"([^"]*)"|'([^']*)'|([^\s<>]*+)))?""",
)
_TAG_END = re.compile(r"\s*+(/?)[\s/]*+>")
_END_TAG = re.compile(r"</([A-Za-z][^\s<>/]*+)[^<>]*+>?")
_DOCTYPE = re.compile(r"<!DOCTYPE[^<>\[]*+\[", re.I)
_OFFICE = frozenset({"o", "v", "w", "m"})
_NONE: Mapping[str, str] = {}


class Reader(Protocol):
    """Who is told what there is."""

    def start(self, name: str, attributes: Mapping[str, str], *, closed: bool) -> None:
        """A start tag; names are in lower case.

        Args:
            closed: it ends itself (`<br/>`).
        """

    def end(self, name: str) -> None:
        """An end tag."""

    def text(self, text: str) -> None:
        """Some text, entities resolved."""


def read_html(markup: str, reader: Reader) -> None:
    """Tell a reader what HTML or XHTML consists of, in order."""
    _Markup(markup, reader).read()


class _Markup:
    def __init__(self, markup: str, reader: Reader) -> None:
        self._markup = markup
        self._reader = reader
        # Elements without an end tag in what is left, which is not looked through again.
        self._endless: set[str] = set()

    def read(self) -> None:
        markup, at = self._markup, 0
        while (found := markup.find("<", at)) >= 0:
            if found > at:
                self._reader.text(unescape(markup[at:found]))
            at = self._read_one(found)
        if at < len(markup):
            self._reader.text(unescape(markup[at:]))

    def _read_one(self, at: int) -> int:
        """Read what begins with a `<`, and return where it ends."""
        markup = self._markup
        following = markup[at + 1 : at + 2]
        if following == "/" and (end := _END_TAG.match(markup, at)):
            self._reader.end(_local(end[1]))
            return end.end()
        simple = _SIMPLE.match(markup, at)
        if simple:
            return self._started(simple.end(), simple[1], _NONE, closed=bool(simple[2]))
        if following in ("!", "?", "/"):
            return self._read_other(at)
        name = _NAME.match(markup, at)
        if name:
            return self._read_tag(name)
        self._reader.text("<")
        return at + 1

    def _read_tag(self, name: re.Match[str]) -> int:
        at = name.end()
        attributes: dict[str, str] = {}
        while found := _ATTRIBUTE.match(self._markup, at):
            attributes.setdefault(found[1].lower(), unescape(found[2] or found[3] or found[4] or ""))
            at = found.end()
        end = _TAG_END.match(self._markup, at)
        if end or any(attributes.values()):
            return self._started(end.end() if end else at, name[1], attributes, closed=bool(end and end[1]))
        self._reader.text("<")
        return name.start() + 1

    def _started(self, at: int, tag: str, attributes: Mapping[str, str], *, closed: bool) -> int:
        """Tell of a start tag, and read on to the end tag if what stands between is no markup."""
        name = _local(tag)
        self._reader.start(name, attributes, closed=closed)
        if closed or name not in _RAW or name in self._endless:
            return at
        markup = self._markup
        end = re.compile(rf"</{name}(?=[\s/>])", re.I).search(markup, at)
        if end:
            held = markup[at : end.start()]
            self._reader.text(unescape(held) if name in _UNESCAPED else held)
            return end.start()
        self._endless.add(name)
        return at if name in _UNESCAPED else len(markup)

    def _read_other(self, at: int) -> int:
        """Skip a comment, a declaration or an instruction; what XHTML puts into CDATA is text."""
        markup = self._markup
        if markup.startswith("<!--", at):
            # "<!-->" is a whole comment.
            return _after(markup, "-->", at + 2)
        if markup.startswith("<![CDATA[", at):
            stop = _after(markup, "]]>", at)
            self._reader.text(markup[at + 9 : stop].removesuffix("]]>"))
            return stop
        return _after(markup, "]>" if _DOCTYPE.match(markup, at) else ">", at)


def _after(markup: str, what: str, at: int) -> int:
    found = markup.find(what, at)
    return found + len(what) if found >= 0 else len(markup)


@lru_cache(1024)
def _local(name: str) -> str:
    """Return an element's name in lower case, without a prefix; Office's `o:p` is no paragraph."""
    prefix, _, local = name.lower().rpartition(":")
    return f"{prefix}:{local}" if prefix in _OFFICE else local
