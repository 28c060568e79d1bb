"""The records of a dropped file as they stand in it, and the file without some of them.

A record that is taken out leaves an empty one behind (an empty line, an empty row, null), so that the others keep their
numbers: receipts, reasons and summaries name them by these. Files of this kind are never staged as a whole again.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import sys
import zlib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from chartbrief.operate.backfill.found_files import format_of
from notes_pipeline.core.identify import source_path

_DELIMITERS = ",;\t"
_MARKS = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True)
class RawRecord:
    """A record of a file.

    Attributes:
        number: as the pipeline counts it.
        fields: by their names in lower case; None of a record that cannot be read.
        text: as it stands in the file.
    """

    number: int
    fields: Mapping[str, Any] | None
    text: str


def raw_records(key: str, body: bytes, id_field: str, note_field: str) -> list[RawRecord]:
    """Return a file's records; none of a file that cannot be read."""
    text = _text(key, body)
    reader = _READERS.get(format_of(key))
    if text is None:
        return []
    if format_of(key) == ".txt":
        return [RawRecord(1, {id_field.lower(): source_path(key)[1], note_field.lower(): text}, text)]
    return [record for record, _ in reader(text)] if reader else []


def without(key: str, body: bytes, numbers: Collection[int]) -> bytes:
    """Return a file with these records emptied."""
    text = _text(key, body) or ""
    if format_of(key) == ".json":
        emptied = _json_without(text, numbers)
    else:
        pieces = _READERS[format_of(key)](text)
        emptied = "".join(_emptied(record, blank, numbers) for record, blank in pieces)
    unpacked = _unpacked(key, body) or b""
    encoded = _encoded(emptied, unpacked)
    return gzip.compress(encoded, mtime=0) if key.lower().endswith(".gz") else encoded


def _emptied(record: RawRecord, blank: str, numbers: Collection[int]) -> str:
    return blank if record.number in numbers else record.text


def _unpacked(key: str, body: bytes) -> bytes | None:
    if not key.lower().endswith(".gz"):
        return body
    try:
        return gzip.decompress(body)
    except (OSError, EOFError, zlib.error):
        return None


def _text(key: str, body: bytes) -> str | None:
    unpacked = _unpacked(key, body)
    try:
        return None if unpacked is None else unpacked.decode("utf-16" if unpacked[:2] in _MARKS else "utf-8-sig")
    except UnicodeDecodeError:
        return None


def _encoded(text: str, before: bytes) -> bytes:
    if before[:2] in _MARKS:
        return before[:2] + text.encode("utf-16-le" if before[:2] == _MARKS[0] else "utf-16-be")
    return text.encode("utf-8-sig" if before[:3] == b"\xef\xbb\xbf" else "utf-8")


Pieces = Iterator[tuple[RawRecord, str]]


def _csv(text: str) -> Pieces:
    """Yield the header as record 0, then the rows; what stands before a row (blank lines) belongs to it."""
    csv.field_size_limit(sys.maxsize)
    lines = _Lines(text)
    delimiter = max(_DELIMITERS, key=text.split("\n", 1)[0].count)
    rows = csv.reader(lines, delimiter=delimiter, strict=True)
    header: list[str] | None = None
    number = 0
    while True:
        try:
            row = next(rows)
        except StopIteration:
            break
        except csv.Error:
            number += 1
            yield RawRecord(number, None, lines.taken()), ""
            continue
        if not row:
            continue
        if header is None:
            header = [name.strip().lower() for name in row]
            yield RawRecord(0, {}, lines.taken()), ""
            continue
        number += 1
        # A row of one empty field has to be quoted to be a row.
        blank = delimiter * (len(header) - 1) if len(header) > 1 else '""'
        yield RawRecord(number, dict(zip(header, row, strict=False)), lines.taken()), blank + "\n"
    if rest := lines.taken():
        yield RawRecord(-1, {}, rest), rest


class _Lines:
    """Lines for a reader, which remembers those it gave."""

    def __init__(self, text: str) -> None:
        self._file, self._given = io.StringIO(text, newline=""), list[str]()

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        self._given.append(next(self._file))
        return self._given[-1]

    def taken(self) -> str:
        """Return the lines given since the last time."""
        given, self._given = self._given, []
        return "".join(given)


def _json_lines(text: str) -> Pieces:
    lines = text.split("\n")
    for number, line in enumerate(lines, start=1):
        end = "" if number == len(lines) else "\n"
        if line.strip():
            yield RawRecord(number, _fields(line), line + end), end
        else:
            yield RawRecord(-1, {}, line + end), line + end


def _json(text: str) -> Pieces:
    try:
        found = _elements(json.loads(text))
    except (ValueError, RecursionError):
        return
    for number, element in enumerate(found, start=1):
        fields = _lowered(element) if isinstance(element, dict) else {}
        yield RawRecord(number, fields, json.dumps(element, ensure_ascii=False)), "null"


def _json_without(text: str, numbers: Collection[int]) -> str:
    document = json.loads(text)
    kept = [None if number in numbers else one for number, one in enumerate(_elements(document), start=1)]
    if isinstance(document, dict) and isinstance(document.get("notes"), list):
        return json.dumps({**document, "notes": kept}, ensure_ascii=False)
    return json.dumps(kept, ensure_ascii=False)


def _elements(document: Any) -> list[Any]:
    if isinstance(document, dict) and isinstance(document.get("notes"), list):
        return list(document["notes"])
    return document if isinstance(document, list) else [document]


def _fields(line: str) -> Mapping[str, Any] | None:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return _lowered(found) if isinstance(found, dict) else {}


def _lowered(found: Mapping[str, Any]) -> Mapping[str, Any]:
    return {str(name).strip().lower(): value for name, value in found.items()}


_READERS = {".csv": _csv, ".jsonl": _json_lines, ".ndjson": _json_lines, ".json": _json}
