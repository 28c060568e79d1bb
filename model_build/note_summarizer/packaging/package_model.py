"""Packaging, step by step: refuse early, convert if asked, write, try, and only then give it its name."""

from __future__ import annotations

import contextlib
import importlib.util
import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from note_summarizer.artifact import CAUSAL, CHECKPOINT, DESCRIPTION, ModelArtifact
from note_summarizer.errors import CheckpointError, OptionsError, OutputError
from note_summarizer.note_tokens import NoteTokenizer
from note_summarizer.packaging.members import members_of, with_converted
from note_summarizer.packaging.receipts import Receipt, receipt_of
from note_summarizer.packaging.upload_archive import SUFFIX, BytesSent, Destination
from note_summarizer.packaging.verify_archive import Check, Tell, verify_archive
from note_summarizer.packaging.write_archive import write_archive
from note_summarizer.resolve_model import resolve_model
from note_summarizer.shortlist import learn_shortlist

FLOAT32, INT8 = "float32", "int8_float32"
# SageMaker takes these names for models and in S3 keys without escaping.
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{0,62}")


@dataclass(frozen=True)
class PackageOptions:
    """What is packaged, and where it goes.

    Attributes:
        source: a checkpoint or run folder, a packaged model, or a name on the hub.
        name, version: of the model, in every answer; by default the source's.
        quantization: of the converted model beside the checkpoint; none is added by default.
        shortlist: file of pairs from which the converted model's shortlist of pieces is learnt; none has none.
        install: the Hugging Face container may install what the handler can use when it starts.
        to: `s3://` address to upload to.
    """

    source: str
    out: Path
    name: str | None = None
    version: str | None = None
    quantization: str | None = None
    shortlist: str | None = None
    install: bool = True
    force: bool = False
    to: str | None = None


@dataclass(frozen=True)
class Package:
    """What was made."""

    archive: Path
    receipt: Receipt
    checks: tuple[Check, ...]
    files: tuple[str, ...]


def package_model(options: PackageOptions, now: datetime, tell: Tell, sent: BytesSent) -> Package:
    """Package a model, try it, and upload it if that is asked for.

    Args:
        now: when, for the receipt.
        tell: told what is being done.
        sent: told how many more bytes were uploaded; from several threads.

    Raises:
        OptionsError, CheckpointError, ArtifactError, OutputError: see each; nothing is left under the archive's name.
    """
    destination = _checked(options)
    with tempfile.TemporaryDirectory(prefix="chartbrief-package-") as scratch, _partial(options.out) as partial:
        artifact = _named(options, Path(scratch))
        converted = _converted(artifact, options, Path(scratch), tell)
        members = members_of(artifact, converted, install=options.install, quantization=options.quantization or "")
        tell(f"Writing {len(members)} files")
        sha256 = write_archive(members, partial)
        exact = options.quantization == FLOAT32 and not options.shortlist
        checks = verify_archive(partial, artifact, Path(scratch), exact=exact, tell=tell)
        described = artifact if converted is None else with_converted(artifact, converted, options.quantization or "")
        receipt = Receipt(
            name=artifact.name,
            version=artifact.version,
            sha256=sha256,
            size=partial.stat().st_size,
            weights=_weights(described),
            when=now.isoformat(timespec="seconds"),
            source=options.source,
            location=destination.address if destination else None,
        )
        _publish(partial, receipt, options)
    if destination:
        tell(f"Uploading to {destination.address}")
        destination.upload(options.out, receipt, sent, force=options.force)
    return Package(options.out, receipt, tuple(checks), tuple(member.name for member in members))


def _checked(options: PackageOptions) -> Destination | None:
    """Refuse what cannot end well before anything is done."""
    if not options.out.name.endswith(SUFFIX):
        raise OptionsError(f"{options.out} does not end in {SUFFIX}, which SageMaker asks for: name it so.")
    for what, text in (("name", options.name), ("version", options.version)):
        if text is not None and not _NAME.fullmatch(text):
            raise OptionsError(f"--{what} {text!r} is not 1 to 63 letters, digits, dots and hyphens.")
    if options.shortlist and not options.quantization:
        raise OptionsError("--shortlist is for a converted model: add --with-ctranslate2 or --int8.")
    _require_new(options)
    if importlib.util.find_spec("torch") is None:
        # The package is tried in processes of its own, which could only say that they ended.
        raise ModuleNotFoundError("No module named 'torch'", name="torch")
    destination = Destination(options.to, options.out) if options.to else None
    if destination and not options.force:
        destination.require_new()
    return destination


def _require_new(options: PackageOptions) -> None:
    if options.out.exists() and not options.force:
        raise OutputError(f"{options.out} exists: give another --out, or --force to replace it.")


@contextlib.contextmanager
def _partial(out: Path) -> Iterator[Path]:
    """Yield where the archive is written, and leave nothing there."""
    out.parent.mkdir(parents=True, exist_ok=True)
    partial = out.with_name(f"{out.name}.partial")
    try:
        yield partial
    finally:
        partial.unlink(missing_ok=True)


def _named(options: PackageOptions, scratch: Path) -> ModelArtifact:
    """Return the checkpoint as it is to be described in the package."""
    artifact = resolve_model(options.source, scratch)
    if artifact.fallback_weights:
        artifact = artifact.without_converted()
    if not artifact.weights.endswith(CHECKPOINT):
        raise CheckpointError(
            f"{options.source} holds a converted model only: name the checkpoint that it was converted from."
        )
    own = artifact.name if (artifact.folder / DESCRIPTION).is_file() else _name_of(options.source)
    return replace(artifact, name=options.name or own, version=options.version or artifact.version)


def _name_of(source: str) -> str:
    """Return a model's name after what it is packaged from."""
    return re.sub(r"[^A-Za-z0-9.-]+", "-", Path(source).resolve().name)[:63].strip("-.") or "model"


def _converted(artifact: ModelArtifact, options: PackageOptions, scratch: Path, tell: Tell) -> Path | None:
    if options.quantization is None:
        return None
    from note_summarizer.convert import convert_weights

    if options.shortlist and artifact.family == CAUSAL:
        raise OptionsError(
            f"--shortlist is for encoder-decoders, and {options.source} has a decoder only: leave it out."
        )
    tell(f"Converting for CTranslate2 ({options.quantization})")
    folder = convert_weights(artifact.folder, scratch / "ctranslate2", options.quantization).parent
    if options.shortlist:
        _write_shortlist(folder, artifact, options.shortlist)
    return folder


def _write_shortlist(folder: Path, artifact: ModelArtifact, source: str) -> None:
    from note_summarizer.pairs.read_pairs import read_pairs

    pairs = [(pair.note, pair.summary) for pair in read_pairs(source)[0]]
    learn_shortlist(folder, pairs, NoteTokenizer(artifact))


def _weights(described: ModelArtifact) -> dict[str, str]:
    both = {described.weights: described.sha256, described.fallback_weights: described.fallback_sha256}
    return {name: sha256 for name, sha256 in both.items() if name}


def _publish(partial: Path, receipt: Receipt, options: PackageOptions) -> None:
    _require_new(options)
    partial.replace(options.out)
    receipt_of(options.out).write_text(receipt.text(), "utf-8")
