"""Bundles of all types (https://hl7.org/fhir/R4/bundle.html): each entry is a record.

An entry that is a bundle itself is as many records as it holds. A document is one note, its composition; what else is
in it, the composition refers to. Of a history only the newest version of a resource counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from notes_pipeline.core.formats.fhir.holdings import Entry, Holdings
from notes_pipeline.core.formats.fhir.identities import Held
from notes_pipeline.core.formats.fhir.notes import read_note
from notes_pipeline.core.formats.fhir.resource_types import kind_of
from notes_pipeline.core.formats.fhir.values import NOTHING, Element, object_of, text_of, type_of, values_of
from notes_pipeline.core.formats.reading import Hints, Ignored, Item
from notes_pipeline.errors import RecordError
from notes_pipeline.models import ParsedNote

# Bundles within bundles: answers to a batch of searches for documents are two deep.
DEEPEST = 8
_METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH")


@dataclass(frozen=True)
class _Place:
    """What an entry of a bundle is: a resource, a kind of request without one, or what is wrong with it."""

    entry: Entry
    kind: str = ""
    error: RecordError | None = None


def read_bundle(bundle: Element, hints: Hints) -> Iterator[Item]:
    """Yield what the entries of a bundle come to, those of bundles in it included."""
    for number, item in enumerate(_items(bundle, Holdings(), hints, 1), start=1):
        if isinstance(item, tuple):
            yield number, item[1]
        else:
            yield item.model_copy(update={"record": number})


def _items(bundle: Element, around: Holdings, hints: Hints, depth: int) -> Iterator[Item]:
    """Yield items whose numbers do not count yet."""
    if depth > DEEPEST:
        yield 0, RecordError("TooDeep", f"bundles are in it more than {DEEPEST} deep: send each as a file of its own")
        return
    entries = bundle.get("entry")
    places = [_place(value) for value in (entries if isinstance(entries, list) else values_of(bundle, "entry"))]
    holdings = Holdings([place.entry for place in places if place.entry.type], around)
    kind = text_of(bundle, "type")
    if kind == "history":
        places = list(_newest(places))
    note = _document_note(places, holdings, hints) if kind == "document" else None
    for place in places:
        if note and place.entry is note[0]:
            yield note[1]
        elif note and place.entry.type:
            yield Ignored(record=0, kind=kind_of(place.entry.type))
        else:
            yield from _place_items(place, holdings, hints, depth)
    if depth > 1 and not places:
        yield Ignored(record=0, kind="Bundle")


def _place_items(place: _Place, holdings: Holdings, hints: Hints, depth: int) -> Iterator[Item]:
    if place.error:
        yield 0, place.error
    elif place.kind:
        yield Ignored(record=0, kind=place.kind)
    elif place.entry.type == "Bundle":
        yield from _items(place.entry.resource, holdings, hints, depth + 1)
    else:
        yield read_note(0, Held(place.entry, holdings, hints))


def _place(value: object) -> _Place:
    """Return what an entry is."""
    if not isinstance(value, Mapping):
        return _Place(Entry(NOTHING), error=_broken("an entry of the bundle is not an object"))
    request = object_of(value, "request")
    method, url = text_of(request, "method").upper(), text_of(request, "url")
    resource = object_of(value, "resource")
    entry = Entry(resource, text_of(value, "fullUrl"), url if method == "PUT" else "")
    if method in ("GET", "HEAD", "DELETE") or (method in _METHODS and not resource):
        return _Place(Entry(NOTHING, entry.full_url, url), kind=f"request {method}")
    if type_of(resource):
        return _Place(entry)
    if not resource and object_of(value, "response"):
        return _Place(Entry(NOTHING), kind="response")
    if type_of(value):
        return _Place(Entry(NOTHING), error=_broken("an entry of the bundle is a resource itself"))
    return _Place(Entry(NOTHING), error=_broken("an entry of the bundle has no resource, or one without resourceType"))


def _document_note(places: Iterable[_Place], holdings: Holdings, hints: Hints) -> tuple[Entry, ParsedNote] | None:
    """Return the composition of a document with its note; None if it has none that says something."""
    entry = next((place.entry for place in places if place.entry.type == "Composition"), None)
    note = read_note(0, Held(entry, holdings, hints)) if entry else None
    return (entry, note) if entry and isinstance(note, ParsedNote) else None


def _newest(places: list[_Place]) -> Iterator[_Place]:
    """Yield a history's entries, newest first as they are, with resources that a newer one replaces as such."""
    seen: set[str] = set()
    for place in places:
        entry = place.entry
        name = f"{entry.type}/{entry.logical_id}" if entry.logical_id else entry.request_url
        if name and name in seen and not place.error:
            yield _Place(Entry(NOTHING), kind=f"{kind_of(entry.type)} older version" if entry.type else place.kind)
        else:
            yield place
        seen.add(name)


def _broken(what: str) -> RecordError:
    return RecordError("BrokenEntry", f'{what}: write {{"resource": {{...}}}}')
