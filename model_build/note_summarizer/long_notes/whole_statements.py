"""Ending a summary that reached the output limit where a statement ends; pure.

A summary that was cut off may end inside a number: "BP 120/8" was to be "BP 120/80". Its last statement is left out,
or, if that is the only one, its last word, and counted, so that a person sees that something is missing.
"""

from __future__ import annotations

import re

from note_summarizer.long_notes.statements import split_items, summary_sentences

# "38." may have been to be "38.5".
_ENDED = re.compile(r"[^\d\s][\"')\]]*[.!?][\"')\]]*$")


def whole_statements(summary: str, *, items: bool) -> tuple[str, int]:
    """Return a cut-off summary's whole statements, and how many it loses: 0 if it ends with one, else 1.

    Args:
        items: the statements are comma-separated items, else sentences.
    """
    text = summary.strip()
    if not text or _ENDED.search(text):
        return text, 0
    statements = split_items(text) if items else summary_sentences(text)
    if len(statements) > 1:
        return (", ".join(statements[:-1]) + "." if items else " ".join(statements[:-1])), 1
    # The only statement: its last word may be half a one.
    words = text.split()
    return (" ".join(words[:-1]).rstrip(" ,;:") or text, 1)
