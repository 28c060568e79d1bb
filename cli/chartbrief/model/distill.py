"""`chartbrief model distill`: a smaller, faster student out of a trained teacher."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from chartbrief.model import train_options as o
from chartbrief.model.consoles import console_for
from chartbrief.model.failures import INTERRUPTED, model_failures_told
from chartbrief.model.train_report import ConsoleReporter, render_run
from note_summarizer.distillation.options import DistillOptions, parse_distill_options
from note_summarizer.training.interruption import Interruption, TrainingInterruptedError
from note_summarizer.training.run_folder import RunFolder

HELP = (
    "Make a smaller, faster model out of a trained one, and show what that costs."
    "\n\n"
    "The student begins with copies of some of the teacher's layers and is fine-tuned on the references, on the"
    " teacher's own answers (pseudo-labels), or on both. Pseudo-labels need no summaries: --notes may name files of"
    " notes alone. Splits, run folder and going on after an interruption are as in [bold]chartbrief model train[/bold]."
    "\n\n"
    "[bold]--out holds[/bold]  what a training run holds, with pseudo_labels.jsonl (note text: keep it safe);"
    " evaluation/report.html shows student and teacher on the same held-out notes"
    "\n\n"
    "[bold]Examples[/bold]"
    "\n\n"
    "  chartbrief model distill --teacher runs/ward --train notes.csv --out runs/small\n\n"
    "  chartbrief model distill --teacher google/pegasus-xsum --train pairs.csv --notes more.jsonl --decoder-layers 4"
)
_NOT_OPTIONS = {"out", "force", "as_json"}
_STUDENT = "Student"
Teacher = Annotated[
    str,
    typer.Option(
        help="Trained encoder-decoder: run, checkpoint, package, or name on the hub.", rich_help_panel=_STUDENT
    ),
]
DecoderLayers = Annotated[int, typer.Option(help="Decoder layers of the student.", rich_help_panel=_STUDENT)]
EncoderLayers = Annotated[
    int | None, typer.Option(help="Encoder layers of the student.  \\[all]", rich_help_panel=_STUDENT)
]
Labels = Annotated[str, typer.Option(help="What it learns: references, pseudo or both.", rich_help_panel=_STUDENT)]
Notes = Annotated[
    list[str] | None,
    typer.Option(help="Further notes, without summaries; repeatable.", rich_help_panel="Data", metavar="FILE"),
]
Style = Annotated[
    str | None, typer.Option(help="prose, or items (comma-separated).  \\[the teacher's]", rich_help_panel="Run")
]
RepetitionPenalty = Annotated[
    float | None, typer.Option(help="Against saying things again.  \\[the teacher's]", rich_help_panel="Run")
]
MeasureDecoding = Annotated[
    bool,
    typer.Option(
        "--measure-decoding",
        help="Choose beams and length penalty by speed, within 0.3 ROUGE-L of the best on the validation notes.",
        rich_help_panel="Run",
    ),
]


def distill(
    teacher: Teacher,
    train: o.Train,
    out: Annotated[Path, typer.Option(help="Run folder.", rich_help_panel="Run")] = Path("runs/distill"),
    decoder_layers: DecoderLayers = 1,
    encoder_layers: EncoderLayers = None,
    labels: Labels = "both",
    notes: Notes = None,
    validation: o.Validation = None,
    test: o.Test = None,
    note_column: o.NoteColumn = "note",
    summary_column: o.SummaryColumn = "summary",
    patient_column: o.PatientColumn = None,
    id_column: o.IdColumn = None,
    drop_shared: o.DropShared = False,
    optimizer: o.Optimizer = None,
    scheduler: o.Scheduler = "linear",
    warmup: o.Warmup = 0.1,
    epochs: o.Epochs = None,
    batch_size: o.BatchSize = None,
    gradient_accumulation: o.Accumulation = 1,
    variants: o.Variants = None,
    learning_rate: o.LearningRate = None,
    weight_decay: o.WeightDecay = 0.0,
    label_smoothing: o.LabelSmoothing = 0.1,
    dropout: o.Dropout = None,
    max_grad_norm: o.MaxGradNorm = 1.0,
    patience: o.Patience = 0,
    best_by: o.BestBy = "auto",
    validation_notes: o.ValidationNotes = 100,
    max_input_tokens: o.MaxInputTokens = None,
    max_output_tokens: o.MaxOutputTokens = None,
    precision: o.Precision = "auto",
    seed: o.Seed = 13,
    name: o.Name = None,
    style: Style = None,
    beams: o.Beams = None,
    repetition_penalty: RepetitionPenalty = None,
    measure_decoding: MeasureDecoding = False,
    threads: o.Threads = None,
    checkpoint_minutes: o.CheckpointMinutes = 10.0,
    keep_checkpoints: o.KeepCheckpoints = False,
    force: o.Force = False,
    as_json: o.Json = False,
) -> None:
    """Distil; exit status 0 when the student is trained and judged beside its teacher."""
    told = dict(locals())
    given = {key: value for key, value in told.items() if key not in _NOT_OPTIONS and value is not None}
    with model_failures_told():
        _distill(parse_distill_options(given), out, force, as_json)


def _distill(options: DistillOptions, out: Path, force: bool, as_json: bool) -> None:
    # Imported here: they take seconds, and a mistake in the arguments is told before.
    from note_summarizer.distillation.choose_decoding import choose_decoding
    from note_summarizer.distillation.distill import distill as run_distillation
    from note_summarizer.distillation.judge_student import judge_student

    console = console_for(stderr=as_json)
    with ConsoleReporter(console) as reporter:
        try:
            run = run_distillation(options, out, reporter, Interruption(), force)
        except TrainingInterruptedError:
            reporter.tell("Stopped, with all that was done so far kept: the same command goes on from there.")
            raise typer.Exit(INTERRUPTED) from None
        if options.measure_decoding:
            choose_decoding(run, reporter, options.training.threads)
        judgement = judge_student(run, options, reporter)
    if as_json:
        sys.stdout.write(json.dumps(RunFolder(out).record(), ensure_ascii=False) + "\n")
    else:
        render_run(console, run, judgement)
