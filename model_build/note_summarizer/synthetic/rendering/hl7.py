"""HL7 v2 messages that carry a note, one by one, in batches, and as they travel (MLLP)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from note_summarizer.synthetic.rendering.chart_note import ChartNote, RenderedFile, Renderer, file_name
from note_summarizer.synthetic.rendering.codes import EXAMPLE_OID, document_type_code, hl7_time, loinc_code

_ESCAPES = {"\\": "\\E\\", "|": "\\F\\", "^": "\\S\\", "&": "\\T\\", "~": "\\R\\", "\n": "\\.br\\"}
_LINE = str.maketrans(_ESCAPES)
Message = Callable[[ChartNote], str]


def mdm_t02(note: ChartNote) -> str:
    """Return a document notification with content: the text in one OBX, its lines parted by `\\.br\\`."""
    when = hl7_time(note.authored_at)
    segments = [
        _header(note, "MDM^T02^MDM_T02"),
        f"EVN|T02|{when}",
        *_whose(note),
        f"TXA|1|{_document_type(note)}|TX|{when}||{when}||||||{_escaped(note.note_id)}^CHART|||||AU||AV",
        f"OBX|1|TX|{_concept(note)}||{_escaped(note.text)}||||||F",
    ]
    return "\r".join([*segments, ""])


def oru_r01(note: ChartNote) -> str:
    """Return a report: each line of the text in an OBX of its own."""
    when, name = hl7_time(note.authored_at), _escaped(note.note_id)
    lines = enumerate(note.text.split("\n"), start=1)
    segments = [
        _header(note, "ORU^R01^ORU_R01"),
        *_whose(note),
        f"OBR|1||{name}^CHART|{_concept(note)}|||{when}|||||||||||||||{when}|||F",
        *(f"OBX|{number}|TX|{_concept(note)}|1|{_escaped(line)}||||||F" for number, line in lines),
    ]
    return "\r".join([*segments, ""])


def laboratory_result(note: ChartNote) -> str:
    """Return a message that tells no story: one number, of the note's patient."""
    when = hl7_time(note.authored_at)
    segments = [
        _header(note, "ORU^R01^ORU_R01"),
        *_whose(note),
        f"OBR|1||{_escaped(note.note_id)}-LAB^LAB|2823-3^Potassium^LN|||{when}|||||||||||||||{when}||CH|F",
        "OBX|1|NM|2823-3^Potassium^LN||4.1|mmol/L|3.5-5.1|N|||F",
    ]
    return "\r".join([*segments, ""])


def batch(messages: Sequence[str], when: str) -> bytes:
    """Return messages as a file of one batch.

    Args:
        when: as HL7 writes times.
    """
    parts = [f"FHS|^~\\&|CHART|HOSPITAL|||{when}\r", f"BHS|^~\\&|CHART|HOSPITAL|||{when}\r"]
    return "".join([*parts, *messages, f"BTS|{len(messages)}\r", "FTS|1\r"]).encode()


def in_mllp(messages: Sequence[str]) -> bytes:
    """Return messages in the frames that they have on a wire."""
    return "".join(f"\x0b{message}\x1c\r" for message in messages).encode()


def _files(message: Message) -> Renderer:
    return lambda notes: [RenderedFile(file_name(note, ".hl7"), message(note).encode()) for note in notes]


def render_batch(notes: Sequence[ChartNote]) -> list[RenderedFile]:
    """Return a file with all notes, reports and documents by turns, behind a laboratory result."""
    kinds: tuple[Message, ...] = (mdm_t02, oru_r01)
    messages = [kinds[place % 2](note) for place, note in enumerate(notes)]
    laboratory = [laboratory_result(note) for note in notes[:1]]
    when = hl7_time(notes[0].authored_at) if notes else ""
    return [RenderedFile("batch.hl7", batch([*laboratory, *messages], when))]


def render_mllp(notes: Sequence[ChartNote]) -> list[RenderedFile]:
    """Return a file with all notes as they were recorded from a wire."""
    return [RenderedFile("recorded.mllp", in_mllp([mdm_t02(note) for note in notes]))]


render_mdm = _files(mdm_t02)
render_oru = _files(oru_r01)


def _header(note: ChartNote, kind: str) -> str:
    when = hl7_time(note.authored_at)
    return (
        f"MSH|^~\\&|CHART|HOSPITAL|ARCHIVE|HOSPITAL|{when}||{kind}|{_escaped(note.note_id)}|P|2.5.1||||||UNICODE UTF-8"
    )


def _whose(note: ChartNote) -> list[str]:
    patient = f"{_escaped(note.patient_id)}^^^HOSPITAL&{EXAMPLE_OID}&ISO^MR" if note.patient_id else ""
    visit = f"PV1|1|I{'|' * 17}{_escaped(note.encounter_id)}"
    return [f"PID|1||{patient}", *([visit] if note.encounter_id else [])]


def _document_type(note: ChartNote) -> str:
    """Return a code of table 0270, or the note's type as a code of another table or in words."""
    return document_type_code(note.note_type) or _concept(note)


def _concept(note: ChartNote) -> str:
    if note.note_type is None:
        return ""
    code = loinc_code(note.note_type)
    name = _escaped(note.note_type)
    return f"{code}^{name}^LN" if code else f"^{name}"


def _escaped(text: str | None) -> str:
    return (text or "").translate(_LINE)
