"""Identities: deterministic names, so that anything done again does nothing new."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable

from notes_pipeline.models import ClinicalNote, NoteVersion, ParsedNote, SourceObject, StagedShard

INCOMING, URGENT = "incoming/", "urgent/"
DEFAULT_SYSTEM = "default"
# Transform job names have at most 63 characters: https://docs.aws.amazon.com/sagemaker/latest/APIReference/
_ID_DIGITS, _BATCH_DIGITS = 32, 40
_SEPARATOR = "\x1f"
BATCH_ID = re.compile(rf"cb-[0-9a-f]{{{_BATCH_DIGITS}}}")


def digest(*parts: str) -> str:
    """Return the hex SHA-256 of parts joined by a character that no key or id holds."""
    return hashlib.sha256(_SEPARATOR.join(parts).encode()).hexdigest()


def object_id(source: SourceObject) -> str:
    """Return the id of one version of a dropped file."""
    return digest(source.bucket, source.key, source.version_id)[:_ID_DIGITS]


def is_urgent(key: str) -> bool:
    """Say whether a key lies under the urgent folder."""
    return key.startswith(INCOMING + URGENT)


def source_path(key: str) -> tuple[str, str]:
    """Return (source system, path below it) of a key `incoming/[urgent/]<source system>/<path>`."""
    path = key.removeprefix(INCOMING).removeprefix(URGENT)
    system, slash, rest = path.partition("/")
    return (system, rest) if slash else (DEFAULT_SYSTEM, path)


def file_name(key: str) -> str:
    """Return how reasons name a file: its key below `incoming/`."""
    return key.removeprefix(INCOMING)


def identify_note(note: ParsedNote, key: str) -> ClinicalNote:
    """Give a parsed note its identities.

    A note without an id of its own is identified by everything it says: a repeat of it is recognised, an amendment of
    it cannot be.
    """
    system, _ = source_path(key)
    note_id = note.note_id or digest(
        note.patient_id or "", note.encounter_id or "", note.note_type or "", note.authored_at or "", note.text
    )
    return ClinicalNote(
        note_uid=digest(system, note_id)[:_ID_DIGITS],
        content_sha256=hashlib.sha256(note.text.encode()).hexdigest(),
        note_id=note_id,
        **note.model_dump(exclude={"note_id"}),
    )


def patient_uid(system: str, patient_id: str) -> str:
    """Return the hash that stands for a patient of one source system; no note's uid is equal to it by design."""
    return digest("patient", system, patient_id)[:_ID_DIGITS]


def batch_id(shards: Iterable[StagedShard]) -> str:
    """Return the id of a batch: the same shards at the same attempts always make the same batch."""
    return "cb-" + digest(*sorted(f"{shard.key}@{shard.attempt}" for shard in shards))[:_BATCH_DIGITS]


def is_newer(candidate: NoteVersion, held: NoteVersion) -> bool:
    """Say whether a version of a note replaces the one held, whatever order they arrived in.

    Sequencers order writes of one key only, so versions from different keys are ordered by the time of their drop; so
    are those of which one has none, for it was not announced by S3 (`core.drop_metadata`).
    """
    in_order = candidate.object_id == held.object_id or bool(candidate.sequencer and held.sequencer)
    if candidate.key == held.key and in_order:
        width = max(len(candidate.sequencer), len(held.sequencer))
        mine, theirs = (v.sequencer.ljust(width, "0") for v in (candidate, held))
        return (mine, candidate.record) > (theirs, held.record)
    return (candidate.event_time, candidate.object_id) > (held.event_time, held.object_id)
