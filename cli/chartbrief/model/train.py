"""`chartbrief model train`: fine-tune a checkpoint, or train a new model, here or in a SageMaker training job."""

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
from note_summarizer.errors import OptionsError
from note_summarizer.training.interruption import Interruption, TrainingInterruptedError
from note_summarizer.training.options import TrainOptions, parse_options
from note_summarizer.training.run_folder import RunFolder

HELP = (
    "Fine-tune a summarizer on notes with reference summaries, and show whether it got better."
    "\n\n"
    "Encoder-decoders (Pegasus, BART, T5, Flan-T5) learn the summary of a note. Decoder-only models (GPT-2, BLOOM)"
    " learn to go on with it behind the note and a prompt, and nothing else."
    "\n\n"
    "One file is split three ways (by patient, where there is a patient_id); validation notes choose the epoch, test"
    " notes judge the result, and neither is trained on. A run that was interrupted goes on when the same command is"
    " given again, and ends with the same weights."
    "\n\n"
    "[bold]--out holds[/bold]  model/ (checkpoint and served artifact), evaluation/report.html (before and after),"
    " training.png, metrics.jsonl, run.json (arguments, versions, data hashes, scores), splits.json"
    "\n\n"
    "[bold]Examples[/bold]"
    "\n\n"
    "  chartbrief model train --checkpoint model_build/demo_model --train notes.csv --out runs/ward\n\n"
    "  chartbrief model train --checkpoint google/pegasus-xsum --train s3://bucket/train.csv --test s3://bucket/test.csv"
    "\n\n"
    "  chartbrief model train --checkpoint google/flan-t5-base --train pairs.csv --out runs/flan-t5\n\n"
    "  chartbrief model train --checkpoint bigscience/bloom-560m --lora 8 --train pairs.csv --out runs/bloom\n\n"
    "  chartbrief model train --from-scratch small --train pairs.csv\n\n"
    "  chartbrief model train --checkpoint google/pegasus-xsum --train s3://b/train.csv --on sagemaker --bucket b"
)
_JOB = (
    *("bucket", "prefix", "role", "region", "image", "instance_type", "volume_gb", "max_run_minutes", "spot"),
    *("max_wait_minutes", "checkpoints", "kms_key", "subnet", "security_group", "tag", "no_wait"),
)
_NOT_OPTIONS = {"out", "on", "force", "as_json", *_JOB}


def train(
    train: o.Train,
    out: Annotated[Path, typer.Option(help="Run folder.", rich_help_panel="Run")] = Path("runs/train"),
    validation: o.Validation = None,
    test: o.Test = None,
    note_column: o.NoteColumn = "note",
    summary_column: o.SummaryColumn = "summary",
    patient_column: o.PatientColumn = None,
    id_column: o.IdColumn = None,
    drop_shared: o.DropShared = False,
    checkpoint: o.Checkpoint = None,
    prompt_prefix: o.PromptPrefix = None,
    prompt_suffix: o.PromptSuffix = None,
    from_scratch: o.FromScratch = None,
    vocabulary: o.Vocabulary = None,
    lora: o.Lora = 0,
    lora_alpha: o.LoraAlpha = None,
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
    style: o.Style = "prose",
    beams: o.Beams = None,
    repetition_penalty: o.RepetitionPenalty = None,
    threads: o.Threads = None,
    checkpoint_minutes: o.CheckpointMinutes = 10.0,
    keep_checkpoints: o.KeepCheckpoints = False,
    on: o.On = "local",
    force: o.Force = False,
    as_json: o.Json = False,
    bucket: o.Bucket = None,
    prefix: o.Prefix = "chartbrief/training",
    role: o.Role = None,
    region: o.Region = None,
    image: o.Image = None,
    instance_type: o.InstanceType = "ml.g5.xlarge",
    volume_gb: o.VolumeGb = 50,
    max_run_minutes: o.MaxRunMinutes = 240,
    spot: o.Spot = False,
    max_wait_minutes: o.MaxWaitMinutes = None,
    checkpoints: o.Checkpoints = None,
    kms_key: o.KmsKey = None,
    subnet: o.Subnet = None,
    security_group: o.SecurityGroup = None,
    tag: o.Tag = None,
    no_wait: o.NoWait = False,
) -> None:
    """Train; exit status 0 when the run is finished and judged, or the job was started as asked."""
    told = dict(locals())
    given = {name: value for name, value in told.items() if name not in _NOT_OPTIONS and value is not None}
    with model_failures_told():
        options = parse_options(given)
        if on == "sagemaker":
            from chartbrief.model.train_on_sagemaker import train_on_sagemaker

            train_on_sagemaker(options, {name: told[name] for name in _JOB}, out, as_json)
        elif on == "local":
            _train_here(options, out, force, as_json)
        else:
            raise OptionsError(f"--on {on} is neither local nor sagemaker.")


def _train_here(options: TrainOptions, out: Path, force: bool, as_json: bool) -> None:
    # Imported here: they take seconds, and a mistake in the arguments is told before.
    from note_summarizer.training.judge_run import judge_run
    from note_summarizer.training.train_model import train_model

    console = console_for(stderr=as_json)
    with ConsoleReporter(console) as reporter:
        try:
            run = train_model(options, out, reporter, Interruption(), force)
        except TrainingInterruptedError:
            reporter.tell("Stopped behind a checkpoint: the same command goes on from there.")
            raise typer.Exit(INTERRUPTED) from None
        judgement = judge_run(run, reporter, options.threads)
    if as_json:
        sys.stdout.write(json.dumps(RunFolder(out).record(), ensure_ascii=False) + "\n")
    else:
        render_run(console, run, judgement)
