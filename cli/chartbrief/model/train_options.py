"""The options of `chartbrief model train`, as types with their help; the work's own checks are in TrainOptions."""

from __future__ import annotations

from typing import Annotated

import typer

_DATA, _START, _LEARN, _RUN, _JOB = "Data", "Where to start", "Learning", "Run", "Training on SageMaker"


def _option(group: str, text: str, *names: str, **settings: object) -> typer.models.OptionInfo:
    return typer.Option(*names, help=text, rich_help_panel=group, **settings)  # type: ignore[arg-type, no-any-return]


Train = Annotated[str, _option(_DATA, "Notes and summaries: CSV or JSON Lines, here or s3://.", "--train")]
Validation = Annotated[str | None, _option(_DATA, "To choose the best epoch by; taken from --train if not given.")]
Test = Annotated[str | None, _option(_DATA, "To judge the result by; taken from --train if it is the only file.")]
NoteColumn = Annotated[str, _option(_DATA, "Column that holds the note.")]
SummaryColumn = Annotated[str, _option(_DATA, "Column that holds the reference summary.")]
PatientColumn = Annotated[
    str | None, _option(_DATA, "Patient's id: splits keep a patient's notes together.  \\[patient_id]")
]
IdColumn = Annotated[str | None, _option(_DATA, "Note's id.  \\[note_id, or id]")]
DropShared = Annotated[
    bool,
    _option(_DATA, "Leave notes out that the validation or test file holds too, instead of stopping.", "--drop-shared"),
]

Checkpoint = Annotated[
    str | None,
    _option(
        _START,
        "Encoder-decoder or decoder-only model to fine-tune: folder, run, or name on the hub (google/pegasus-xsum,"
        " google/flan-t5-base, gpt2, bigscience/bloom-560m).",
    ),
]
PromptPrefix = Annotated[
    str | None, _option(_START, "Text that it reads before each note.  \\[the checkpoint's own; T5's is 'summarize: ']")
]
PromptSuffix = Annotated[
    str | None, _option(_START, "Text after each note.  \\[the checkpoint's own; a decoder-only model's asks 'TL;DR:']")
]
FromScratch = Annotated[
    str | None,
    _option(_START, "Or a new Pegasus of this size: tiny, small, medium, base, large.", metavar="SIZE"),
]
Vocabulary = Annotated[int | None, _option(_START, "Pieces of the new model's tokenizer.  \\[by the amount of text]")]
Lora = Annotated[int, _option(_START, "Train low-rank adapters of this rank instead of every weight; 0 does not.")]
LoraAlpha = Annotated[int | None, _option(_START, "Scale of the adapters.  \\[twice their rank]")]

Optimizer = Annotated[
    str | None, _option(_LEARN, "A class of torch.optim: AdamW, Adafactor, SGD ...  \\[Adam; Muon from scratch]")
]
Scheduler = Annotated[str, _option(_LEARN, "linear, cosine, constant_with_warmup, polynomial ...")]
Warmup = Annotated[float, _option(_LEARN, "Share of the steps in which the learning rate rises.")]
Epochs = Annotated[int | None, _option(_LEARN, "Times every note is seen.  \\[by the number of notes]")]
BatchSize = Annotated[
    int | None, _option(_LEARN, "Notes of one forward pass.  \\[4, or 8 from 200 notes on and from scratch]")
]
Accumulation = Annotated[int, _option(_LEARN, "Forward passes of one optimizer step.", "--gradient-accumulation")]
Variants = Annotated[
    int | None, _option(_LEARN, "Variants of every pair, copied phrases swapped; 1 swaps none.  \\[by notes and model]")
]
LearningRate = Annotated[float | None, _option(_LEARN, "Highest learning rate.  \\[by the size of the model]")]
WeightDecay = Annotated[float, _option(_LEARN, "Weight decay, for optimizers that have one.")]
LabelSmoothing = Annotated[float, _option(_LEARN, "Label smoothing.")]
Dropout = Annotated[float | None, _option(_LEARN, "Dropout.  \\[0.1; 0 from scratch]")]
MaxGradNorm = Annotated[float, _option(_LEARN, "Gradients are clipped to this norm; 0 does not.")]
Patience = Annotated[int, _option(_LEARN, "Epochs without a better validation score before it stops; 0 never stops.")]
BestBy = Annotated[str, _option(_LEARN, "What chooses the epoch: auto, rouge1, rouge2, rougeL, rougeLsum, loss.")]
ValidationNotes = Annotated[int, _option(_LEARN, "Most notes that are summarized after each epoch.")]
MaxInputTokens = Annotated[
    int | None, _option(_LEARN, "Notes are cut here for training.  \\[what the checkpoint has room for]")
]
MaxOutputTokens = Annotated[int | None, _option(_LEARN, "Summaries are cut here.  \\[the longest training summary]")]
Precision = Annotated[str, _option(_LEARN, "auto (bf16 where the machine computes in it), bf16 or fp32.")]
Seed = Annotated[int, _option(_LEARN, "Decides splits, order and dropout: same seed, same result.")]

Name = Annotated[str | None, _option(_RUN, "Name of the resulting model.  \\[summarizer]")]
Style = Annotated[str, _option(_RUN, "How parts of a long note are merged: prose, or items (comma-separated).")]
Beams = Annotated[int | None, _option(_RUN, "Beams the result is served with.  \\[the checkpoint's; 4 from scratch]")]
RepetitionPenalty = Annotated[
    float | None, _option(_RUN, "Against saying things again.  \\[1.2 for a small model, else 1]")
]
Threads = Annotated[int | None, _option(_RUN, "Cores to use.  \\[all]")]
CheckpointMinutes = Annotated[float, _option(_RUN, "Longest time between two checkpoints.")]
KeepCheckpoints = Annotated[bool, _option(_RUN, "Keep the trainer's checkpoints.", "--keep-checkpoints")]
On = Annotated[str, _option(_RUN, "Where: local or sagemaker.")]
Force = Annotated[bool, _option(_RUN, "Remove what --out holds, and start over.", "--force")]
Json = Annotated[bool, _option(_RUN, "Print run.json on stdout instead of tables.", "--json")]

Bucket = Annotated[str | None, _option(_JOB, "Bucket for uploads and results.")]
Prefix = Annotated[str, _option(_JOB, "Where in the bucket.")]
Role = Annotated[str | None, _option(_JOB, "Execution role, name or ARN.", "--role", envvar="SAGEMAKER_ROLE")]
Region = Annotated[str | None, _option(_JOB, "AWS region.  \\[your environment's]")]
Image = Annotated[str | None, _option(_JOB, "Training container.  \\[the newest that the SDK knows]")]
InstanceType = Annotated[str, _option(_JOB, "Instance type.")]
VolumeGb = Annotated[int, _option(_JOB, "Disk of the instance in GB.")]
MaxRunMinutes = Annotated[float, _option(_JOB, "The job is stopped after so long.")]
Spot = Annotated[
    bool, _option(_JOB, "Spare capacity at a lower price; an interrupted job goes on by itself.", "--spot")
]
MaxWaitMinutes = Annotated[float | None, _option(_JOB, "Spot: longest time from start to end, waiting included.")]
Checkpoints = Annotated[
    str | None, _option(_JOB, "s3:// address of the checkpoints; an earlier job's, to go on with it.")
]
KmsKey = Annotated[str | None, _option(_JOB, "KMS key for uploads, volume and results.")]
Subnet = Annotated[list[str] | None, _option(_JOB, "Subnet; repeatable.")]
SecurityGroup = Annotated[list[str] | None, _option(_JOB, "Security group; repeatable.")]
Tag = Annotated[list[str] | None, _option(_JOB, "KEY=VALUE on the job; repeatable.")]
NoWait = Annotated[bool, _option(_JOB, "Start the job, and do not follow it.", "--no-wait")]
