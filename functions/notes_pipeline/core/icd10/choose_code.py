"""From a category to a billable code: the most specific one that the text supports, and where it is silent the default.

Defaults as the coding guidelines have them: a fracture not said to be open is closed, one not said to be in place is
displaced (I.C.19.c), an encounter not said to be a later one is the initial one (I.C.19.a), and a side that is not told
is "unspecified" (I.B.13).
"""

from __future__ import annotations

import re
from functools import lru_cache

from notes_pipeline.core.clinical_text.tokens import tokenize
from notes_pipeline.core.icd10.table import children, title
from notes_pipeline.core.icd10.words import search_words

_SIDES = frozenset(["left", "right", "bilateral"])
_UNSAID = frozenset(["displaced", "closed", "accidental", "unintentional"])
_WITHOUT = re.compile(r"\bwithout\b|\bnot intractable\b|uncomplicated", re.IGNORECASE)
_WORD = re.compile(r"\w+")
# The seventh character's encounter, by what is said; the last resort is the initial encounter, for a closed fracture.
_ENCOUNTERS = (
    (frozenset(["sequela", "late"]), "S"),
    (frozenset(["followup", "subsequent", "healing", "healed"]), "D"),
    (frozenset(["open", "compound"]), "B"),
)


@lru_cache(maxsize=20_000)
def choose_code(code: str, said: frozenset[str]) -> str:
    """Return the billable code at or below `code` that fits the search words said best."""
    while below := children(code):
        if any(", initial encounter" in title(child) for child in below[:1]):
            return _encounter(below, said)
        parent = title(code)
        code = max(below, key=lambda child: _fit(child, parent, said))
    return code


def _encounter(below: list[str], said: frozenset[str]) -> str:
    wanted = [letter for words, letter in _ENCOUNTERS if words & said]
    return next((code for letter in wanted for code in below if code.endswith(letter)), below[0])


def _fit(code: str, parent: str, said: frozenset[str]) -> tuple[float, bool]:
    name = title(code)
    own = _words(name) - _words(parent)
    if any(side in own and side not in said for side in _SIDES):
        return -10.0, False
    rest = frozenset(_WORD.findall(name.lower())) - frozenset(_WORD.findall(parent.lower()))
    # "With unspecified complications" claims one; only a kind or a place that is not told is what a silent text means.
    unspecified = not rest.isdisjoint(("unspecified", "nos")) and "with unspecified" not in name
    fit = 2.0 * len(own & said) - 0.5 * len(own - said - _UNSAID)
    return fit + 1.6 * unspecified - 1.5 * ("other" in rest) + 0.8 * bool(_WITHOUT.search(name)), code.endswith("9")


@lru_cache(maxsize=20_000)
def _words(name: str) -> frozenset[str]:
    return frozenset(word for token in tokenize(name) for word in search_words(token.text))
