"""What a training run is told; the same from the command line, Python, and a training job's hyperparameters."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from note_summarizer.artifact import SummaryStyle
from note_summarizer.pairs import Columns
from note_summarizer.refused_options import refused_options

Precision = Literal["auto", "fp32", "bf16"]
BestBy = Literal["auto", "rouge1", "rouge2", "rougeL", "rougeLsum", "loss"]
Positive = Annotated[int, Field(ge=1)]
NotNegative = Annotated[float, Field(ge=0)]


class TrainOptions(BaseModel):
    """Options of one run; `None` means: chosen by the model's size and the data, and recorded with the run.

    Attributes:
        train, validation, test: data files, here or `s3://`; what is missing of the last two is taken from `train`.
        drop_shared: leave notes out of training and validation that the files to judge by hold too.
        checkpoint: encoder-decoder or decoder-only model to start from, a folder or a name on the hub; or
        from_scratch: size of a new Pegasus, with a tokenizer of its own trained on the training notes.
        prompt_prefix, prompt_suffix: text that the model reads before and after each note, in training and in service;
            the checkpoint's own, or its family's by default.
        max_input_tokens, max_output_tokens: longer notes and summaries are cut for training, and the run says how many.
        optimizer: a class of `torch.optim`; Adam by default. A new model takes Muon, which learns to copy in half the
            steps, with AdamW for what Muon cannot train (embeddings, norms).
        scheduler: a name that transformers' `get_scheduler` knows.
        warmup: share of the steps in which the learning rate rises.
        variants: of every training pair; all but one have copied phrases swapped (`swap_copies`).
        learning_rate: highest learning rate.
        label_smoothing, dropout: as PEGASUS was fine-tuned (Zhang et al. 2020, appendix C); a new model drops nothing.
        best_by: what chooses the epoch; "auto" is ROUGE-1, or the loss where few validation notes make ROUGE a lottery.
        precision: "auto" is bfloat16 where the processor or GPU computes in it, float32 elsewhere; never float16, in
            which T5 overflows.
        patience: epochs without a better validation score before training stops; 0 never stops early.
        lora: rank of low-rank adapters (peft), merged at the end; 0 trains every weight.
        validation_notes: most notes that are summarized after each epoch.
        repetition_penalty: what the result's scores of words said before are divided by; a small model needs it.
        threads: cores to use; all by default.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    train: str
    validation: str | None = None
    test: str | None = None
    note_column: str = "note"
    summary_column: str = "summary"
    patient_column: str | None = None
    id_column: str | None = None
    drop_shared: bool = False
    checkpoint: str | None = None
    from_scratch: str | None = None
    vocabulary: Annotated[int, Field(ge=300)] | None = None
    name: str | None = Field(default=None, pattern=r"^[a-z0-9][a-z0-9-]{0,40}$")
    style: SummaryStyle = "prose"
    prompt_prefix: str | None = None
    prompt_suffix: str | None = None
    max_input_tokens: Annotated[int, Field(ge=16)] | None = None
    max_output_tokens: Annotated[int, Field(ge=4)] | None = None
    optimizer: str | None = None
    scheduler: str = "linear"
    warmup: Annotated[float, Field(ge=0, lt=1)] = 0.1
    epochs: Positive | None = None
    batch_size: Positive | None = None
    gradient_accumulation: Positive = 1
    variants: Positive | None = None
    learning_rate: Annotated[float, Field(gt=0)] | None = None
    weight_decay: NotNegative = 0.0
    label_smoothing: Annotated[float, Field(ge=0, lt=1)] = 0.1
    dropout: Annotated[float, Field(ge=0, lt=1)] | None = None
    max_grad_norm: NotNegative = 1.0
    precision: Precision = "auto"
    patience: Annotated[int, Field(ge=0)] = 0
    best_by: BestBy = "auto"
    validation_notes: Positive = 100
    beams: Positive | None = None
    repetition_penalty: Annotated[float, Field(ge=1)] | None = None
    lora: Annotated[int, Field(ge=0)] = 0
    lora_alpha: Positive | None = None
    seed: int = 13
    threads: Positive | None = None
    checkpoint_minutes: Annotated[float, Field(gt=0)] = 10.0
    keep_checkpoints: bool = False

    @model_validator(mode="after")
    def _one_beginning(self) -> Self:
        if (self.checkpoint is None) == (self.from_scratch is None):
            raise ValueError("name either a checkpoint to start from or a size to train from scratch")
        if self.from_scratch and self.lora:
            raise ValueError("lora adapts a trained checkpoint; a model from scratch trains every weight")
        return self

    @property
    def chosen_optimizer(self) -> str:
        """The optimizer's name, asked for or by where training starts."""
        return self.optimizer or ("Adam" if self.from_scratch is None else "Muon")

    @property
    def chosen_dropout(self) -> float:
        """The dropout, asked for or by where training starts."""
        return self.dropout if self.dropout is not None else (0.1 if self.from_scratch is None else 0.0)

    @property
    def columns(self) -> Columns:
        """What the data files' columns are called."""
        return Columns(self.note_column, self.summary_column, self.patient_column, self.id_column)

    def hyperparameters(self) -> dict[str, str]:
        """Return the options that differ from the defaults, as a training job takes them: all text."""
        return {name: json.dumps(value) for name, value in self.model_dump(exclude_defaults=True).items()}


def parse_options(values: Mapping[str, Any]) -> TrainOptions:
    """Return the options that a mapping holds; text such as "3" or "true" is read as what the option is.

    Raises:
        OptionsError: names every option that is unknown or has a value it cannot have.
    """
    try:
        return TrainOptions.model_validate(dict(values))
    except ValidationError as error:
        raise refused_options(error) from None


def parse_hyperparameters(values: Mapping[str, str]) -> dict[str, Any]:
    """Decode a training job's hyperparameters: each is text, and may be JSON (`"3"`, `"\\"linear\\""`, `"null"`)."""
    return {name.replace("-", "_"): _decoded(text) for name, text in values.items()}


def _decoded(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text
