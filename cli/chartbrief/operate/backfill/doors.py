"""How a file gets in: announced where it lies, copied, or uploaded. Each recognises what has been in before.

Whatever the way, a file is as old as it was when it was written: an announcement carries that time, and a copy has it
in its metadata, where staging finds it. So no old text replaces a newer one.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol

from chartbrief.operate.backfill.file_forms import form_by_head
from chartbrief.operate.backfill.found_files import FoundFile, Source
from notes_pipeline.aws import clients
from notes_pipeline.aws.error_map import translated
from notes_pipeline.aws.note_ledger import NoteLedger
from notes_pipeline.core.drop_metadata import WRITTEN_AT, event_time
from notes_pipeline.core.formats.detect import Form
from notes_pipeline.core.identify import INCOMING, URGENT, object_id
from notes_pipeline.errors import MissingError
from notes_pipeline.models import SourceObject

_COPIED_FROM = "copied-from"
# Each is one note, whose id is its path.
_ONE_NOTE = (Form.TEXT, Form.HTML, Form.RTF)


class Outcome(StrEnum):
    """What came of a file."""

    SENT = "sent"
    KNOWN = "known"
    OLDER = "older"


class Door(Protocol):
    """A way in."""

    def give(self, file: FoundFile) -> Outcome:
        """Give a file; doing it again sends nothing."""

    def target(self, file: FoundFile) -> str:
        """Return the key it will have."""


@dataclass(frozen=True)
class AnnounceDoor:
    """For files that lie in the notes bucket already: tells the pipeline what S3 would have told it."""

    bucket: str
    queue_url: str
    ledger: NoteLedger

    def target(self, file: FoundFile) -> str:
        """Return its key."""
        return file.key

    def give(self, file: FoundFile) -> Outcome:
        """Announce a version that has not been staged."""
        source = SourceObject(bucket=self.bucket, key=file.key, version_id=file.version_id, event_time=file.modified)
        if self.ledger.is_staged(object_id(source)):
            return Outcome.KNOWN
        announce(self.queue_url, source, file.size)
        return Outcome.SENT


def announce(queue_url: str, source: SourceObject, size: int) -> None:
    """Send what EventBridge sends when a file is dropped (events/notes_uploaded.json), without S3's sequencer."""
    item = {"key": source.key, "size": size, "version-id": source.version_id}
    message = {
        "version": "0",
        "detail-type": "Object Created",
        "source": "chartbrief",
        "time": source.event_time,
        "detail": {"bucket": {"name": source.bucket}, "object": item, "reason": "Backfill"},
    }
    with translated("SQS SendMessage"):
        clients.sqs().send_message(QueueUrl=queue_url, MessageBody=json.dumps(message))


@dataclass(frozen=True)
class CopyDoor:
    """For files elsewhere in S3: copied by S3 itself, so that none of their bytes comes here."""

    source: Source
    bucket: str
    system: str

    def target(self, file: FoundFile) -> str:
        """Return the key of its copy."""
        return target_key(file.path, self.system)

    def give(self, file: FoundFile) -> Outcome:
        """Copy a file that is not there yet."""
        return _put_in(self.bucket, self.target(file), file, (self.source, self.source.place), self._copy)

    def _copy(self, key: str, file: FoundFile, metadata: dict[str, str]) -> None:
        version = {"VersionId": file.version_id} if file.version_id else {}
        origin: Any = {"Bucket": self.source.place, "Key": file.key, **version}
        with translated("S3 HeadObject"):
            content_type = clients.s3().head_object(**origin)["ContentType"]
        # Tags would take one more right at the source, and mean nothing here; a content type may name the charset.
        request: Any = {"MetadataDirective": "REPLACE", "Metadata": metadata, "TaggingDirective": "REPLACE"}
        request["ContentType"] = content_type
        with translated("S3 CopyObject"):
            clients.s3().copy_object(Bucket=self.bucket, Key=key, CopySource=origin, **request)


@dataclass(frozen=True)
class UploadDoor:
    """For files of a folder, whose name is `place` in what their copies say they are copies of."""

    source: Source
    place: str
    bucket: str
    system: str

    def target(self, file: FoundFile) -> str:
        """Return the key of its copy."""
        return target_key(file.path, self.system)

    def give(self, file: FoundFile) -> Outcome:
        """Upload a file that is not there yet."""
        return _put_in(self.bucket, self.target(file), file, (self.source, self.place), self._upload)

    def _upload(self, key: str, file: FoundFile, metadata: dict[str, str]) -> None:
        with translated("S3 PutObject"), Path(file.key).open("rb") as body:
            clients.s3().put_object(Bucket=self.bucket, Key=key, Body=body, Metadata=metadata)


class _Put(Protocol):
    def __call__(self, key: str, file: FoundFile, metadata: dict[str, str], /) -> None: ...


def target_key(path: str, system: str) -> str:
    """Return the key under `incoming/` of a file that comes from elsewhere; nothing old is urgent."""
    return f"{INCOMING}{system}/{path}" if system else INCOMING + path.removeprefix(URGENT)


def _put_in(bucket: str, key: str, file: FoundFile, source: tuple[Source, str], put: _Put) -> Outcome:
    origin = file.origin(source[1])
    there = _there(bucket, key)
    if there and there[1] != origin and there[0] >= file.modified:
        # A newer file has this name, and stays the current one. What a file of one text said before it is superseded
        # anyway; other files may hold notes that the newer one does not.
        if form_by_head(file.path, source[0].head(file)) in _ONE_NOTE:
            return Outcome.OLDER
        folder, _, name = key.rpartition("/")
        key = f"{folder}/backfill-{origin[:8]}-{name}"
        there = _there(bucket, key)
    if there and there[1] == origin:
        return Outcome.KNOWN
    put(key, file, {WRITTEN_AT: file.modified, _COPIED_FROM: origin})
    return Outcome.SENT


def _there(bucket: str, key: str) -> tuple[str, str] | None:
    """Return when the object under a key was written, and what it is a copy of; None if there is none."""
    try:
        with translated("S3 HeadObject"):
            head = clients.s3().head_object(Bucket=bucket, Key=key)
    except MissingError:
        return None
    metadata = head["Metadata"]
    return metadata.get(WRITTEN_AT) or event_time(head["LastModified"]), metadata.get(_COPIED_FROM, "")
