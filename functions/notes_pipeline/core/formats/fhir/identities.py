"""Whose a note is: from references to patients and encounters, to their ids."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import unquote

from notes_pipeline.core.formats.fhir.holdings import Entry, Holdings, located
from notes_pipeline.core.formats.fhir.values import NOTHING, Element, date_of, object_of, objects_of, text_of, texts_of
from notes_pipeline.core.formats.reading import EncounterFacts, Hints

# Types of identifiers: https://terminology.hl7.org/CodeSystem-v2-0203.html
_OWN_NUMBERS = {"Patient": "MR", "Encounter": "VN"}
# Social security, driver's license and passport numbers: a hospital knows a patient by another, and they tell too much.
_OFFICIAL_NUMBERS = {"SS", "DL", "PPN"}
_SOCIAL_SECURITY = ("http://hl7.org/fhir/sid/us-ssn", "urn:oid:2.16.840.1.113883.4.1")


@dataclass(frozen=True)
class Held:
    """A resource, what came with it in its bundle, and what is known of its file."""

    entry: Entry
    holdings: Holdings
    hints: Hints

    @property
    def resource(self) -> Element:
        """The resource."""
        return self.entry.resource


def id_of(kind: str, reference: Element, held: Held) -> str:
    """Return the id of the patient or encounter that a reference means, "" if it means none.

    It is the id of the resource, if that is known; else its record's or visit's number; else its UUID in the bundle.

    Args:
        kind: `Patient` or `Encounter`.
    """
    told = text_of(reference, "type").rpartition("/")[2]
    if told not in ("", kind):
        return ""
    address = text_of(reference, "reference")
    found = held.holdings.refers_to(address, held.entry) if address else None
    if found:
        return _own_id(kind, found, address, held)
    return _id_in(kind, address, held) or _identified(kind, object_of(reference, "identifier"), held) or _uuid(address)


def encounter_facts(reference: Element, held: Held) -> EncounterFacts:
    """Return what is said of an encounter, in its bundle or in files beside."""
    address = text_of(reference, "reference")
    encounter = held.holdings.refers_to(address, held.entry) if address else None
    if not encounter and text_of(reference, "identifier", "value"):
        encounter = held.holdings.identified("Encounter", *_token(object_of(reference, "identifier")))
    if encounter and encounter.type == "Encounter":
        whose = id_of("Patient", object_of(encounter.resource, "subject"), Held(encounter, held.holdings, held.hints))
        began = date_of(encounter.resource, "period", "start") or date_of(encounter.resource, "actualPeriod", "start")
        return EncounterFacts(whose or None, began or None)
    name = id_of("Encounter", reference, held)
    return (held.hints.siblings.encounter(name) if name else None) or EncounterFacts(None, None)


def _own_id(kind: str, entry: Entry, address: str, held: Held) -> str:
    if entry.type != kind:
        return ""
    return entry.logical_id or _identified(kind, _number(kind, entry.resource), held) or _uuid(address)


def _number(kind: str, resource: Element) -> Element:
    """Return the number by which a hospital knows a patient or a visit."""
    identifiers = [one for one in objects_of(resource, "identifier") if text_of(one, "value")]
    own = [one for one in identifiers if _OWN_NUMBERS[kind] in texts_of(one, "type", "coding", "code")]
    return next(iter([*own, *sorted(identifiers, key=_is_official)]), NOTHING)


def _is_official(identifier: Element) -> bool:
    types = texts_of(identifier, "type", "coding", "code")
    return not _OFFICIAL_NUMBERS.isdisjoint(types) or text_of(identifier, "system") in _SOCIAL_SECURITY


def _id_in(kind: str, address: str, held: Held) -> str:
    """Return the id in a reference: `Patient/7`, `https://x/Patient/7`, `Patient?identifier=system|7`, or 7 alone."""
    place = located(address)
    if place:
        return place[1] if place[0] == kind else ""
    path, asked, query = address.partition("?")
    if asked:
        terms = [term.partition("=") for term in query.split("&")] if path.rpartition("/")[2] == kind else []
        tokens = [unquote(value) for name, _, value in terms if name == "identifier"]
        return _numbered(kind, *_split(tokens[0]), held) if tokens else ""
    return "" if ":" in address or "/" in address or address.startswith("#") else address


def _identified(kind: str, identifier: Element, held: Held) -> str:
    return _numbered(kind, *_token(identifier), held)


def _numbered(kind: str, system: str, value: str, held: Held) -> str:
    if not value:
        return ""
    found = held.holdings.identified(kind, system, value)
    if found and found.logical_id:
        return found.logical_id
    beside = held.hints.siblings.patient(system, value) if kind == "Patient" else None
    return beside or value


def _token(identifier: Element) -> tuple[str, str]:
    return text_of(identifier, "system"), text_of(identifier, "value")


def _split(token: str) -> tuple[str, str]:
    system, bar, value = token.partition("|")
    return (system, value) if bar else ("", token)


def _uuid(address: str) -> str:
    return address.rpartition(":")[2] if address.startswith("urn:") else ""
