"""`python -m note_summarizer.synthetic.rendering --format hl7-batch --notes 100 OUT`: an export of synthetic notes."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from note_summarizer.synthetic.rendering.formats import FORMATS, draw_notes


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the files of one format, or of each in a folder of its own; return the exit status."""
    options = _parser().parse_args(arguments)
    notes = list(draw_notes(options.seed, options.notes, options.split))
    names = list(FORMATS) if options.format == "all" else [options.format]
    for name in names:
        folder = options.out / name if options.format == "all" else options.out
        folder.mkdir(parents=True, exist_ok=True)
        files = FORMATS[name](notes)
        for file in files:
            (folder / file.name).write_bytes(file.body)
        sys.stdout.write(f"{name}: {len(files)} files in {folder}\n")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m note_summarizer.synthetic.rendering", description=__doc__)
    parser.add_argument("out", type=Path, help="folder for the files; files of the same names are replaced")
    parser.add_argument("--format", choices=("all", *FORMATS), default="all")
    parser.add_argument("--notes", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--split", choices=("train", "validation", "test"), default="validation")
    return parser


if __name__ == "__main__":
    sys.exit(main())
