"""`chartbrief model evaluate`: is this model better than that one, and better than no model at all?"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from chartbrief.model.evaluate_tables import render_files, render_judgement
from chartbrief.model.failures import model_failures_told
from note_summarizer.evaluation.floors import FLOORS, NO_FLOORS, USUAL_FLOORS
from note_summarizer.evaluation.name_systems import name_models
from note_summarizer.pairs.pair import Columns

HELP = (
    "Judge one or several models on a test set, next to answers that need no model."
    "\n\n"
    "Every system gets ROUGE-1, -2, -L and -Lsum with 95 % bootstrap intervals, precision and recall of numbers and"
    " entities, length, share of novel n-grams, notes a second and peak memory; ROUGE also on the rare references,"
    " which cannot be guessed. A paired bootstrap says whether a model really beats the baseline and the floors."
    "\n\n"
    "A model is the folder of a run, a checkpoint or a served model, a packaged [bold]model.tar.gz[/bold] (s3:// too),"
    " or a name on the hub. Each answers in a process of its own."
    "\n\n"
    "[bold]OUT holds note text[/bold] afterwards, in report.html and answers.jsonl: keep it where notes may be kept."
    " report.html opens without a network; scores.json holds no text."
    "\n\n"
    "[bold]Examples[/bold]"
    "\n\n"
    "  chartbrief model evaluate --test test.csv --model base=google/pegasus-xsum --model tuned=runs/a\n"
    "  chartbrief model evaluate --test test.csv --train train.csv --model tuned=model.tar.gz --json"
)
PIPE_WIDTH = 120


def evaluate(
    test: Annotated[
        str,
        typer.Option(help="Notes with reference summaries: CSV, JSON Lines or JSON; s3:// too.", metavar="FILE"),
    ],
    model: Annotated[
        list[str] | None,
        typer.Option(help="A model to judge, under a name of your choice; repeat it.", metavar="[NAME=]PLACE"),
    ] = None,
    train: Annotated[
        str | None,
        typer.Option(help="What the models were trained on; the nearest neighbour needs it.", metavar="FILE"),
    ] = None,
    floor: Annotated[
        list[str] | None,
        typer.Option(
            help=f"A floor: {', '.join(FLOORS)}, or {NO_FLOORS}; repeat it. By default {', '.join(USUAL_FLOORS)}.",
            metavar="NAME",
        ),
    ] = None,
    baseline: Annotated[
        str | None, typer.Option(help="Compare with this system; by default with the first model.", metavar="NAME")
    ] = None,
    note_column: Annotated[str, typer.Option(help="Column or key of the note.")] = "note",
    summary_column: Annotated[str, typer.Option(help="Column or key of the reference summary.")] = "summary",
    out: Annotated[Path, typer.Option(help="Folder for report.html, answers.jsonl and scores.json.")] = Path(
        "evaluation"
    ),
    force: Annotated[bool, typer.Option("--force", help="Replace a report that OUT holds already.")] = False,
    show: Annotated[int, typer.Option(help="Print the answers to this many notes side by side.", min=0)] = 3,
    limit: Annotated[int | None, typer.Option(help="Judge on the first so many notes only.", min=1)] = None,
    threads: Annotated[int | None, typer.Option(help="Cores for each model; by default all.", min=1)] = None,
    seed: Annotated[int, typer.Option(help="Seed of the bootstrap.")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object, without any text of notes.")] = False,
) -> None:
    """`chartbrief model evaluate`."""
    # Imported here: `chartbrief --help` should not wait for numpy.
    from note_summarizer.evaluation.evaluate_files import EvaluateOptions, evaluate_files

    with model_failures_told():
        options = EvaluateOptions(
            test=test,
            models=name_models(model or []),
            out=out,
            train=train,
            floors=floor or USUAL_FLOORS,
            baseline=baseline,
            columns=Columns(note=note_column, summary=summary_column),
            limit=limit,
            threads=threads,
            seed=seed,
            force=force,
        )
        told = Console(stderr=True)
        with told.status("starting") as status:
            judgement = evaluate_files(options, status.update if told.is_terminal else Milestones(told).tell)
    if as_json:
        sys.stdout.write(json.dumps(judgement.as_json(), ensure_ascii=False) + "\n")
        return
    console = Console()
    console = console if console.is_terminal else Console(width=PIPE_WIDTH)
    render_judgement(console, judgement, show)
    render_files(console, out)


class Milestones:
    """Progress as lines, for logs and pipes: what is begun, not every count of notes."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def tell(self, text: str) -> None:
        """Print a line, unless it only counts."""
        if " of " not in text:
            self._console.print(text, markup=False, highlight=False, soft_wrap=True)
