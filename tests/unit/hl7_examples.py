"""HL7 v2 messages for tests, of one segment each line, and what is read of them."""

from __future__ import annotations

from collections.abc import Sequence

from notes_pipeline.core.formats.parse_file import Record, parse_file
from notes_pipeline.core.formats.reading import Ignored, ReadingRules
from notes_pipeline.models import ParsedNote, Reject

HEADER = "MSH|^~\\&|RIS|NORTH|HUB|NORTH|203105021420||{kind}|M-1|P|2.5.1"
PATIENT = "PID|1||77^^^NORTH^MR||DOE^JO"
VISIT = "PV1|1|I" + "|" * 17 + "V-9"
ORDER = "OBR|1|P-1|F-1|71046^Chest, two views^C4|||203105021355|||||||||||||||203105021418||RAD|F"
DOCUMENT = "TXA|1|PR|TX|203105021400||203105021410||||||D-5^NORTH|||||AU||AV"


def message(*segments: str, kind: str = "ORU^R01^ORU_R01", header: str = HEADER, end: str = "\r") -> str:
    """Return a message; its header says of what kind it is."""
    return "".join(f"{segment}{end}" for segment in (header.format(kind=kind), *segments))


def report(*observations: str, order: str = ORDER) -> str:
    """Return a message with one report."""
    return message(PATIENT, VISIT, order, *observations)


def document(*observations: str, kind: str = "MDM^T02", txa: str = DOCUMENT) -> str:
    """Return a message with one document."""
    return message("EVN|T02|203105021415", PATIENT, VISIT, txa, *observations, kind=kind)


def text_lines(*lines: str, name: str = "71046^Chest") -> list[str]:
    """Return an observation of type TX for each line."""
    return [f"OBX|{number}|TX|{name}||{line}||||||F" for number, line in enumerate(lines, start=1)]


def read(body: bytes | str, rules: ReadingRules | None = None, media_type: str = "") -> list[Record]:
    """Return the records of a file."""
    data = body.encode() if isinstance(body, str) else body
    return list(parse_file("incoming/ward/feed.hl7", data, rules or ReadingRules(), media_type))


def note_of(body: bytes | str, rules: ReadingRules | None = None, media_type: str = "") -> ParsedNote:
    """Return the only record of a file, which is a note."""
    (found,) = read(body, rules, media_type)
    assert isinstance(found, ParsedNote), found
    return found


def texts(records: Sequence[Record]) -> list[str]:
    """Return the texts of notes."""
    return [record.text for record in records if isinstance(record, ParsedNote)]


def codes(records: Sequence[Record]) -> list[tuple[int, str]]:
    """Return number and code of rejects."""
    return [(record.record, record.code) for record in records if isinstance(record, Reject)]


def kinds(records: Sequence[Record]) -> list[tuple[int, str]]:
    """Return number and kind of what is ignored."""
    return [(record.record, record.kind) for record in records if isinstance(record, Ignored)]
