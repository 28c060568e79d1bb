"""Zip archives made for tests, the odd ones too."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterable, Mapping

from notes_pipeline.core.formats.parse_file import Record, parse_file
from notes_pipeline.core.formats.reading import Ignored, ReadingRules
from notes_pipeline.models import ParsedNote, Reject

RULES = ReadingRules()
_LOCAL, _CENTRAL, _END = struct.Struct("<4s5H3I2H"), struct.Struct("<4s6H3I5H2I"), struct.Struct("<4s4H2IH")


def zipped(
    members: Mapping[str, bytes | str] | Iterable[tuple[str, bytes | str]], method: int = zipfile.ZIP_DEFLATED
) -> bytes:
    """Return an archive; a name that ends with "/" is a folder."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", method) as archive:
        for name, content in members.items() if isinstance(members, Mapping) else members:
            archive.writestr(zipfile.ZipInfo(name, (2026, 3, 14, 8, 0, 0)), content, method)
    return held.getvalue()


def overlapping(names: Iterable[str], content: bytes) -> bytes:
    """Return an archive whose members, of names of one letter, are all the same bytes of it."""
    packed = _deflated(content)
    sizes = (zlib.crc32(content), len(packed), len(content), 1, 0)
    first, *others = names
    held = _LOCAL.pack(b"PK\x03\x04", 20, 0, 8, 0, 0, *sizes) + first.encode() + packed
    entries = [
        _CENTRAL.pack(b"PK\x01\x02", 20, 20, 0, 8, 0, 0, *sizes, 0, 0, 0, 0, 0) + name.encode()
        for name in (first, *others)
    ]
    directory = b"".join(entries)
    end = _END.pack(b"PK\x05\x06", 0, 0, len(entries), len(entries), len(directory), len(held), 0)
    return held + directory + end


def _deflated(body: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(body) + packer.flush()


def read(body: bytes, name: str = "ward/a.zip") -> list[Record]:
    """Return what an archive holds."""
    return list(parse_file(f"incoming/{name}", body, RULES))


def outcome(record: Record) -> tuple[int, str, str]:
    """Return (number, "note", id), (number, "ignored", kind) or (number, code, reason)."""
    if isinstance(record, ParsedNote):
        return record.record, "note", record.note_id or ""
    if isinstance(record, Ignored):
        return record.record, "ignored", record.kind
    assert isinstance(record, Reject)
    return record.record, record.code, record.reason
