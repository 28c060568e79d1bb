"""Trying a package before it counts: unpacked elsewhere, loaded through both routes, asked for summaries.

Whatever weights the package holds are tried: the converted model, and the checkpoint as where CTranslate2 is missing.
"""

from __future__ import annotations

import json
import tarfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from note_summarizer.artifact import CONVERTED, DESCRIPTION, ArtifactError, ModelArtifact, load_artifact
from note_summarizer.packaging.routes import NAMES, SampleRequest, answers_through
from note_summarizer.packaging.sample_notes import sample_notes

LINES, JSON = "application/jsonlines", "application/json"
_BROKEN = '{"inputs": "cut off here'
Tell = Callable[[str], None]


@dataclass(frozen=True)
class Check:
    """What a package answered with one of its weights.

    Attributes:
        weights: which, by their name in the package.
        summaries: how many summaries each of the two routes gave, all of them the same through both.
        equal: how many of them are those of the checkpoint that was packaged.
        seconds: what both routes took, loading included.
    """

    weights: str
    summaries: int
    equal: int
    seconds: float


def verify_archive(archive: Path, source: ModelArtifact, scratch: Path, *, exact: bool, tell: Tell) -> list[Check]:
    """Unpack a package and try it; return one check for each of the weights in it.

    Args:
        source: the checkpoint that was packaged.
        exact: a converted model has to answer as the checkpoint does, near-ties excepted; int8 need not.

    Raises:
        ArtifactError: it cannot be loaded, a note has no summary, or the answers differ where they may not.
    """
    notes = sample_notes(source.max_input_tokens)
    tell(f"Asking {source.folder} for summaries of {len(notes)} invented notes")
    expected = _summaries(answers_through("server", _described(source, scratch), _requests(notes), scratch), source)
    folder = scratch / "unpacked"
    with tarfile.open(archive) as packed:
        packed.extractall(folder, filter="data")
    preferred = load_artifact(folder)
    checks = [_check(folder, preferred, notes, expected, scratch, tell)]
    if preferred.fallback_weights:
        checks.append(_check(folder, preferred.without_converted(), notes, expected, scratch, tell))
    for check in checks:
        _require_equal(check, check.summaries if check.weights == source.weights else exact * -(-check.summaries // 2))
    return checks


def _described(source: ModelArtifact, scratch: Path) -> Path:
    """Return a folder with links to the checkpoint's files and the description that it is packaged with."""
    folder = scratch / "source"
    folder.mkdir()
    for path in source.folder.iterdir():
        if path.is_file() and path.name != DESCRIPTION:
            (folder / path.name).symlink_to(path.resolve())
    replace(source, folder=folder).write()
    return folder


def _check(
    folder: Path, artifact: ModelArtifact, notes: Sequence[str], expected: Sequence[str], scratch: Path, tell: Tell
) -> Check:
    start = time.monotonic()
    tell(f"Asking the package for the same with {artifact.weights}, through {' and '.join(NAMES.values())}")
    converted = artifact.weights.endswith(CONVERTED)
    handler, server = (
        answers_through(route, folder, _requests(notes), scratch, ctranslate2=converted) for route in NAMES
    )
    if handler != server:
        raise ArtifactError(
            f"With {artifact.weights} {NAMES['handler']} answers otherwise than {NAMES['server']} does."
        )
    found = _summaries(handler, artifact)
    equal = sum(one == other for one, other in zip(found, expected, strict=True))
    return Check(artifact.weights, len(found), equal, round(time.monotonic() - start, 1))


def _requests(notes: Sequence[str]) -> list[SampleRequest]:
    """Return the notes as JSON Lines with a broken record among them, and the first one as JSON."""
    first, *others = (json.dumps({"inputs": note}) for note in notes)
    return [SampleRequest("\n".join([first, _BROKEN, *others]), LINES), SampleRequest(first, JSON)]


def _summaries(replies: Sequence[str], artifact: ModelArtifact) -> list[str]:
    """Return the summaries of the replies to `_requests`."""
    lines, alone = replies
    first, broken, *others = (json.loads(line) for line in lines.splitlines())
    if "error" not in broken or json.loads(alone) != first:
        raise ArtifactError(f"With {artifact.weights} a broken record is not told, or JSON is answered otherwise.")
    missing = sum(not answer.get("summary_text") for answer in (first, *others))
    if missing:
        raise ArtifactError(
            f"{artifact.weights} has no summary for {missing} of {len(others) + 1} invented notes: train it further"
            " before you package it."
        )
    if {answer["model"]["sha256"] for answer in (first, *others)} != {artifact.sha256}:
        raise ArtifactError(f"The package answered with other weights than {artifact.weights}.")
    return [str(answer["summary_text"]) for answer in (first, *others)]


def _require_equal(check: Check, least: int) -> None:
    if check.equal < least:
        raise ArtifactError(
            f"{check.weights} in the package gives {check.summaries - check.equal} of {check.summaries} summaries"
            " otherwise than the checkpoint: it was not packaged."
        )
