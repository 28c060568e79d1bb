"""Whether a text has a word."""

from __future__ import annotations

import re


def is_in(word: str, text: str) -> bool:
    """Say whether a text has a word that is not a part of a longer one."""
    return word in text and re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", text) is not None
