"""What a backfill would come to: notes and tokens, counted in a sample of each format and scaled by its bytes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from chartbrief.operate.backfill.checkpoint import Checkpoint
from chartbrief.operate.backfill.found_files import FoundFile, Source
from notes_pipeline.core.estimate_cost import Experience, JobSize, estimate_seconds
from notes_pipeline.core.formats.detect import extension
from notes_pipeline.core.formats.parse_file import parse_file
from notes_pipeline.core.formats.reading import ReadingRules
from notes_pipeline.core.identify import INCOMING
from notes_pipeline.core.stage_notes import estimate_tokens
from notes_pipeline.models import ParsedNote, Reject

# Read of each format, at most; the smallest of them first would flatter small files, so they are drawn by name.
SAMPLE_FILES = 20
_SAMPLE_BYTES = 20_000_000
NO_EXTENSION = "without extension"


@dataclass
class Share:
    """Files of one format: all of them, and those that were read."""

    files: int = 0
    bytes: int = 0
    sample: list[FoundFile] = field(default_factory=list)
    read_bytes: int = 0
    notes: int = 0
    rejects: int = 0
    ignored: int = 0
    tokens: int = 0

    def scaled(self, counted: int) -> int:
        """Return what was counted in the sample, for all files."""
        return round(counted * self.bytes / self.read_bytes) if self.read_bytes else 0


@dataclass(frozen=True)
class Estimate:
    """What would be given. Exact where every file was read."""

    notes: int
    rejects: int
    ignored: int
    tokens: int
    files_read: int


def estimate(checkpoint: Checkpoint, source: Source, names: ReadingRules) -> tuple[Estimate, dict[str, Share]]:
    """Return an estimate, and the files by format."""
    shares: dict[str, Share] = defaultdict(Share)
    for file in checkpoint.files():
        share = shares[extension(file.path) or NO_EXTENSION]
        share.files += 1
        share.bytes += file.size
        share.sample.append(file)
        share.sample.sort(key=lambda each: each.origin(source.place))
        del share.sample[SAMPLE_FILES:]
    for share in shares.values():
        _read(share, source, names)
    found = shares.values()
    return (
        Estimate(
            notes=sum(share.scaled(share.notes) for share in found),
            rejects=sum(share.scaled(share.rejects) for share in found),
            ignored=sum(share.scaled(share.ignored) for share in found),
            tokens=sum(share.scaled(share.tokens) for share in found),
            files_read=sum(len(share.sample) for share in found),
        ),
        shares,
    )


def _read(share: Share, source: Source, names: ReadingRules) -> None:
    for file in share.sample:
        if share.read_bytes + file.size > _SAMPLE_BYTES and share.read_bytes:
            continue
        share.read_bytes += file.size
        for record in parse_file(INCOMING + file.path, source.read(file), names, source.head(file).media_type):
            if isinstance(record, ParsedNote):
                share.notes += 1
                share.tokens += estimate_tokens(record.text)
            elif isinstance(record, Reject):
                share.rejects += 1
            else:
                share.ignored += 1


def instance_seconds(found: Estimate, parameters: Mapping[str, str]) -> int:
    """Return about how many instance-seconds transform jobs would take, before any has told what yours take."""
    if not found.notes:
        return 0
    jobs = -(-found.notes // int(parameters["MaxNotesPerJob"]))
    tokens, instances = found.tokens // jobs + 1, int(parameters["InstanceCount"])
    shard = min(tokens, int(parameters["ShardTokens"]))
    size = JobSize(tokens=tokens, largest=shard, shards=-(-tokens // shard))
    return jobs * instances * estimate_seconds(size, instances, Experience())
