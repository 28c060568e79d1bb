"""Judge models without the console command: `python evaluate.py --test test.jsonl --model tuned=runs/a`."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from note_summarizer.errors import ModelBuildError
from note_summarizer.evaluation.evaluate_files import EvaluateOptions, evaluate_files
from note_summarizer.evaluation.floors import FLOORS, NO_FLOORS, USUAL_FLOORS
from note_summarizer.evaluation.name_systems import name_models
from note_summarizer.pairs.pair import Columns


def main(arguments: Sequence[str] | None = None) -> int:
    """Judge, write the report and print the scores as JSON; 2 if it cannot be done, with the reason on stderr."""
    given = _parser().parse_args(arguments)
    try:
        judgement = evaluate_files(_options(given), _line)
    except ModelBuildError as error:
        _line(str(error))
        return 2
    sys.stdout.write(json.dumps(judgement.as_json()) + "\n")
    return 0


def _options(given: argparse.Namespace) -> EvaluateOptions:
    return EvaluateOptions(
        test=given.test,
        models=name_models(given.model),
        out=given.out,
        train=given.train,
        floors=given.floor or USUAL_FLOORS,
        baseline=given.baseline,
        columns=Columns(note=given.note_column, summary=given.summary_column),
        limit=given.limit,
        threads=given.threads,
        force=given.force,
    )


def _line(text: str) -> None:
    sys.stderr.write(f"{text}\n")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--test", required=True, help="CSV, JSON Lines or JSON of notes and summaries; s3:// too")
    parser.add_argument("--train", help="what the models were trained on: for the nearest neighbour")
    parser.add_argument("--model", action="append", default=[], metavar="NAME=PLACE", help="once for each model")
    parser.add_argument("--floor", action="append", choices=(*FLOORS, NO_FLOORS), help="once for each floor")
    parser.add_argument("--baseline", help="the system that the others are compared with; by default the first model")
    parser.add_argument("--note-column", default="note")
    parser.add_argument("--summary-column", default="summary")
    parser.add_argument("--limit", type=int, help="judge on the first notes only")
    parser.add_argument("--threads", type=int, help="cores that a model may use")
    parser.add_argument("--out", type=Path, default=Path("evaluation"), help="holds note text afterwards: keep it safe")
    parser.add_argument("--force", action="store_true", help="replace a report that exists")
    return parser


if __name__ == "__main__":
    sys.exit(main())
