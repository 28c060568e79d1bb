"""PDF."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NoReturn

from notes_pipeline.core.formats.reading import Hints, Item
from notes_pipeline.errors import FileError


def parse(body: bytes, hints: Hints) -> Iterator[Item]:  # noqa: ARG001
    """Yield what a file holds."""
    raise FileError("UnknownFormat", "PDF is not read yet: export its text")


def not_read(body: bytes) -> NoReturn:  # noqa: ARG001
    """Refuse a PDF."""
    raise FileError("UnknownFormat", "it is a PDF, of which no text is read here: export its text")
