"""Reading a data file into records of text: CSV through `datasets`, JSON Lines and JSON line by line, also gzipped."""

from __future__ import annotations

import csv
import gzip
import json
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from note_summarizer.errors import DataError

Record = Mapping[str, Any]
_LINES, _JSON, _CSV = (".jsonl", ".ndjson"), (".json",), (".csv",)
_KINDS = (*_CSV, *_LINES, *_JSON)


def read_table(path: Path, name: str) -> list[Record]:
    """Return the records of a file, in order.

    Args:
        path: the file.
        name: what messages call it.

    Raises:
        DataError: the file is of no known kind, empty, or broken; says where.
    """
    plain = path.name.removesuffix(".gz")
    kind = Path(plain).suffix.lower()
    if kind not in _KINDS:
        raise DataError(f"{name} is of no known kind: use one of {', '.join(_KINDS)}, gzipped (.gz) or not.")
    with _unzipped(path, name) as file:
        records = _read_csv(file, name) if kind in _CSV else _read_json(file, name, lines=kind in _LINES)
    if not records:
        raise DataError(f"{name} holds no records: it needs a header and at least one row.")
    return records


@contextmanager
def _unzipped(path: Path, name: str) -> Iterator[Path]:
    if path.suffix != ".gz":
        yield path
        return
    with tempfile.TemporaryDirectory(prefix="chartbrief-") as folder:
        plain = Path(folder) / path.name.removesuffix(".gz")
        try:
            with gzip.open(path) as packed, plain.open("wb") as file:
                shutil.copyfileobj(packed, file)
        except (EOFError, gzip.BadGzipFile) as error:
            raise DataError(f"{name} is not a whole gzip file: pack it again.") from error
        yield plain


def _read_csv(path: Path, name: str) -> list[Record]:
    import datasets
    from datasets.exceptions import DatasetGenerationError

    # Everything stays text: "NA" may be a note's whole summary, and "007" somebody's id.
    features = datasets.Features({column: datasets.Value("string") for column in _header(path, name)})
    datasets.disable_progress_bars()
    datasets.logging.set_verbosity(datasets.logging.CRITICAL)  # failures are told by us, once
    # The library caches what it reads; notes must not stay in a cache.
    with tempfile.TemporaryDirectory(prefix="chartbrief-") as cache:
        try:
            found = datasets.load_dataset(
                "csv",
                data_files=str(path),
                cache_dir=cache,
                features=features,
                keep_default_na=False,
                encoding="utf-8-sig",
            )
        except (DatasetGenerationError, UnicodeDecodeError) as error:
            raise DataError(f"{name} cannot be read as CSV: {_why(error)}.") from None
        return [row for part in found.values() for row in part]


def _header(path: Path, name: str) -> list[str]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.reader(file)
            header, first = next(rows, []), next(rows, None)
    except (UnicodeDecodeError, csv.Error) as error:
        raise DataError(f"{name} cannot be read as CSV: {_why(error)}.") from None
    if not header or len(set(header)) < len(header):
        raise DataError(f"{name} needs a header: a first row that names every column, each once.")
    if first is None:
        raise DataError(f"{name} holds a header and no records.")
    return header


def _why(error: BaseException) -> str:
    """Say what the innermost error is; only the parser's own messages are known to quote no text."""
    cause: BaseException = error
    while cause.__cause__ is not None:
        cause = cause.__cause__
    if isinstance(cause, UnicodeDecodeError):
        return f"byte {cause.start} is not UTF-8; save it as UTF-8"
    said = " ".join(str(cause).split())
    if type(cause).__name__ == "ParserError":
        return f"{said}; quote fields that hold commas or line breaks"
    return type(cause).__name__


def _read_json(path: Path, name: str, *, lines: bool) -> list[Record]:
    try:
        text = path.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DataError(f"{name} cannot be read: byte {error.start} is not UTF-8; save it as UTF-8.") from None
    if lines:
        numbered = [(f"{name}, line {n}", line) for n, line in enumerate(text.split("\n"), start=1) if line.strip()]
        return [
            _object(_decoded(line, f"{name}, line {number}"), f"{name}, line {number}") for number, line in numbered
        ]
    found = _decoded(text, name)
    many = found if isinstance(found, list) else [found]
    return [_object(record, f"{name}, record {number}") for number, record in enumerate(many, start=1)]


def _decoded(text: str, where: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        # "from None": the decoder's own message could quote the note.
        raise DataError(f"{where} is not valid JSON: write one whole object a line, or one array.") from None


def _object(record: object, where: str) -> Record:
    if not isinstance(record, dict):
        raise DataError(f"{where} is not an object with named fields.")
    return record
