"""Candidate codes of some notes, asked of an engine once: what it said is kept, for one of the engines sends a bill."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from notes_pipeline.aws.inference import JSON_LINES
from notes_pipeline.aws.objects import Bucket
from notes_pipeline.errors import InferenceError, MissingError
from notes_pipeline.records import NoteCodes, SummaryRecord
from notes_pipeline.steps.coders import Coder

Version = tuple[str, str]


@dataclass(frozen=True)
class Coding:
    """An engine, its name, where its answers are published, and where they are kept for a repeat."""

    engine: str
    coder: Coder
    work: Bucket
    summaries: Bucket


@dataclass(frozen=True)
class CodedNotes:
    """Codes by version, and how many notes the engine could not read: they have no candidates."""

    codes: Mapping[Version, NoteCodes]
    unread: int = 0


def version(of: SummaryRecord | NoteCodes) -> Version:
    """Return which version of which note a record is of."""
    return of.note_uid, of.content_sha256


def code_notes(
    coding: Coding,
    key: str,
    records: Sequence[SummaryRecord],
    read_texts: Callable[[], Mapping[Version, str]],
    pool: ThreadPoolExecutor,
) -> CodedNotes:
    """Return the codes of the notes; each note's are written as they come, all of them under `key` once complete.

    Raises:
        DependencyError: a service failed.
    """
    kept = _kept_codes(coding.work, key)
    if kept.keys() == {version(record) for record in records}:
        return CodedNotes(kept)
    texts = read_texts()
    coded = list(pool.map(lambda record: _code(coding, record, texts[version(record)]), records))
    coding.work.write(key, "".join(codes.model_dump_json() + "\n" for codes, _ in coded).encode(), JSON_LINES)
    return CodedNotes({version(codes): codes for codes, _ in coded}, sum(not was_read for _, was_read in coded))


def _kept_codes(work: Bucket, key: str) -> dict[Version, NoteCodes]:
    try:
        lines = work.read(key).splitlines()
    except MissingError:
        return {}
    return {version(codes): codes for codes in map(NoteCodes.model_validate_json, lines)}


def _code(coding: Coding, record: SummaryRecord, text: str) -> tuple[NoteCodes, bool]:
    """Write a note's codes; return them, and whether the engine could read the note."""
    try:
        found, was_read = coding.coder(record, text), True
    except InferenceError:  # one note without candidates, and not a batch without any
        names = {"note_uid": record.note_uid, "content_sha256": record.content_sha256}
        found, was_read = NoteCodes.model_validate({**names, "engine": coding.engine}), False
    key = f"codes/by_note/{record.note_uid}/{record.content_sha256}.json"
    coding.summaries.write(key, found.model_dump_json(indent=2).encode())
    return found, was_read
