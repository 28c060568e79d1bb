"""The resources of a bundle, found by how others refer to them (https://hl7.org/fhir/R4/bundle.html#references)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from notes_pipeline.core.formats.fhir.values import Element, objects_of, text_of, type_of
from notes_pipeline.errors import RecordError

# Characters of data that are read more than once in a file; as many as a file may have.
MOST_REPEATED = 100_000_000
_VERSION = re.compile(r"/_history(?:/[^/]*)?/?\Z")
_LOCATION = re.compile(r"(?:(?P<base>.*)/)?(?P<type>[A-Z][A-Za-z]+)/(?P<id>[^/?#|]+)/?", re.S)


@dataclass(frozen=True)
class Entry:
    """A resource and where it stands.

    Attributes:
        full_url: as the bundle's entry has it, "" if there is none.
        container: what it is inside of, if it is.
        request_url: what it is put under, by a PUT.
    """

    resource: Element
    full_url: str = ""
    request_url: str = ""
    container: Entry | None = None

    @property
    def type(self) -> str:
        """Type of the resource."""
        return type_of(self.resource)

    @property
    def logical_id(self) -> str:
        """The id that it has on its server; "" for one that none was given yet, and for one inside of another."""
        if self.container:
            return ""
        written = text_of(self.resource, "id")
        named = (located(self.full_url), located(self.request_url))
        return written or next((found[1] for found in named if found and found[0] == self.type), "")


@dataclass
class Holdings:
    """What a bundle holds, and the bundle around it, if there is one; of two with one name, the first is meant."""

    entries: Iterable[Entry] = ()
    around: Holdings | None = None
    _by_url: dict[str, Entry] = field(default_factory=dict)
    _by_name: dict[str, Entry] = field(default_factory=dict)
    _by_identifier: dict[tuple[str, str, str], Entry | None] = field(default_factory=dict)
    _used: set[int] = field(default_factory=set)
    _repeated: int = 0
    _contained: tuple[Element, Mapping[str, Element]] | None = None

    def __post_init__(self) -> None:
        for entry in self.entries:
            if entry.full_url:
                self._by_url.setdefault(without_version(entry.full_url), entry)
            if entry.full_url.startswith("urn:uuid:"):
                self._by_name.setdefault(f"{entry.type}/{entry.full_url.removeprefix('urn:uuid:')}", entry)
            if entry.logical_id:
                self._by_name.setdefault(f"{entry.type}/{entry.logical_id}", entry)
            if entry.type in ("Patient", "Encounter"):
                self._identify(entry)

    def _identify(self, entry: Entry) -> None:
        for one in objects_of(entry.resource, "identifier"):
            for system in {text_of(one, "system"), ""}:
                known = self._by_identifier.setdefault((entry.type, system, text_of(one, "value")), entry)
                if known and known.logical_id != entry.logical_id:
                    self._by_identifier[entry.type, system, text_of(one, "value")] = None

    def identified(self, kind: str, system: str, value: str) -> Entry | None:
        """Return the patient or encounter with an identifier, of any system if none is given; of two, neither."""
        here = self._by_identifier.get((kind, system, value))
        return here or (self.around.identified(kind, system, value) if self.around else None)

    def refers_to(self, reference: str, origin: Entry) -> Entry | None:
        """Return what a resource refers to, if it is here.

        Args:
            origin: who refers: a relative reference means the same server, `#id` something inside of it.
        """
        if reference.startswith("#"):
            whole = origin.container or origin
            found = self._inside(whole).get(reference[1:]) if len(reference) > 1 else None
            return Entry(found, whole.full_url, container=whole) if found else None
        return self._find(without_version(reference), origin.full_url)

    def count_use(self, entry: Entry, size: int) -> None:
        """Take note that a resource's data are read.

        Raises:
            RecordError: so much was read again and again that a small file would come to any number of notes.
        """
        if self.around:
            self.around.count_use(entry, size)
        elif id(entry.resource) in self._used:
            self._repeated += size
        self._used.add(id(entry.resource))
        if self._repeated > MOST_REPEATED:
            raise RecordError("UnreadableAttachment", "its attachment is that of too many others: send each its own")

    def _inside(self, whole: Entry) -> Mapping[str, Element]:
        """Return what a resource contains, by id; it is kept, since one may refer to it thousands of times."""
        if self._contained is None or self._contained[0] is not whole.resource:
            inside = reversed(objects_of(whole.resource, "contained"))
            self._contained = whole.resource, {text_of(one, "id").removeprefix("#"): one for one in inside}
        return self._contained[1]

    def _find(self, reference: str, origin: str) -> Entry | None:
        place, from_place = _LOCATION.fullmatch(reference), _LOCATION.fullmatch(origin)
        name = f"{place['type']}/{place['id']}" if place else ""
        found = self._by_url.get(reference)
        if place and not place["base"]:
            same_server = self._by_url.get(f"{from_place['base']}/{name}") if from_place else None
            found = found or same_server or self._by_name.get(name)
        elif place and not found:
            named = self._by_name.get(name)
            # One that stands on a server of its own is not what is meant by another's address.
            found = named if named and not named.full_url.startswith("http") else None
        return found or (self.around._find(reference, origin) if self.around else None)


def located(reference: str) -> tuple[str, str] | None:
    """Return (type, id) of what a relative or absolute reference names."""
    found = _LOCATION.fullmatch(without_version(reference))
    return (found["type"], found["id"]) if found else None


def without_version(reference: str) -> str:
    """Return a reference to whichever version is current."""
    return _VERSION.sub("", reference)
