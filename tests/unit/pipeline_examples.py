"""Small builders of the pipeline's types, and Hypothesis strategies over them."""

import re

from hypothesis import strategies as st

from notes_pipeline.core.identify import identify_note
from notes_pipeline.core.stage_notes import describe_shard
from notes_pipeline.models import ClinicalNote, NoteVersion, ParsedNote, Sidecar, SourceRecord, StagedShard


def as_read(text: str) -> str:
    """Return a text without white space around it and byte-order marks before it."""
    return re.sub(r"\A[\s\ufeff]+", "", text).rstrip()


KEY = "incoming/ehr/monday.csv"
NOW = "2026-03-14T09:30:00+00:00"
# Text as clinicians type it and as exports mangle it: any character that is not a control character or half of a pair.
TEXTS = st.text(st.characters(exclude_categories=("Cc", "Cs")), min_size=1, max_size=80).filter(
    lambda text: bool(as_read(text))
)


def note(record: int = 1, text: str = "Chest pain, HR 120.", note_id: str | None = None) -> ClinicalNote:
    return identify_note(ParsedNote(record=record, text=text, note_id=note_id or f"N{record}"), KEY)


def notes(*texts: str) -> list[ClinicalNote]:
    return [note(record, text) for record, text in enumerate(texts, start=1)]


def shard(key: str = "staged/o/00001-aa.jsonl", count: int = 1, **changes: object) -> StagedShard:
    base = describe_shard(key, "o", notes(*["x"] * count), urgent=False, at=NOW)
    return base.model_copy(update=changes)


def sidecar(of: ClinicalNote) -> Sidecar:
    source = SourceRecord(bucket="notes", key=KEY, version_id="v1", record=of.record)
    return Sidecar(source=source, **of.model_dump(exclude={"text", "record"}))


def version(**changes: object) -> NoteVersion:
    base = {"content_sha256": "a", "object_id": "o", "record": 1, "key": KEY, "sequencer": "01", "event_time": NOW}
    return NoteVersion.model_validate(base | changes)
