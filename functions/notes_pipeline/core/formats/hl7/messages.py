"""A message's bytes → its notes, what is ignored of it, and why something cannot be used."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import replace

from notes_pipeline.core.formats.charsets import encoding_of, known
from notes_pipeline.core.formats.hl7 import identities
from notes_pipeline.core.formats.hl7.character_sets import declared_charset
from notes_pipeline.core.formats.hl7.groups import Group, documents, reports
from notes_pipeline.core.formats.hl7.message_types import DOCUMENTS, REPORTS, kind_of_message, message_type
from notes_pipeline.core.formats.hl7.narrative import read_narrative
from notes_pipeline.core.formats.hl7.prose import is_report, lacks_text, writes_reports
from notes_pipeline.core.formats.hl7.segments import Segment, read_segments
from notes_pipeline.core.formats.normalise import usable_identifier, usable_text
from notes_pipeline.core.formats.reading import Document, Hints
from notes_pipeline.errors import InputError, RecordError
from notes_pipeline.models import ParsedNote

# A note, whose record is counted later; how what is ignored is counted; or why it cannot be used.
Found = ParsedNote | str | RecordError
# Half a million segments take some 200 MB; real ones have some hundreds.
_MOST_LINES = 500_000
_LINE_ENDS = (b"\r", b"\n", b"\x0b", b"\x1c")
_HEADER_BYTES = 10_000
_NEXT_SEGMENT = re.compile(rb"[\r\n]+[ \t]*+[A-Z][A-Z0-9]{2}[^\w\s]")
# A document is cancelled: what there is of it in the message is not to be read.
_CANCELLED = "T11"
# The availability of a document (TXA-19, table 0273): deleted.
_DELETED = "CA"
# What other types of messages hold may be nothing: answers to questions, referrals.
_REPORT, _DOCUMENT = "ORU", "MDM"
# Notifications without content (chapter 9): the document itself comes in another message.
_NOTIFICATIONS = ("T01", "T03", "T05", "T07", "T09")


def read_message(body: bytes, hints: Hints) -> Iterator[Found]:
    """Yield what a message holds; never nothing."""
    try:
        codec, hints = _codec(body, hints)
        segments = read_segments(body.decode(codec), codec)
        event = next((segment for segment in segments if segment.name == "EVN"), None)
        kind, trigger = message_type(segments[0], event)
        if not segments[0].value(9):
            raise RecordError("BrokenMessage", "its MSH does not say what it is (MSH-9): send it whole")
    except InputError as error:
        yield RecordError(error.code, str(error))
        return
    if kind in REPORTS:
        yield from _reports(kind_of_message(kind, trigger), reports(segments), hints)
    elif kind in DOCUMENTS and trigger != _CANCELLED:
        yield from _documents(kind, trigger, segments, hints)
    else:
        yield kind_of_message(kind, trigger)


def _codec(body: bytes, hints: Hints) -> tuple[str, Hints]:
    """Return the codec of a message; one that it names itself is also that of documents inside that name none."""
    if sum(map(body.count, _LINE_ENDS)) > _MOST_LINES:
        raise RecordError("BrokenMessage", f"it has over {_MOST_LINES:,} lines: send it as several messages")
    declared = "" if body.startswith(codecs.BOM_UTF8) else _declared(body) or hints.charset
    codec = encoding_of(body, declared, hints.rules.encoding)
    if known(declared):
        hints = replace(hints, rules=hints.rules.model_copy(update={"encoding": codec}))
    return codec, hints


def _declared(body: bytes) -> str:
    """Return the charset that MSH-18 names; the header is read as if it were ASCII to find it."""
    try:
        head = _NEXT_SEGMENT.split(body[:_HEADER_BYTES].removeprefix(codecs.BOM_UTF8), maxsplit=1)[0]
        header = read_segments(head.decode("latin-1"), "latin-1")[0]
        return declared_charset(header.repetitions(18), body)
    except RecordError:
        return ""


def _reports(kind: str, groups: list[Group], hints: Hints) -> Iterator[Found]:
    if not groups and kind.startswith(_REPORT):
        yield RecordError("BrokenMessage", "it is a report without any observation (OBR, OBX): send it whole")
        return
    # A text may be of several orders; it stands below the last.
    told = [group for group in groups if is_report(group)] or [group for group in groups if lacks_text(group)]
    if not told:
        yield kind
        return
    ids = {id(group): note_id for group, note_id in zip(told, identities.report_ids(told), strict=True)}
    for group in groups:
        if id(group) in ids:
            yield _report(group, ids[id(group)], hints)
        else:
            yield f"{kind} results"


def _report(group: Group, note_id: str | None, hints: Hints) -> Found:
    try:
        found = read_narrative(group, hints, all_tells=writes_reports(group))
        note_type = identities.report_type(group, found)
        return _note(group, found, hints, (note_id, note_type, identities.report_time(group, found)))
    except RecordError as error:
        return error


def _documents(kind: str, trigger: str, segments: list[Segment], hints: Hints) -> Iterator[Found]:
    groups = documents(segments)
    if not any(group.observations or _is_deleted(group) for group in groups):
        if trigger in _NOTIFICATIONS or kind != _DOCUMENT:
            yield kind_of_message(kind, trigger)
        else:
            yield RecordError("EmptyNote", "it is a document and has no content (OBX): send it with its text")
        return
    for group in groups:
        yield _document(trigger, group, hints)


def _is_deleted(group: Group) -> bool:
    return group.value("TXA", 19).upper() == _DELETED


def _document(trigger: str, group: Group, hints: Hints) -> Found:
    if _is_deleted(group):
        return RecordError(
            "WithdrawnNote", "its sender deleted it (TXA-19): take back what was summarized of it by hand"
        )
    try:
        found = read_narrative(group, hints, all_tells=True)
        facts = (
            identities.document_id(trigger, group),
            identities.document_type(group, found),
            identities.document_time(group, found),
        )
        return _note(group, found, hints, facts)
    except RecordError as error:
        return error


def _note(group: Group, found: Document, hints: Hints, facts: tuple[str | None, str | None, str | None]) -> ParsedNote:
    note_id, note_type, authored_at = facts
    return ParsedNote(
        record=0,
        text=usable_text(found.text, hints.rules.max_note_bytes),
        note_id=usable_identifier(note_id or "", "its id"),
        patient_id=identities.patient_of(group) or found.patient_id,
        encounter_id=identities.encounter_of(group) or found.encounter_id,
        note_type=note_type,
        authored_at=authored_at,
    )
