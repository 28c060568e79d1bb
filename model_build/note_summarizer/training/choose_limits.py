"""How long notes and summaries may be in training and in service, within the positions that the model has."""

from __future__ import annotations

from dataclasses import dataclass

from note_summarizer.errors import OptionsError
from note_summarizer.model_family import Positions
from note_summarizer.training.families import TrainingFamily
from note_summarizer.training.options import TrainOptions

_LEAST_SUMMARY = 16
# Parts of fewer tokens hold no finding whole.
_LEAST_NOTE = 9


@dataclass(frozen=True)
class Limits:
    """Most tokens of a note and of a summary, an end of either included and the prompt left out."""

    max_input_tokens: int
    max_output_tokens: int


def choose_limits(
    options: TrainOptions,
    family: TrainingFamily,
    positions: Positions,
    *,
    trained_on: int | None,
    prompt_tokens: int,
    longest_summary: int,
) -> Limits:
    """Settle what the options leave open: the longest summary as it is, and for the note what there is room for.

    Args:
        trained_on: longest text that the checkpoint was trained on, if it says so; it reads best what it knows.
        prompt_tokens: tokens that are read beside the note.
        longest_summary: tokens of the longest training summary.

    Raises:
        OptionsError: the model has fewer positions than that, or none for a note; the message says how many.
    """
    longest = family.longest_summary(positions)
    summary = options.max_output_tokens or max(_LEAST_SUMMARY, min(longest, -(-longest_summary // 8) * 8))
    room = family.room(positions.count, prompt_tokens, summary)
    known = min(positions.count, trained_on or positions.count)
    note = options.max_input_tokens or family.room(known, prompt_tokens, summary)
    if note < _LEAST_NOTE:
        raise OptionsError(
            f"max-output-tokens: with a summary of {summary} tokens and a prompt of {prompt_tokens}, {known} positions"
            " have no room for a note. Ask for shorter summaries, or for a shorter prompt."
        )
    if positions.fixed:
        _require_positions(note, room, summary, positions.count, prompt_tokens)
    return Limits(note, summary)


def _require_positions(note: int, room: int, summary: int, positions: int, prompt: int) -> None:
    if summary > positions:
        raise OptionsError(f"max-output-tokens: this model has {positions} positions, no more.")
    if note > room:
        raise OptionsError(
            f"max-input-tokens: this model has {positions} positions, no more. With a prompt of {prompt} tokens and"
            f" summaries of {summary}, ask for at most {room}."
        )
