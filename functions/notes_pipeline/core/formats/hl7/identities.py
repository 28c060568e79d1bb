"""Whose a report or a document is, what it is called, and when it was written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from notes_pipeline.core.formats.hl7.groups import Group
from notes_pipeline.core.formats.hl7.prose import kind_of_document, kind_of_service
from notes_pipeline.core.formats.hl7.values import name_of
from notes_pipeline.core.formats.hl7_times import iso_time
from notes_pipeline.core.formats.note_types import DOCUMENT_TYPES, LOINC, note_type_of
from notes_pipeline.core.formats.reading import Document

# Table 0203: a medical record's number, the patient's in this hospital; what the state calls the person.
_RECORD_NUMBERS, _INTERNAL = ("MR", "MRN"), "PI"
_CIVIL_NUMBERS = ("SS", "SSN", "DL", "PPN", "PRC", "TAX")
_IDENTIFIER_TYPE = 5
# The one that a new document replaces; an addendum is a document of its own.
_REPLACEMENTS = ("T09", "T10")
_REPORT_TIMES = (("OBR", 22), ("OBR", 7))
_DOCUMENT_TIMES = (("TXA", 6), ("TXA", 4), ("TXA", 7), ("OBR", 22), ("OBR", 7))
_SENT = (("EVN", 2), ("MSH", 7))


def report_ids(groups: Sequence[Group]) -> list[str | None]:
    """Return the ids of a message's reports: a correction has that of the report it corrects.

    One number is often given to all examinations of a visit, which are reported one by one, so what was ordered (OBR-4)
    belongs to the id; a code that only says which kind of document it is does not, but for those of one message.
    """
    orders = [_order(group) for group in groups]
    shared = {order for order, count in Counter(orders).items() if count > 1}
    found: list[str | None] = []
    seen: Counter[str] = Counter()
    for order, group in zip(orders, groups, strict=True):
        ordered = group.value("OBR", 4) if order in shared or not kind_of_document(group) else ""
        name = "/".join(filter(None, (order, ordered)))
        seen[name] += 1
        found.append((f"{name}/{seen[name]}" if seen[name] > 1 else name) or None)
    return found


def document_id(event: str, group: Group) -> str | None:
    """Return the id of a document: that of the document that it replaces, if it does; else its own number."""
    replaced = _identifier(group, 13) if event in _REPLACEMENTS else ""
    return replaced or _identifier(group, 12) or _identifier(group, 15) or _order(group) or None


def patient_of(group: Group) -> str | None:
    """Return the medical record's number, another internal one, the first of the list, or the old field's.

    The number of a passport or the like is one only if the list has no other.
    """
    patient = group.segments.get("PID")
    if not patient:
        return None
    listed = [field for field in patient.repetitions(3) if patient.component(field, 1)]
    if not listed:
        return patient.value(2) or None
    best = min(listed, key=lambda field: _rank(patient.component(field, _IDENTIFIER_TYPE).upper()))
    return patient.component(best, 1)


def _rank(kind: str) -> int:
    """Return how late an identifier of a type is taken; senders name the source of a record's number (`CMRN`)."""
    if kind.endswith(_RECORD_NUMBERS[1]) or kind in _RECORD_NUMBERS:
        return 0 if kind in _RECORD_NUMBERS else 1
    if kind == _INTERNAL:
        return 2
    return 4 if kind in _CIVIL_NUMBERS else 3


def encounter_of(group: Group) -> str | None:
    """Return the visit's number, else that of the account."""
    return group.value("PV1", 19) or group.value("PID", 18) or None


def report_type(group: Group, inside: Document) -> str | None:
    """Return what a report is called: by LOINC, by its service, by what was ordered."""
    named = group.value("OBR", 4, 2) or group.value("OBR", 4, 5) or group.value("OBR", 4)
    return kind_of_document(group) or kind_of_service(group) or inside.note_type or named or None


def document_type(group: Group, inside: Document) -> str | None:
    """Return what a document is called: by its type (TXA-2), by its observation (OBX-3), by what was ordered."""
    code, name = group.value("TXA", 2), group.value("TXA", 2, 2)
    system = LOINC if group.value("TXA", 2, 3).upper() == "LN" else DOCUMENT_TYPES
    found = note_type_of(system, code) if code else None
    known = found or name or _observed_type(group) or code or report_type(group, inside)
    return known or next((name_of(one.segment) for one in group.observations[:1]), "") or None


def report_time(group: Group, inside: Document) -> str | None:
    """Return when a report was issued, else when what it reports was observed, else when it was sent."""
    observed = [one.segment.value(14) for one in group.observations[:1]]
    return _first_time([*_values(group, _REPORT_TIMES), *observed]) or inside.authored_at or _sent(group)


def document_time(group: Group, inside: Document) -> str | None:
    """Return when a document was written, else when what it tells of happened, else when it was typed or sent."""
    return _first_time(_values(group, _DOCUMENT_TIMES)) or inside.authored_at or _sent(group)


def _sent(group: Group) -> str | None:
    return _first_time(_values(group, _SENT))


def _values(group: Group, fields: Sequence[tuple[str, int]]) -> list[str]:
    return [group.value(name, number) for name, number in fields]


def _identifier(group: Group, number: int) -> str:
    """Return the identifier in a field of the TXA; some senders write it into a component behind the first."""
    return next((value for part in range(1, 7) if (value := group.value("TXA", number, part))), "")


def _first_time(texts: Sequence[str]) -> str | None:
    return next((time for time in map(iso_time, texts) if time), None)


def _order(group: Group) -> str:
    """Return the number of an order: its filler's, its placer's, else the message's."""
    numbers = (("OBR", 3), ("ORC", 3), ("OBR", 2), ("ORC", 2), ("MSH", 10))
    return next((value for name, number in numbers if (value := group.value(name, number))), "")


def _observed_type(group: Group) -> str | None:
    for one in group.observations[:1]:
        if one.segment.value(3, 3).upper() == "LN":
            return note_type_of(LOINC, one.segment.value(3))
    return None
