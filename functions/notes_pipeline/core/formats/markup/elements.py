"""Which elements of HTML and of CDA's narrative are what: blocks, lists, tables; and what of them is not shown.

HTML: https://html.spec.whatwg.org/multipage/rendering.html; CDA: StrucDoc.Text of CDA release 2. Names in lower case.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum, auto


class Kind(IntEnum):
    """What an element that has to be remembered while it is open is."""

    LIST = auto()
    ITEM = auto()
    TABLE = auto()
    ROW = auto()
    CELL = auto()
    STYLED = auto()


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


KINDS = {
    **dict.fromkeys(("ul", "ol", "list", "menu", "dir"), Kind.LIST),
    **dict.fromkeys(("li", "item"), Kind.ITEM),
    "table": Kind.TABLE,
    "tr": Kind.ROW,
    **dict.fromkeys(("td", "th"), Kind.CELL),
    **dict.fromkeys(("pre", "listing", "xmp", "textarea"), Kind.STYLED),
}
# Blocks that stand apart from others, by an empty line.
APART = _names(
    "p paragraph h1 h2 h3 h4 h5 h6 ul ol list menu dir table pre listing xmp blockquote dl fieldset figure hr"
)
BLOCKS = APART | _names(
    "html body div section article aside header footer main nav address center caption figcaption dt dd form legend "
    "details summary textarea hgroup search title footnote optgroup select"
)
ROW_GROUPS = frozenset({"thead", "tbody", "tfoot"})
# Elements that never hold anything.
EMPTY = _names("area base br col embed hr img input link meta param source track wbr")
# What they show is in their attributes, or what is chosen of them.
FIELDS = frozenset({"img", "input", "option"})
_HIDDEN = _names(
    "script style title template noscript noembed noframes iframe svg audio video canvas object datalist button "
    "del s strike"
)
# Of these the end tag may be left out: the next one ends the one before.
_ENDED_BY = {
    "p": _names("p div table ul ol h1 h2 h3 h4 h5 h6 pre"),
    **{name: frozenset({name}) for name in ("option", "dt", "dd")},
}
# Their end tags also end what is hidden in them and has no end tag.
_HOLDERS = _names("html body table tr td th ul ol li div section select")
_FILLED_IN = _names("text number date datetime datetime-local time month week email tel url search")
_NOT_SHOWN = re.compile(r"(?:^|[;\s])(?:display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse))", re.I)
_WHITE_SPACE = re.compile(r"(?:^|[;\s])white-space\s*:\s*([a-z-]+)", re.I)


@dataclass
class Hidden:
    """An element that is not shown, and what is open in it."""

    name: str
    _open: Counter[str] = field(default_factory=Counter)

    def start(self, name: str, *, closed: bool) -> bool:
        """Take a start tag, and say whether it ends what is hidden."""
        if name in _ENDED_BY.get(self.name, ()) or (name == "body" and self.name == "title"):
            return True
        if not closed and name not in EMPTY:
            self._open[name] += 1
        return False

    def end(self, name: str) -> bool:
        """Take an end tag, and say whether it ends what is hidden."""
        if self._open[name]:
            self._open[name] -= 1
            return False
        return name == self.name or name in _HOLDERS


def is_hidden(name: str, attributes: Mapping[str, str]) -> bool:
    """Say whether an element is not shown, or only as taken back."""
    if name in _HIDDEN:
        return True
    if not attributes:
        return name == "option"
    if "hidden" in attributes or attributes.get("revised") == "delete":
        return True
    if name == "option":
        return "selected" not in attributes
    return bool(_NOT_SHOWN.search(attributes.get("style", "")))


def keeps_spaces(name: str, attributes: Mapping[str, str]) -> bool | None:
    """Say whether an element's white space is shown as it is; None where it says nothing."""
    if attributes:
        found = _WHITE_SPACE.search(attributes.get("style", ""))
        if found:
            return found[1].lower().startswith(("pre", "break"))
        if attributes.get("xml:space") == "preserve":
            return True
    return True if KINDS.get(name) is Kind.STYLED else None


def text_of_field(name: str, attributes: Mapping[str, str]) -> str:
    """Return what a field of a form, or a picture, shows: whether it is ticked, or what is filled in."""
    if name != "input":
        return attributes.get("alt", "")
    kind = attributes.get("type", "text").strip().lower()
    if kind in ("checkbox", "radio"):
        return "[x] " if "checked" in attributes else "[ ] "
    return attributes.get("value", "") if kind in _FILLED_IN else ""


def whole_number(text: str | None, otherwise: int) -> int:
    """Return the number that an attribute is; another value where it is none, or one that nobody means."""
    if not text:
        return otherwise
    text = text.strip()
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 8 else otherwise
