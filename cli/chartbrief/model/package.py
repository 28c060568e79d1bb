"""`chartbrief model package`: a checkpoint becomes one archive that SageMaker and our own image can serve."""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from chartbrief.model.failures import TERMINATED, model_failures_told
from chartbrief.model.upload_bar import UploadBar
from note_summarizer.packaging.members import CODE
from note_summarizer.packaging.package_model import FLOAT32, INT8, Package, PackageOptions, package_model
from note_summarizer.packaging.receipts import receipt_of

HELP = (
    "Package a model as one [bold]model.tar.gz[/bold] that the Hugging Face container and our own server both load."
    "\n\n"
    "It holds the checkpoint, its tokenizer and the handler's code. Equal inputs give equal bytes. Before it gets its"
    " name it is unpacked elsewhere and answers invented notes through both ways of serving, equally. A receipt with"
    " its hash lies beside it."
    "\n\n"
    "MODEL is the folder of a run or a checkpoint, a packaged model, or a name on the hub."
    "\n\n"
    "[bold]Examples[/bold]"
    "\n\n"
    "  chartbrief model package runs/ward --name ward --version 1\n"
    "  chartbrief model package runs/ward --int8 --to s3://models/ward/1/ --json | jq -r .sha256"
)
_MEGABYTE = 1_000_000


def package(
    model: Annotated[str, typer.Argument(metavar="MODEL", help="What to package.", show_default=False)],
    out: Annotated[Path, typer.Option(help="The archive to write; it must not exist.")] = Path("model.tar.gz"),
    name: Annotated[str | None, typer.Option(help="The model's name in every answer; by default its own.")] = None,
    version: Annotated[str | None, typer.Option(help="The model's version in every answer.")] = None,
    with_ctranslate2: Annotated[
        bool, typer.Option("--with-ctranslate2", help="Put the model converted for CTranslate2 beside it: much faster.")
    ] = False,
    int8: Annotated[
        bool, typer.Option("--int8", help="The same, with int8 matrices: faster still, wording may differ.")
    ] = False,
    shortlist: Annotated[
        str | None,
        typer.Option(
            metavar="PAIRS",
            help="Training pairs, from which a shortlist of pieces is learnt: with one beam, answers are made of the"
            " note's pieces and of those, which is faster.",
        ),
    ] = None,
    install: Annotated[
        bool,
        typer.Option(
            "--requirements/--no-requirements",
            help="List what the handler can use in code/requirements.txt; without a network, list nothing.",
        ),
    ] = True,
    to: Annotated[str | None, typer.Option(help="Upload to s3://bucket/prefix/ as well.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace an archive that exists, here or in S3.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """`chartbrief model package`."""
    console = Console(stderr=as_json)
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")  # transformers' loading bars look there too
    quantization = INT8 if int8 else FLOAT32 if with_ctranslate2 else None
    with model_failures_told(), _ended_in_order(), UploadBar(console, out) as bar:
        options = PackageOptions(model, out, name, version, quantization, shortlist, install, force, to)
        made = package_model(options, datetime.now(UTC), bar.tell, bar.sent)
    if as_json:
        sys.stdout.write(json.dumps(_as_json(made)) + "\n")
    else:
        _show(made, console, int8)


@contextmanager
def _ended_in_order() -> Iterator[None]:
    """Let SIGTERM unwind the command, so that neither half an archive nor half an upload is left."""
    before = signal.signal(signal.SIGTERM, lambda *_: sys.exit(TERMINATED))
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _show(made: Package, console: Console, int8: bool) -> None:
    for label, text in _rows(made):
        console.print(f"{label:<9} {text}", highlight=False, markup=False, soft_wrap=True)
    if int8:
        console.print("int8 rounds the weights: compare it with `chartbrief model evaluate` before you deploy it.")


def _rows(made: Package) -> Iterator[tuple[str, str]]:
    receipt = made.receipt
    yield "archive", f"{made.archive} ({receipt.size / _MEGABYTE:.1f} MB, {len(made.files)} files)"
    yield "sha256", receipt.sha256
    yield "model", f"{receipt.name} {receipt.version}"
    for weights, sha256 in receipt.weights.items():
        yield "weights", f"{weights} (sha256 {sha256[:16]}...)"
    for check in made.checks:
        yield (
            "verified",
            f"{check.weights}: {check.summaries} summaries, the same through handler and server; {check.equal} of them"
            f" as the checkpoint gives them ({check.seconds:.0f} s)",
        )
    yield "receipt", str(receipt_of(made.archive))
    if receipt.location:
        yield "uploaded", receipt.location


def _as_json(made: Package) -> dict[str, object]:
    own = [name for name in made.files if not name.startswith(f"{CODE}/")]
    checks = [asdict(check) for check in made.checks]
    return {"archive": str(made.archive), **asdict(made.receipt), "checks": checks, "files": own}
