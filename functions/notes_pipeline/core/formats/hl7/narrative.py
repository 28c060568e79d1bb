"""A report's or a document's observations → its text.

If a report has several names, each text stands under its own; values that are no text are lines. Comments (NTE) follow
what they are about.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from notes_pipeline.core.formats.hl7.blocks import Block, comments_of, read_blocks
from notes_pipeline.core.formats.hl7.groups import Group
from notes_pipeline.core.formats.hl7.prose import has_comments
from notes_pipeline.core.formats.hl7.values import is_withdrawn
from notes_pipeline.core.formats.reading import Document, Hints
from notes_pipeline.errors import RecordError


def read_narrative(group: Group, hints: Hints, *, all_tells: bool) -> Document:
    """Return the text of a group, and what a document inside of it says of itself.

    Args:
        all_tells: whatever can be read of it is its text: it is a document, or a report of a service of reports.

    Raises:
        RecordError: it has no text; the reason says why.
    """
    present = [one for one in group.observations if not is_withdrawn(one.segment)]
    found = list(read_blocks(present, hints))
    blocks = [one for one in found if isinstance(one, Block)]
    problems = [one for one in found if isinstance(one, RecordError)]
    is_told = any(block.text.strip() and (block.tells or all_tells) for block in blocks)
    if not is_told and (problems or not has_comments(group)):
        raise problems[0] if problems else _without_text(group)
    facts = next((block.document for block in blocks if block.document), Document(""))
    return replace(facts, text=_joined(comments_of(group.comments), blocks))


def _without_text(group: Group) -> RecordError:
    if any(is_withdrawn(one.segment) for one in group.observations):
        return RecordError(
            "WithdrawnNote", "its sender took its text back (OBX-11): take back what was summarized of it by hand"
        )
    return RecordError("EmptyNote", "it is a report or a document and has no text (OBX-5): send it with its text")


def _joined(comments: str, blocks: Sequence[Block]) -> str:
    """Return a text; a name that is the only one says no more than the note's type does."""
    has_names = len({block.name for block in blocks}) > 1
    parts = [comments, "\n\n"] if comments.strip() else []
    before: Block | None = None
    for block in blocks:
        is_same = before is not None and before.name == block.name
        goes_on = is_same or (before is not None and before.is_line and block.is_line)
        if before is not None:
            parts.append("\n" if goes_on else "\n\n")
        parts.append(_under(block.name if has_names and not is_same else "", block))
        before = block
    return "".join(parts)


def _under(name: str, block: Block) -> str:
    """Return a block under its name, unless it begins with it."""
    if block.is_line:
        return f"{block.name}: {block.text}" if block.name else block.text
    begins = block.text.lstrip()[: len(name)].casefold() == name.casefold()
    return block.text if begins else f"{name}:\n{block.text}"
