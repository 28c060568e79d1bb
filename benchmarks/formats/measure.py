"""Notes a second of CPU for each format, ours and what one would use instead by turns."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from typing import Any

from benchmarks.formats.others import OTHERS

from note_summarizer.synthetic.rendering.chart_note import ChartNote, RenderedFile
from note_summarizer.synthetic.rendering.formats import FORMATS
from note_summarizer.synthetic.rendering.plain_text import TEXT_HEADERS
from notes_pipeline.core.formats.parse_file import parse_file
from notes_pipeline.core.formats.reading import ReadingRules
from notes_pipeline.core.formats.text_headers import read_text_headers
from notes_pipeline.models import ParsedNote

_RULES = {"text-headed": ReadingRules(text_headers=read_text_headers(TEXT_HEADERS))}
LINES = frozenset({"text", "text-headed", "jsonl"})
TARGET_LINES, TARGET_STRUCTURED = 2000, 200


def measure_format(name: str, notes: Sequence[ChartNote], rounds: int) -> dict[str, Any]:
    """Return what reading some notes as files of a format costs.

    Raises:
        ValueError: not all of the notes were read.
    """
    # Of a bulk export the file of documents; those beside it hold no note.
    files = [file for file in FORMATS[name](notes) if not file.name.startswith(("Patient.", "Encounter."))]
    rules = _RULES.get(name, ReadingRules())
    if sum(_read(file, rules) for file in files) != len(notes):
        raise ValueError(f"{name}: not all notes were read.")
    other = OTHERS.get(name)
    ours, theirs = [], []
    for _ in range(rounds):
        ours.append(len(notes) / _cpu_seconds(lambda: [_read(file, rules) for file in files]))
        if other:
            theirs.append(len(notes) / _cpu_seconds(lambda: [other[1](file.body) for file in files]))
    found: dict[str, Any] = {
        "format": name,
        "bytes_a_note": round(sum(len(file.body) for file in files) / len(notes)),
        "notes_per_cpu_second": round(statistics.median(ours)),
        "target": TARGET_LINES if name in LINES else TARGET_STRUCTURED,
    }
    if other:
        ratio = statistics.median(mine / its for mine, its in zip(ours, theirs, strict=True))
        found |= {"other": other[0], "other_per_cpu_second": round(statistics.median(theirs)), "ratio": round(ratio, 2)}
    return found


def _read(file: RenderedFile, rules: ReadingRules) -> int:
    """Return how many notes the whole way of the pipeline gets out of a file: telling its format, reading, checking."""
    records = parse_file(f"incoming/ward/{file.name}", file.body, rules)
    return sum(isinstance(record, ParsedNote) for record in records)


def _cpu_seconds(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start
