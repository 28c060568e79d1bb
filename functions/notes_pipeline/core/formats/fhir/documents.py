"""FHIR resources, one by one or in bundles."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from notes_pipeline.core.formats.reading import Hints, Item
from notes_pipeline.errors import RecordError


def read_resource(number: int, resource: Mapping[str, Any], hints: Hints) -> Item:  # noqa: ARG001
    """Return what a resource by itself comes to."""
    return number, RecordError("UnknownFormat", "FHIR is not read yet: export its text")


def read_resources(resource: Mapping[str, Any], hints: Hints) -> Iterator[Item]:
    """Yield what a document comes to that is a resource or a bundle of them."""
    yield read_resource(1, resource, hints)
