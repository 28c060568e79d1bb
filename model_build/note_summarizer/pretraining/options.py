"""What a pretraining run is told; the same from the command line, from Python, and from a training job."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from note_summarizer.pretraining.gap_sentences import Choice, Strategy
from note_summarizer.refused_options import refused_options

Precision = Literal["auto", "fp32", "bf16"]
Positive = Annotated[int, Field(ge=1)]
Share = Annotated[float, Field(ge=0, lt=1)]


class PretrainOptions(BaseModel):
    """Options of one run.

    Attributes:
        notes: files of unlabelled notes, here or `s3://`.
        size: of a new model, a name in `new_model.SIZES`; or
        checkpoint: a Pegasus to go on from, with its own tokenizer.
        tokenizer: folder of a tokenizer for the new model; by default one is trained on the notes.
        vocabulary, lower_case: of the tokenizer that is trained.
        steps, epochs, minutes: how long; one of them, or else ten epochs. Minutes become steps after a short
            measurement.
        ratio, spread: share of a document's sentences that are asked for; drawn every time, ratio - spread to ratio +
            spread.
        noise: how far, as a share, an importance is drawn up or down, so that every epoch asks for others.
        copied: share of the chosen sentences that stay in the document.
        max_input_tokens, max_output_tokens: longer notes are cut into documents, longer targets get fewer sentences.
        tokens_per_batch: padding included, inputs and targets together.
        learning_rate: highest; by default chosen by the model's width.
        held_out: share of the documents that the loss is measured on and nothing is learnt from.
        threads: cores to use; all by default.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    notes: Annotated[tuple[str, ...], Field(min_length=1)]
    note_column: str = "note"
    size: str = "small"
    checkpoint: str | None = None
    tokenizer: str | None = None
    vocabulary: Positive | None = None
    lower_case: bool = False
    steps: Positive | None = None
    epochs: Positive | None = None
    minutes: Annotated[float, Field(gt=0)] | None = None
    ratio: Annotated[float, Field(gt=0, lt=1)] = 0.3
    spread: Share = 0.15
    strategy: Strategy = "independent"
    unique: bool = False
    noise: Share = 0.2
    copied: Share = 0.2
    max_input_tokens: Annotated[int, Field(ge=32)] = 512
    max_output_tokens: Annotated[int, Field(ge=16)] = 256
    tokens_per_batch: Annotated[int, Field(ge=64)] = 4096
    optimizer: Literal["muon", "adamw"] = "muon"
    learning_rate: Annotated[float, Field(gt=0)] | None = None
    warmup: Share = 0.05
    weight_decay: Annotated[float, Field(ge=0)] = 0.01
    dropout: Share = 0.0
    held_out: Share = 0.02
    precision: Precision = "auto"
    name: str | None = Field(default=None, pattern=r"^[a-z0-9][a-z0-9-]{0,40}$")
    seed: int = 13
    threads: Positive | None = None
    checkpoint_minutes: Annotated[float, Field(gt=0)] = 5.0

    @model_validator(mode="after")
    def _one_of_each(self) -> Self:
        if sum(value is not None for value in (self.steps, self.epochs, self.minutes)) > 1:
            raise ValueError("say how long once: steps, epochs or minutes")
        if self.checkpoint and (self.tokenizer or self.vocabulary or self.lower_case):
            raise ValueError("a checkpoint has a tokenizer of its own: leave out tokenizer, vocabulary and lower-case")
        if self.tokenizer and (self.vocabulary or self.lower_case):
            raise ValueError("vocabulary and lower-case are for a tokenizer that is trained here, not for a given one")
        if not 0 < self.ratio - self.spread <= self.ratio + self.spread < 1:
            raise ValueError("ratio and spread: every draw must lie above 0 and below 1")
        return self

    @property
    def choice(self) -> Choice:
        """How sentences are chosen."""
        return Choice(self.ratio, self.strategy, self.unique, self.noise, self.copied)


def parse_pretrain_options(values: Mapping[str, Any]) -> PretrainOptions:
    """Return the options that a mapping holds; text such as "3" or "true" is read as what the option is.

    Raises:
        OptionsError: names every option that is unknown or has a value it cannot have.
    """
    try:
        return PretrainOptions.model_validate(dict(values))
    except ValidationError as error:
        raise refused_options(error) from None
