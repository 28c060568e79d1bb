"""Observations of one name in a row → a block of a report's text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from notes_pipeline.core.formats.hl7 import attachments
from notes_pipeline.core.formats.hl7.groups import Observation
from notes_pipeline.core.formats.hl7.prose import claims_text, is_prose
from notes_pipeline.core.formats.hl7.segments import Segment
from notes_pipeline.core.formats.hl7.values import (
    DOCUMENT,
    FORMATTED,
    NAME,
    PLAIN,
    POINTER,
    lines_of,
    name_of,
    raw_text,
    result_of,
    suffix_name,
    value_type,
)
from notes_pipeline.core.formats.reading import Document, Hints
from notes_pipeline.errors import RecordError

COMMENT = 3
_TEXT, _RESULT = "text", "result"


@dataclass(frozen=True)
class Block:
    """A stretch of a text.

    Attributes:
        name: what it is called, "" for a code alone.
        is_line: a result, `name: value unit`, and not a text under its name.
        tells: it is what a report is for, and not a measurement.
        document: the document of another format that it was read of.
    """

    name: str
    text: str
    is_line: bool = False
    tells: bool = False
    document: Document | None = None


def read_blocks(observations: Sequence[Observation], hints: Hints) -> Iterator[Block | RecordError]:
    """Yield the blocks of a report, and why one of them could not be read."""
    for (kind, name), run in groupby(observations, key=_kind_and_name):
        try:
            yield from _blocks(kind, name, list(run), hints)
        except RecordError as error:
            yield error


def comments_of(comments: Sequence[Segment]) -> str:
    """Return comments (NTE) as lines."""
    return "\n".join(lines_of(comment.raw(COMMENT), comment) for comment in comments)


def _kind_and_name(observation: Observation) -> tuple[str, str]:
    kind = value_type(observation.segment)
    if kind not in (DOCUMENT, POINTER):
        kind = _TEXT if kind in FORMATTED or kind in PLAIN else _RESULT
    return kind, name_of(observation.segment)


def _blocks(kind: str, name: str, run: list[Observation], hints: Hints) -> list[Block]:
    if kind == POINTER:
        raise RecordError(
            "AttachmentElsewhere", "its document is not in the message, only where it lies (OBX of type RP): send it"
        )
    if kind == _TEXT:
        return [_text(name, run, hints)]
    if kind == DOCUMENT:
        documents = [attachments.read_encapsulated(one.segment, hints) for one in run]
        texts = [_with_comments(found.text, one) for found, one in zip(documents, run, strict=True)]
        return [
            Block(name, text, tells=bool(text.strip()), document=found)
            for text, found in zip(texts, documents, strict=True)
        ]
    results = ((one, result_of(one.segment)) for one in run)
    return [
        Block(name or one.segment.value(NAME), _with_comments(text, one), True, bool(suffix_name(one.segment)))
        for one, text in results
        if text
    ]


def _text(name: str, run: list[Observation], hints: Hints) -> Block:
    """Return the lines of a text, which all together may be a document of another format."""
    raw = [raw_text(one.segment) for one in run]
    document = _document(run, raw, hints)
    if document:
        return Block(name, document.text, tells=bool(document.text.strip()), document=document)
    text = "\n".join(_with_comments(lines_of(line, one.segment), one) for line, one in zip(raw, run, strict=True))
    is_claimed = any(claims_text(one.segment) for one in run) and any(value.strip() for value in raw)
    tells = is_claimed or is_prose(run)
    is_line = not tells and len(run) == 1 and "\n" not in text and bool(name)
    return Block(name, text, is_line, tells)


def _document(run: list[Observation], raw: list[str], hints: Hints) -> Document | None:
    first = run[0].segment
    if attachments.is_base64(raw):
        return attachments.read_base64("".join(raw), hints)
    if attachments.is_encapsulated(first):
        return attachments.read_encapsulated(first, hints)
    if attachments.is_rtf(raw[0]):
        return attachments.read_text("\n".join(raw), hints)
    if attachments.may_be_markup(raw[0]):
        return attachments.read_text("\n".join(lines_of(line, first) for line in raw), hints)
    return None


def _with_comments(text: str, observation: Observation) -> str:
    comments = comments_of(observation.comments)
    return f"{text}\n{comments}" if comments.strip() else text
