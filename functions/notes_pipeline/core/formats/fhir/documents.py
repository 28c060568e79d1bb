"""FHIR resources, one by one or in bundles."""

from __future__ import annotations

from collections.abc import Iterator

from notes_pipeline.core.formats.fhir.bundles import read_bundle
from notes_pipeline.core.formats.fhir.holdings import Entry, Holdings
from notes_pipeline.core.formats.fhir.identities import Held
from notes_pipeline.core.formats.fhir.notes import read_note
from notes_pipeline.core.formats.fhir.values import Element, type_of
from notes_pipeline.core.formats.reading import Hints, Ignored, Item
from notes_pipeline.errors import RecordError
from notes_pipeline.models import ParsedNote


def read_resource(number: int, resource: Element, hints: Hints) -> Item:
    """Return what a resource by itself comes to: a line of NDJSON, or an element of a list.

    A bundle there can be one note at most, since a line is one record.
    """
    if type_of(resource) != "Bundle":
        return read_note(number, Held(Entry(resource), Holdings(), hints))
    found = [item for item in read_bundle(resource, hints) if not isinstance(item, Ignored)]
    if not found:
        return Ignored(record=number, kind="Bundle")
    if len(found) > 1:
        return number, RecordError(
            "SeveralNotes", "the bundle holds more than one note: send each bundle as a file of its own"
        )
    (item,) = found
    return item.model_copy(update={"record": number}) if isinstance(item, ParsedNote) else (number, item[1])


def read_resources(resource: Element, hints: Hints) -> Iterator[Item]:
    """Yield what a document comes to that is a resource or a bundle of them."""
    if type_of(resource) == "Bundle":
        yield from read_bundle(resource, hints)
    else:
        yield read_resource(1, resource, hints)
