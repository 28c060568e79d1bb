"""Phrase templates by fact kind and style, kept in `phrases/`, one template a line under `[style]` headings.

A line may hold alternatives, `(shows|showed) {finding}`: they are chosen when the line is used, and the whole line
with all its alternatives belongs to one split.
"""

from __future__ import annotations

from functools import cache

from note_summarizer.synthetic.lexicons import read_lines
from note_summarizer.synthetic.partition import Split, ranked_splits

STYLES = ("prose", "terse", "dictated", "section")


@cache
def _by_style(kind: str, split: Split) -> dict[str, tuple[str, ...]]:
    lines = read_lines("phrases", kind)
    splits = ranked_splits(line for line in lines if line.strip("[]") not in STYLES)
    found: dict[str, list[str]] = {}
    style = "prose"
    for line in lines:
        if line not in splits:
            style = line.strip("[]")
        elif splits[line] == split:
            found.setdefault(style, []).append(line)
    return {name: tuple(lines) for name, lines in found.items()}


@cache
def templates(kind: str, style: str, split: Split) -> tuple[str, ...]:
    """Return the templates of a fact kind in a style; all styles of the kind where the style has none.

    Raises:
        LookupError: the split holds no template of this kind at all.
    """
    by_style = _by_style(kind, split)
    chosen = by_style.get(style) or tuple(line for lines in by_style.values() for line in lines)
    if not chosen:
        raise LookupError(f"phrases/{kind}.txt has no template in the {split} split: add some lines")
    return chosen


@cache
def headers(note_type: str) -> dict[str, tuple[str, ...]]:
    """Return the section headers a note type uses, by fact kind (lines `type: kind: HEADER`)."""
    found: dict[str, list[str]] = {}
    for line in read_lines("phrases", "headers"):
        owner, kind, header = (part.strip() for part in line.split(":", 2))
        if owner == note_type:
            found.setdefault(kind, []).append(header.rstrip(":"))
    return {kind: tuple(lines) for kind, lines in found.items()}
