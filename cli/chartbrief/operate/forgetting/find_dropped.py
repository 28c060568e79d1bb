"""Finding a subject's records in dropped files, and whether they can be taken out of them."""

from __future__ import annotations

from dataclasses import dataclass

from chartbrief.operate.forgetting.dropped import Dropped, Part, keeps_the_others, parts_of
from chartbrief.operate.forgetting.is_in import is_in
from chartbrief.operate.forgetting.subject import Subject
from chartbrief.operate.forgetting.versions import Held, Stored
from notes_pipeline.aws.objects import Bucket
from notes_pipeline.core.drop_metadata import STANDS_FOR
from notes_pipeline.core.formats.detect import Form
from notes_pipeline.core.formats.parse_file import WHOLE_FILE
from notes_pipeline.core.formats.reading import ReadingRules
from notes_pipeline.core.identify import object_id
from notes_pipeline.models import SourceObject
from notes_pipeline.steps.read_siblings import FolderSiblings

# A file of these is one document, so that one that cannot be read is nobody else's.
_ONE_DOCUMENT = frozenset({Form.TEXT, Form.HTML, Form.RTF, Form.CDA, Form.PDF})


@dataclass(frozen=True)
class DroppedVersion:
    """A version of a dropped file that holds records of the subject.

    Attributes:
        numbers: of these records.
        others: how many pieces it has that are another's, or may be.
        has_notes: whether a note is among the records; the others may be needed to tell whose it is.
        problem: why they cannot be taken out of it, "" if they can.
    """

    version: Stored
    object_id: str
    numbers: frozenset[int]
    others: int
    has_notes: bool = True
    problem: str = ""


def dropped_of(bucket: str, key: str, held: Held, rules: ReadingRules) -> Dropped:
    """Return a version of a dropped file as it was read."""
    siblings = FolderSiblings(Bucket(bucket), SourceObject(bucket=bucket, key=key))
    return Dropped(key, held.body, rules, held.media_type, siblings)


def find_in(subject: Subject, version: Stored, held: Held, rules: ReadingRules) -> DroppedVersion | None:
    """Return what a version holds of the subject, who learns what is found; None if nothing."""
    key, dropped = version.key, dropped_of(version.bucket, version.key, held, rules)
    parts = parts_of(dropped)
    is_mine = [bool(part.whose(subject, key, is_in)) or part.is_divided(subject, key) for part in parts]
    mine = [part for part, is_theirs in zip(parts, is_mine, strict=True) if is_theirs]
    if not mine:
        return None
    for part in mine:
        _learn(subject, key, part)
    numbers = frozenset(number for part in mine for number in part.piece.numbers)
    others = sum(_is_anothers(part, held) for part, is_theirs in zip(parts, is_mine, strict=True) if not is_theirs)
    names = {version.version_id, held.metadata.get(STANDS_FOR, version.version_id)}
    ids = [object_id(SourceObject(bucket=version.bucket, key=key, version_id=name)) for name in sorted(names)]
    subject.records |= {(each, number) for each in ids for number in numbers}
    if not others:
        subject.records |= {(each, WHOLE_FILE) for each in ids}
    identity = object_id(SourceObject(bucket=version.bucket, key=key, version_id=version.version_id))
    problem = _problem(subject, dropped, mine, numbers, others)
    return DroppedVersion(version, identity, numbers, others, any(part.notes for part in mine), problem)


def _learn(subject: Subject, key: str, part: Part) -> None:
    for note in part.notes:
        subject.add(key, vars(note), (note.note_uid, note.content_sha256), note.text)
    if not part.notes:
        subject.add(key, {}, None)
        subject.identifiers |= part.piece.said.notes | part.piece.said.others


def _is_anothers(part: Part, held: Held) -> bool:
    piece = part.piece
    was_emptied = STANDS_FOR in held.metadata and piece.raw == piece.blank
    return bool(piece.numbers) and not was_emptied and bool(part.notes or not piece.said.is_nobodys)


def _problem(subject: Subject, dropped: Dropped, mine: list[Part], numbers: frozenset[int], others: int) -> str:
    if any(part.is_divided(subject, dropped.key) for part in mine):
        return "it holds notes of others that cannot be told from these"
    if numbers == {WHOLE_FILE} and dropped.form not in _ONE_DOCUMENT:
        return "it cannot be read, and has this id in it"
    if others and not keeps_the_others(dropped, numbers):
        return "these records cannot be taken out of it without the others"
    return ""
