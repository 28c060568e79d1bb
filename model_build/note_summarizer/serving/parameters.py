"""Generation parameters of a request, by the names that transformers gives them; pure.

Those are taken that change how long and how thoroughly is searched. What would break a promise is refused: sampling
(the same note then has another summary each time), and a longer answer than the artifact allows (the model may have no
positions for it).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from note_summarizer.generation import Generation
from note_summarizer.serving.errors import RecordError

_BEAMS, _LONGEST_PENALTY = 16, 10.0
_TAKEN: dict[str, tuple[str, Callable[[float], bool]]] = {
    "num_beams": ("beam_size", lambda value: isinstance(value, int) and 1 <= value <= _BEAMS),
    "max_new_tokens": ("max_output_tokens", lambda value: isinstance(value, int) and value >= 1),
    "length_penalty": ("length_penalty", lambda value: abs(value) <= _LONGEST_PENALTY),
    "repetition_penalty": ("repetition_penalty", lambda value: 0.1 <= value <= _LONGEST_PENALTY),
}
_HELP = (
    f"Send only num_beams (1 to {_BEAMS}), max_new_tokens (up to what the model's artifact allows), length_penalty"
    f" and repetition_penalty (up to {_LONGEST_PENALTY:g})."
)


def read_parameters(given: object) -> Mapping[str, float]:
    """Return a record's `parameters`; none if it has none.

    Raises:
        RecordError: one is not taken, or not within its limits.
    """
    if given is None:
        return {}
    if not isinstance(given, dict) or not all(_is_taken(name, value) for name, value in given.items()):
        # Neither name nor value is quoted: whoever mistook the fields may have put the note there.
        raise RecordError("BadParameters", f"A generation parameter is not taken. {_HELP}")
    return given


def search_of(parameters: Mapping[str, float], usual: Generation) -> Generation:
    """Return the settings with the parameters in place of the usual ones.

    Raises:
        RecordError: more tokens are asked for than the artifact allows.
    """
    asked: Any = {_TAKEN[name][0]: value for name, value in parameters.items()}
    search = replace(usual, **asked)
    if search.max_output_tokens > usual.max_output_tokens:
        raise RecordError(
            "BadParameters", f"This model answers in at most {usual.max_output_tokens} tokens: ask for no more."
        )
    return search


def _is_taken(name: str, value: object) -> bool:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return number and name in _TAKEN and _TAKEN[name][1](float(value) if isinstance(value, float) else value)  # type: ignore[arg-type]
