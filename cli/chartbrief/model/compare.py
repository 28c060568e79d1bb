"""`chartbrief model compare`: which way to summarize is right for these notes, and what to change to use it."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from chartbrief.model.compare_tables import render_compared, render_paths
from chartbrief.model.consoles import console_for
from chartbrief.model.evaluate import Milestones
from chartbrief.model.failures import model_failures_told
from note_summarizer.evaluation.floors import FLOORS, NO_FLOORS, USUAL_FLOORS
from note_summarizer.pairs.pair import Columns

HELP = (
    "Compare ways to summarize on your own notes: quality, trust, speed, cost and effort, and the line to change."
    "\n\n"
    "Every system gets the same notes. A system is"
    "\n\n"
    "  a model: the folder of a run or a model, a packaged model.tar.gz, a name on the hub\n"
    "  [bold]endpoint:NAME[/bold]?option=flan-t5 (or ?dialect=...): a SageMaker endpoint, asked live\n"
    "  [bold]bedrock:MODEL_ID[/bold]: a model on Amazon Bedrock, asked live\n"
    "  [bold]recorded:FILE[/bold]?option=...: answers of any system, as JSON Lines or CSV"
    "\n\n"
    "Options are asked with the pipeline's own prompts and requests, and answers go through its own checks. What it may"
    " cost is estimated before the first request, and refused above --max-cost."
    "\n\n"
    "[bold]OUT holds note text[/bold] afterwards, in comparison.html and answers.jsonl; comparison.md and scores.json"
    " hold none. docs/compare.md says what every figure means."
    "\n\n"
    "[bold]Examples[/bold]"
    "\n\n"
    "  chartbrief model compare --test test.csv --system ours=runs/a --system nova=bedrock:amazon.nova-lite-v1:0\n"
    "  chartbrief model compare --test test.csv --system 'old=recorded:vendor.csv?option=cohere-generate'"
)


def compare(
    test: Annotated[
        str,
        typer.Option(help="Notes with reference summaries: CSV, JSON Lines or JSON; s3:// too.", metavar="FILE"),
    ],
    system: Annotated[
        list[str] | None,
        typer.Option(help="A system to compare; repeat it.", metavar="[NAME=]WHAT[?key=value&...]"),
    ] = None,
    train: Annotated[
        str | None, typer.Option(help="Pairs for the nearest neighbour, and for what models know.", metavar="FILE")
    ] = None,
    floor: Annotated[
        list[str] | None,
        typer.Option(
            help=f"A floor: {', '.join(FLOORS)}, or {NO_FLOORS}; repeat it. By default {', '.join(USUAL_FLOORS)}.",
            metavar="NAME",
        ),
    ] = None,
    baseline: Annotated[
        str | None, typer.Option(help="Compare with this system; by default with the first.", metavar="NAME")
    ] = None,
    dialect: Annotated[
        str | None, typer.Option(help="What endpoints speak that do not say it themselves.", metavar="NAME")
    ] = None,
    note_column: Annotated[str, typer.Option(help="Column or key of the note.")] = "note",
    summary_column: Annotated[str, typer.Option(help="Column or key of the reference summary.")] = "summary",
    out: Annotated[Path, typer.Option(help="Folder for the comparison.")] = Path("comparison"),
    force: Annotated[bool, typer.Option("--force", help="Replace a comparison that OUT holds already.")] = False,
    limit: Annotated[
        int | None, typer.Option(help="Only the first so many notes; by default 100 if options are asked live.", min=1)
    ] = None,
    concurrency: Annotated[int, typer.Option(help="Notes asked about at once.", min=1, max=64)] = 4,
    max_cost: Annotated[
        float, typer.Option(help="USD that asking Bedrock may cost at most; inf for no limit.", min=0)
    ] = 5.0,
    prices: Annotated[
        Path | None, typer.Option(help="Your own prices, over those of the package.", metavar="FILE")
    ] = None,
    region: Annotated[str | None, typer.Option(help="AWS region of live options.")] = None,
    threads: Annotated[int | None, typer.Option(help="Cores for each model; by default all.", min=1)] = None,
    seed: Annotated[int, typer.Option(help="Seed of the bootstrap.")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object, without any text of notes.")] = False,
) -> None:
    """`chartbrief model compare`."""
    # Imported here: `chartbrief --help` should not wait for numpy.
    from note_summarizer.comparison.compare_files import CompareOptions, compare_files
    from note_summarizer.comparison.name_floors import with_floors
    from note_summarizer.comparison.systems import parse_systems

    with model_failures_told():
        options = CompareOptions(
            test=test,
            systems=with_floors(parse_systems(system or [], dialect), floor or USUAL_FLOORS),
            out=out,
            train=train,
            baseline=baseline,
            columns=Columns(note=note_column, summary=summary_column),
            limit=limit,
            threads=threads,
            concurrency=concurrency,
            prices=prices,
            max_cost=max_cost,
            region=region,
            seed=seed,
            force=force,
        )
        told = Console(stderr=True)
        with told.status("starting") as status:
            compared = compare_files(options, status.update if told.is_terminal else Milestones(told).tell)
    if as_json:
        sys.stdout.write(json.dumps(compared.as_json(), ensure_ascii=False) + "\n")
        return
    console = console_for()
    render_compared(console, compared)
    render_paths(console, out)
