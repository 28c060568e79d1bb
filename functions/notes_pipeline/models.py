"""One frozen type per stage of the flow; the records that are published are in `records`."""

from __future__ import annotations

from enum import StrEnum

from pydantic import BaseModel, ConfigDict


class Frozen(BaseModel):
    """Base of all types here: immutable, no surprise fields, and no value of a field in the text of an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Status(StrEnum):
    """Where a received record stands. The books: received = the sum over these five."""

    PENDING = "pending"
    SUMMARIZED = "summarized"
    QUARANTINED = "quarantined"
    DUPLICATE = "duplicate"
    SUPERSEDED = "superseded"


class SourceObject(Frozen):
    """One version of a dropped file.

    Attributes:
        sequencer: S3's order of writes of the same key (hex; compared right-padded), "" if the event had none.
        event_time: ISO 8601 time of the drop.
    """

    bucket: str
    key: str
    version_id: str = ""
    sequencer: str = ""
    event_time: str = ""


class ParsedNote(Frozen):
    """A note as its file gives it. `record` counts from 1 (a line number where the format has lines)."""

    record: int
    text: str
    note_id: str | None = None
    patient_id: str | None = None
    encounter_id: str | None = None
    note_type: str | None = None
    authored_at: str | None = None


class Reject(Frozen):
    """A record (0 = the whole file) that cannot be used, and why. Never note text."""

    record: int
    code: str
    reason: str


class ObjectPart(Frozen):
    """A stretch of a divided drop: lines that are staged by a call of their own.

    Attributes:
        start, end: its place in the file's `size` bytes, unpacked; `first` is the number of its first line.
        unpacked: key in the work bucket of a part of a gzipped file.
    """

    start: int
    end: int
    first: int
    size: int
    unpacked: str = ""


class ClinicalNote(Frozen):
    """A note with its identities."""

    note_uid: str
    content_sha256: str
    note_id: str
    record: int
    text: str
    patient_id: str | None = None
    encounter_id: str | None = None
    note_type: str | None = None
    authored_at: str | None = None


class NoteVersion(Frozen):
    """The version of a note that the ledger holds: what it says (hash) and which drop it came from."""

    content_sha256: str
    object_id: str
    record: int
    key: str
    sequencer: str
    event_time: str


class StagedShard(Frozen):
    """A file of notes waiting for, or given to, the model.

    Attributes:
        attempt: how often it was given to the model, this time included.
        excused: how many of those failed for what is not the notes' own.
        failing_since: ISO time of the first of such failures in a row, "" if there is none.
        company: with so many shards a job it may be at most, to find the one that breaks jobs; 0 for any number.
    """

    key: str
    object_id: str
    notes: int
    tokens: int
    bytes: int
    urgent: bool
    ready_at: str
    attempt: int = 1
    excused: int = 0
    failing_since: str = ""
    company: int = 0


class BatchMode(StrEnum):
    """How a batch reaches the model."""

    TRANSFORM = "transform"
    ENDPOINT = "endpoint"
    ASYNC_ENDPOINT = "async-endpoint"
    BEDROCK = "bedrock"
    BEDROCK_BATCH = "bedrock-batch"


class Engine(Frozen):
    """Who summarizes a batch, and how it is asked; a batch keeps what it was planned with.

    Attributes:
        option: `pegasus`, `bedrock-batch` ...: see `core.options`.
        dialect: what the model's container speaks; `chartbrief` is our own server's, which reads notes as they are.
        model_id: of a model that does not say itself which it is.
        prompt: version of the prompt; none for models that read the note alone.
        context_tokens: what the model reads at once, prompt and answer included; 0 for a server that sees to it.
        max_output_tokens: most tokens of an answer.
    """

    option: str = "pegasus"
    dialect: str = "chartbrief"
    model_id: str = ""
    prompt: str = ""
    context_tokens: int = 0
    max_output_tokens: int = 0

    @property
    def is_ours(self) -> bool:
        """Say whether our own server answers: it takes staged shards as they are, and never fails for one note."""
        return self.dialect == "chartbrief"


class BatchPlan(Frozen):
    """A batch: notes that go to the model together; its shards, 50,000 perhaps, are kept apart from it.

    Attributes:
        batch_id: also the job's name.
        shard_count, notes: how many it was planned with.
    """

    batch_id: str
    mode: BatchMode
    engine: Engine = Engine()
    shard_count: int = 0
    notes: int = 0


class PlannedBatch(Frozen):
    """A batch with its shards, as it was planned."""

    plan: BatchPlan
    shards: tuple[StagedShard, ...]


class SourceRecord(Frozen):
    """Where a record came from."""

    bucket: str
    key: str
    version_id: str
    record: int


class Sidecar(Frozen):
    """What a summary record needs to know of its note and the model must not see; travels beside the shard."""

    note_uid: str
    content_sha256: str
    note_id: str
    patient_id: str | None = None
    encounter_id: str | None = None
    note_type: str | None = None
    authored_at: str | None = None
    source: SourceRecord
