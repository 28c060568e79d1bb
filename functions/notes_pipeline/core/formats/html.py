"""HTML."""

from __future__ import annotations

from collections.abc import Iterator

from notes_pipeline.core.formats.reading import Document, Hints, Item
from notes_pipeline.errors import FileError


def parse(body: bytes, hints: Hints) -> Iterator[Item]:  # noqa: ARG001
    """Yield what a file holds."""
    raise FileError("UnknownFormat", "HTML is not read yet: export its text")


def read_document(body: bytes, hints: Hints) -> Document:  # noqa: ARG001
    """Return the document that is one of these."""
    raise FileError("UnknownFormat", "HTML is not read yet: export its text")
