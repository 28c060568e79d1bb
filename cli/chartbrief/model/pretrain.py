"""`chartbrief model pretrain`: from unlabelled notes to a checkpoint that `chartbrief model train` starts from."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, Any, get_args

import typer

from chartbrief.model.consoles import console_for
from chartbrief.model.failures import INTERRUPTED, model_failures_told
from chartbrief.model.train_report import ConsoleReporter
from note_summarizer.pretraining.gap_sentences import Strategy
from note_summarizer.pretraining.options import PretrainOptions, parse_pretrain_options
from note_summarizer.training.interruption import TrainingInterruptedError

HELP = (
    "Pretrain a model of your own on notes without summaries.\n\n"
    "Trains a tokenizer on the notes, and a Pegasus of the size you choose to write the sentences that are missing from"
    " a note (gap sentences: those that say most of what the rest says). The result is a checkpoint:"
    " [bold]chartbrief model train --checkpoint OUT[/bold] fine-tunes it on pairs.\n\n"
    "Interrupted (Ctrl-C), it saves; the same command goes on and ends with the same weights."
)
_DEFAULT = {name: field.default for name, field in PretrainOptions.model_fields.items()}
_MODEL, _LENGTH, _GAPS, _LEARNING = "Model and tokenizer", "How long", "Gaps", "Learning"


def pretrain(
    notes: Annotated[
        list[str], typer.Option(metavar="FILE", help="Notes: .jsonl, .json or .csv, also .gz, also s3://. Repeatable.")
    ],
    out: Annotated[Path, typer.Option(help="Run folder; the checkpoint is OUT/model.")],
    note_column: Annotated[str, typer.Option(help="Column that holds the note.")] = _DEFAULT["note_column"],
    size: Annotated[str, typer.Option(help="tiny, small, medium, base or large.", rich_help_panel=_MODEL)] = _DEFAULT[
        "size"
    ],
    checkpoint: Annotated[
        str | None, typer.Option(help="Go on from this Pegasus instead of a new one.", rich_help_panel=_MODEL)
    ] = None,
    tokenizer: Annotated[
        str | None, typer.Option(help="Use the tokenizer of this folder.", rich_help_panel=_MODEL)
    ] = None,
    vocabulary: Annotated[
        int | None,
        typer.Option(help="Ids of the tokenizer that is trained; by default one for 50 words.", rich_help_panel=_MODEL),
    ] = None,
    lower_case: Annotated[
        bool,
        typer.Option("--lower-case", help="Read capitals as small letters.", rich_help_panel=_MODEL),
    ] = False,
    name: Annotated[str | None, typer.Option(help="What the model is called.", rich_help_panel=_MODEL)] = None,
    steps: Annotated[int | None, typer.Option(help="Optimizer steps.", rich_help_panel=_LENGTH)] = None,
    epochs: Annotated[
        int | None, typer.Option(help="Times through the notes; 10 if nothing is said.", rich_help_panel=_LENGTH)
    ] = None,
    minutes: Annotated[
        float | None, typer.Option(help="About so long on this machine.", rich_help_panel=_LENGTH)
    ] = None,
    ratio: Annotated[
        float, typer.Option(help="Share of a note's sentences that are asked for.", rich_help_panel=_GAPS)
    ] = _DEFAULT["ratio"],
    spread: Annotated[
        float, typer.Option(help="How far the ratio is drawn up or down each time.", rich_help_panel=_GAPS)
    ] = _DEFAULT["spread"],
    strategy: Annotated[
        str, typer.Option(help=f"How sentences are chosen: {' or '.join(get_args(Strategy))}.", rich_help_panel=_GAPS)
    ] = _DEFAULT["strategy"],
    unique: Annotated[
        bool, typer.Option("--unique", help="Count a word once when choosing.", rich_help_panel=_GAPS)
    ] = False,
    noise: Annotated[
        float, typer.Option(help="How far a sentence's importance is drawn up or down.", rich_help_panel=_GAPS)
    ] = _DEFAULT["noise"],
    copied: Annotated[
        float, typer.Option(help="Share of what is asked for that stays in the note.", rich_help_panel=_GAPS)
    ] = _DEFAULT["copied"],
    max_input_tokens: Annotated[
        int, typer.Option(help="Longer notes are cut into several.", rich_help_panel=_LEARNING)
    ] = _DEFAULT["max_input_tokens"],
    max_output_tokens: Annotated[
        int, typer.Option(help="Most tokens that are asked for at once.", rich_help_panel=_LEARNING)
    ] = _DEFAULT["max_output_tokens"],
    tokens_per_batch: Annotated[
        int, typer.Option(help="Tokens of a step, padding included.", rich_help_panel=_LEARNING)
    ] = _DEFAULT["tokens_per_batch"],
    optimizer: Annotated[str, typer.Option(help="muon or adamw.", rich_help_panel=_LEARNING)] = _DEFAULT["optimizer"],
    learning_rate: Annotated[
        float | None, typer.Option(help="Highest; by default by the model's size.", rich_help_panel=_LEARNING)
    ] = None,
    dropout: Annotated[float, typer.Option(help="While pretraining.", rich_help_panel=_LEARNING)] = _DEFAULT["dropout"],
    held_out: Annotated[
        float, typer.Option(help="Share of notes that the loss is measured on.", rich_help_panel=_LEARNING)
    ] = _DEFAULT["held_out"],
    precision: Annotated[str, typer.Option(help="auto, fp32 or bf16.", rich_help_panel=_LEARNING)] = _DEFAULT[
        "precision"
    ],
    seed: Annotated[int, typer.Option(help="Everything random follows from it.")] = _DEFAULT["seed"],
    threads: Annotated[int | None, typer.Option(help="Cores to use; all by default.")] = None,
    checkpoint_minutes: Annotated[float, typer.Option(help="How often it saves what it has learnt.")] = _DEFAULT[
        "checkpoint_minutes"
    ],
    force: Annotated[bool, typer.Option("--force", help="Remove what OUT holds and start over.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the run's record as JSON.")] = False,
) -> None:
    """Pretrain; what the options say and what came of it is in OUT/run.json."""
    given = {key: value for key, value in locals().items() if key in _DEFAULT}
    with model_failures_told():
        record = _pretrained(parse_pretrain_options(given), out, force=force, as_json=as_json)
        _tell(record, out, as_json=as_json)


def _pretrained(options: PretrainOptions, out: Path, *, force: bool, as_json: bool) -> dict[str, Any]:
    # Imported here: `chartbrief --help` works where torch is not installed.
    from note_summarizer.pretraining.pretrain import pretrain as run

    with ConsoleReporter(console_for(stderr=as_json)) as reporter:
        try:
            return run(options, out, reporter, force=force)
        except TrainingInterruptedError:
            reporter.tell(f"Stopped and saved. The same command goes on from there: {out}.")
            raise typer.Exit(INTERRUPTED) from None


def _tell(record: dict[str, Any], out: Path, *, as_json: bool) -> None:
    if as_json:
        sys.stdout.write(json.dumps(record, indent=2) + "\n")
        return
    losses, model = record["losses"], record["model"]
    held_out = f", on held-out notes {losses['validation_loss']:.2f}" if "validation_loss" in losses else ""
    sys.stdout.write(
        f"Pretrained {model['name']} ({model['parameters'] / 1e6:.1f} million weights) in"
        f" {record['settled']['steps']} steps, {record['seconds'] / 60:.1f} minutes.\n"
        f"Loss {losses['train_loss']:.2f} nats a token{held_out}; drawn in {out / 'pretraining.png'}.\n"
        f"Fine-tune it: chartbrief model train --checkpoint {out} --train pairs.csv --out runs/tuned\n"
    )
