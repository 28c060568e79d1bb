"""FHIR XML."""

from __future__ import annotations

from collections.abc import Iterator

from notes_pipeline.core.formats.reading import Hints, Item
from notes_pipeline.errors import FileError


def parse(body: bytes, hints: Hints) -> Iterator[Item]:  # noqa: ARG001
    """Yield what a file holds."""
    raise FileError("UnknownFormat", "FHIR XML is not read yet: export its text")
