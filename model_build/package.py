"""Package a model without the console command: `python package.py MODEL --out model.tar.gz`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from note_summarizer.errors import ModelBuildError
from note_summarizer.packaging.package_model import FLOAT32, INT8, PackageOptions, package_model


def main(arguments: Sequence[str] | None = None) -> int:
    """Package and print the receipt; 2 if it cannot be done, with the reason on stderr."""
    given = _parser().parse_args(arguments)
    options = PackageOptions(
        source=given.model,
        out=given.out,
        name=given.name,
        version=given.version,
        quantization=given.ctranslate2,
        shortlist=given.shortlist,
        install=not given.no_requirements,
        force=given.force,
        to=given.to,
    )
    try:
        made = package_model(options, datetime.now(UTC), _line, lambda _: None)
    except ModelBuildError as error:
        _line(str(error))
        return 2
    sys.stdout.write(made.receipt.text())
    return 0


def _line(text: str) -> None:
    sys.stderr.write(f"{text}\n")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", help="checkpoint or run folder, a packaged model, or a name on the hub")
    parser.add_argument("--out", type=Path, default=Path("model.tar.gz"))
    parser.add_argument("--name", help="the model's name in every answer")
    parser.add_argument("--version", help="the model's version in every answer")
    parser.add_argument("--ctranslate2", choices=(FLOAT32, INT8), help="add a converted model of this kind")
    parser.add_argument(
        "--shortlist", metavar="PAIRS", help="pairs from which the converted model's shortlist is learnt"
    )
    parser.add_argument("--no-requirements", action="store_true", help="the container may install nothing")
    parser.add_argument("--force", action="store_true", help="replace what exists")
    parser.add_argument("--to", help="s3:// address to upload to")
    return parser


if __name__ == "__main__":
    sys.exit(main())
