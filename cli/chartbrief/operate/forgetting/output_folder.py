"""The output folder beside a local cloud: a copy of the summaries bucket, and tables, texts and a page made of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from chartbrief.output_folder import replace_file
from chartbrief.records import Records
from chartbrief.report.note_texts import keep_texts
from chartbrief.report.write_report import report_file, write_report
from chartbrief.summary_tables import write_tables
from notes_pipeline.aws.objects import Bucket
from notes_pipeline.errors import MissingError

# What a run copies of the bucket.
_COPIED = ("by_note", "quarantine", "codes", "fhir", "table", "groups")


def has_output(out: Path) -> bool:
    """Say whether a run wrote to a folder."""
    return any((out / name).is_dir() for name in _COPIED)


def renew_output(out: Path, summaries: Bucket, s3: Any) -> int:
    """Bring what was copied in line with the bucket, and make the rest anew; return how many files changed.

    Args:
        s3: client of the local cloud.
    """
    files = [path for name in _COPIED for path in sorted((out / name).rglob("*"))]
    changed = sum(_renew(out, path, summaries) for path in files if path.is_file())
    for path in reversed(files):
        if path.is_dir() and not any(path.iterdir()):
            path.rmdir()  # its name may be a note's
    records = Records(out)
    write_tables(records.summaries.values(), out)
    keep_texts(s3, summaries.name, (), records.summaries, out)
    if report_file(out).exists():
        write_report(out)
    return changed


def _renew(out: Path, path: Path, summaries: Bucket) -> bool:
    before = path.read_bytes()
    try:
        now = summaries.read(path.relative_to(out).as_posix())
    except MissingError:
        path.unlink()
        return True
    if now != before:
        replace_file(path, now)
    return now != before
