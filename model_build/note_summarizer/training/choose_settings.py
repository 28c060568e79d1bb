"""Settings that the user left open, chosen by the size of the model and of the data; all recorded with the run."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from note_summarizer.training.choose_limits import Limits
from note_summarizer.training.options import BestBy, TrainOptions

_SMALL = 30_000_000
# Some 240 steps let a checkpoint take up a new style, so few notes are seen often; longer, or with larger steps, the
# demonstration model learnt three dozen notes by heart and forgot how to copy. Many notes are seen a few times.
_STEPS, _FEWEST_EPOCHS, _FEWEST_SMALL_EPOCHS = 240, 3, 8
_SCRATCH_STEPS, _FEWEST_SCRATCH_EPOCHS = 4_000, 3
# (most weights, highest learning rate): small models take, and need, larger steps.
_RATES = ((_SMALL, 2e-4), (400_000_000, 1e-4))
_LARGE_RATE, _LORA_FACTOR = 5e-5, 5.0
_SCRATCH_RATES = {"Muon": 2e-3}
_SCRATCH_RATE, _SCRATCH_BATCH = 1e-3, 8
# (most pairs, variants of each) for small models; large ones do not forget how to copy.
_VARIANTS = ((200, 8), (600, 3))
_SCRATCH_VARIANTS = ((2_000, 8), (10_000, 4))
# A small model, fine-tuned on a few dozen dictations or dialogues, says things again and again. On three styles with 16
# held-out notes each, 1.2 raises ROUGE-1 by 2.5 to 13 over no penalty, and 1.5 loses some of it.
_PENALTY = 1.2
# On fewer validation notes, ROUGE of one epoch and the next differ by more than what training changes.
_ENOUGH_FOR_ROUGE = 30


@dataclass(frozen=True)
class Settings:
    """What is settled before the first step.

    Attributes:
        variants: of every training pair; an epoch sees them all.
        steps_per_epoch: optimizer steps; each sees batch_size times gradient_accumulation pairs.
        max_input_tokens, max_output_tokens: end-of-sequence token included, prompt left out.
        bf16: bfloat16 autocast over float32 weights.
    """

    batch_size: int
    epochs: int
    variants: int
    steps_per_epoch: int
    learning_rate: float
    max_input_tokens: int
    max_output_tokens: int
    beams: int
    repetition_penalty: float
    bf16: bool
    best_by: BestBy

    @property
    def limits(self) -> Limits:
        """How long notes and summaries may be."""
        return Limits(self.max_input_tokens, self.max_output_tokens)

    @property
    def steps(self) -> int:
        """Optimizer steps of the whole run."""
        return self.epochs * self.steps_per_epoch

    def as_json(self) -> dict[str, Any]:
        """Return the settings for the run's records."""
        return {**asdict(self), "steps": self.steps}


def choose_settings(
    options: TrainOptions,
    *,
    limits: Limits,
    pairs: int,
    parameters: int,
    beams: int,
    native_bf16: bool,
    validation: int,
) -> Settings:
    """Settle what the options leave open.

    Args:
        limits: how long notes and summaries may be.
        pairs: training pairs.
        parameters: the model's weights.
        beams: those of the checkpoint.
        native_bf16: whether the processor or GPU computes in bfloat16.
        validation: validation notes that are looked at.
    """
    scratch = options.from_scratch is not None
    batch_size = options.batch_size or (_SCRATCH_BATCH if scratch else 4 if pairs < 200 else 8)
    variants = options.variants or _variants(_SCRATCH_VARIANTS if scratch else _VARIANTS, pairs, parameters)
    steps_per_epoch = math.ceil(variants * pairs / (batch_size * options.gradient_accumulation))
    return Settings(
        batch_size=batch_size,
        epochs=options.epochs or _epochs(steps_per_epoch, scratch, variants == 1 and parameters <= _SMALL),
        variants=variants,
        steps_per_epoch=steps_per_epoch,
        learning_rate=options.learning_rate or _rate(parameters, options) * (_LORA_FACTOR if options.lora else 1),
        max_input_tokens=limits.max_input_tokens,
        max_output_tokens=limits.max_output_tokens,
        beams=options.beams or beams,
        repetition_penalty=options.repetition_penalty or (_PENALTY if parameters <= _SMALL else 1.0),
        bf16=options.precision == "bf16" or (options.precision == "auto" and native_bf16),
        best_by=_best_by(options.best_by, validation),
    )


def _epochs(steps_per_epoch: int, scratch: bool, small_and_plain: bool) -> int:
    if scratch:
        return max(_FEWEST_SCRATCH_EPOCHS, math.ceil(_SCRATCH_STEPS / steps_per_epoch))
    # A small model goes on getting better where a large one has learnt the style; variants are seen often as it is.
    return max(_FEWEST_SMALL_EPOCHS if small_and_plain else _FEWEST_EPOCHS, math.ceil(_STEPS / steps_per_epoch))


def _variants(table: Sequence[tuple[int, int]], pairs: int, parameters: int) -> int:
    return next((variants for most, variants in table if pairs <= most), 1) if parameters <= _SMALL else 1


def _best_by(asked: BestBy, validation: int) -> BestBy:
    if asked != "auto":
        return asked
    return "rouge1" if validation >= _ENOUGH_FOR_ROUGE else "loss"


def _rate(parameters: int, options: TrainOptions) -> float:
    if options.from_scratch is not None:
        return _SCRATCH_RATES.get(options.chosen_optimizer, _SCRATCH_RATE)
    return next((rate for most, rate in _RATES if parameters <= most), _LARGE_RATE)
