"""What a distillation is told: teacher, student and labels, and how the student is trained."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from note_summarizer.errors import OptionsError
from note_summarizer.refused_options import refused_options
from note_summarizer.training.options import TrainOptions, parse_options

Labels = Literal["references", "pseudo", "both"]
Positive = Annotated[int, Field(ge=1)]
_STARTS = ("checkpoint", "from_scratch", "vocabulary")


class DistillOptions(BaseModel):
    """Options of one distillation.

    Attributes:
        teacher: trained encoder-decoder: folder of a run or checkpoint, a packaged model, or a name on the hub.
        notes: files of further notes, here or `s3://`, that need no summaries; the teacher writes them.
        decoder_layers, encoder_layers: of the student; all of the teacher's encoder layers by default.
        labels: what the student learns: the references, the teacher's answers to the same and to further notes
            (pseudo-labels), or both side by side.
        measure_decoding: whether beam size and length penalty are chosen by measurement on the validation notes.
        training: how it is trained; data and learning as `chartbrief model train` has them. What it leaves open of
            style and repetition penalty is the teacher's.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    teacher: str
    notes: tuple[str, ...] = ()
    decoder_layers: Positive = 1
    encoder_layers: Positive | None = None
    labels: Labels = "both"
    measure_decoding: bool = False
    training: TrainOptions

    @model_validator(mode="after")
    def _notes_get_labels(self) -> Self:
        if self.notes and self.labels == "references":
            raise ValueError("notes without summaries teach nothing by references: have labels pseudo or both")
        return self

    def flat(self) -> dict[str, Any]:
        """Return all options under one roof, as they are given and as a run records them."""
        training = self.training.model_dump(mode="json", exclude=set(_STARTS))
        return {**self.model_dump(mode="json", exclude={"training"}), **training}


def parse_distill_options(values: Mapping[str, Any]) -> DistillOptions:
    """Return the options that a flat mapping holds: those of a distillation, and those of its training.

    Raises:
        OptionsError: names every option that is unknown or has a value it cannot have.
    """
    own = {name: value for name, value in values.items() if name in DistillOptions.model_fields}
    rest = {name: value for name, value in values.items() if name not in own}
    given = [name.replace("_", "-") for name in _STARTS if name in rest]
    if given:
        raise OptionsError(f"{given[0]}: a student starts with its teacher's layers and tokenizer: leave it out.")
    if not own.get("teacher"):
        raise OptionsError("teacher: name the trained model that the student learns from.")
    if isinstance(own.get("notes"), str):  # a training job's hyperparameter
        own["notes"] = (own["notes"],)
    training = parse_options({**rest, "checkpoint": own["teacher"]})
    try:
        return DistillOptions.model_validate({**own, "training": training})
    except ValidationError as error:
        raise refused_options(error) from None
