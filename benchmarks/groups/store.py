"""A bucket in memory: what regrouping reads and writes, without a network."""

from __future__ import annotations

from collections import Counter

from notes_pipeline.aws.objects import Bucket
from notes_pipeline.core.patient_groups.contributions import Contribution
from notes_pipeline.core.patient_groups.note_index import IndexedNote, change_index, partition
from notes_pipeline.core.patient_groups.profiles import Profile, ProfileChanges, change_profiles
from notes_pipeline.errors import MissingError

OLD = "2031-01-01T00:00:00.000000+00:00/0"


class MemoryBucket(Bucket):
    """Objects by key, and how many bytes were moved."""

    def __init__(self) -> None:
        super().__init__("memory")
        object.__setattr__(self, "objects", {})
        object.__setattr__(self, "moved", Counter())

    objects: dict[str, bytes]
    moved: Counter[str]

    def read(self, key: str, version_id: str = "") -> bytes:  # noqa: ARG002 - the bucket's signature
        """Return an object."""
        if key not in self.objects:
            raise MissingError(f"no {key}")
        self.moved.update(reads=1, read_bytes=len(self.objects[key]))
        return self.objects[key]

    def write(self, key: str, body: bytes, content_type: str = "") -> None:  # noqa: ARG002 - the same
        """Keep an object."""
        self.moved.update(writes=1, written_bytes=len(body))
        self.objects[key] = body


def fill(bucket: MemoryBucket, profiles: list[Profile]) -> None:
    """Put profiles and the notes' index as earlier batches would have left them."""
    parts: dict[str, dict[str, ProfileChanges]] = {}
    index: dict[str, dict[str, IndexedNote]] = {}
    for profile in profiles:
        uid = profile.patient.uid
        put = [Contribution(note, OLD, profile.patient, weights) for note, weights in profile.notes.items()]
        parts.setdefault(partition(uid), {})[uid] = ProfileChanges(put=put)
        for note in profile.notes:
            index.setdefault(partition(note), {})[note] = IndexedNote(OLD, uid)
    for part, changes in parts.items():
        bucket.objects[f"groups/profiles/{part}.jsonl"] = change_profiles("", changes)[0].encode()
    for part, notes in index.items():
        bucket.objects[f"groups/notes/{part}.txt"] = change_index("", notes).encode()
