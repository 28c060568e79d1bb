"""What every dialect has: a request for a prompt, and an answer read out of what came back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from notes_pipeline.core.dialects.tidy_answer import is_refusal, tidy_answer

# Where a summary ends, for models that would go on with another note. Prompts end with the mark that opens it.
SUMMARY_END = "</summary>"


class AnswerError(Exception):
    """What came back is no summary.

    Attributes:
        code: `MalformedAnswer` (not the documented shape), `EmptyAnswer`, `Refused` (the model declined, or a filter
            did), or the code of a container's own error object. Never the answer's text.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Answer:
    """A model's answer to one prompt.

    Attributes:
        text: the summary, without labels and marks around it.
        prompt_echo: the prompt that the model says it answered, where its family says so.
        input_tokens, output_tokens: as the model counted them, where it does.
        cut_off: it ends because the output limit was reached.
    """

    text: str
    prompt_echo: str | None = None
    input_tokens: int | None = None
    output_tokens: int | None = None
    cut_off: bool = False


class Reader(Protocol):
    """Reads the answer in a response's body (parsed JSON).

    Args of a call:
        prompt: what was asked; a container that repeats it before its answer is read without it.

    Raises:
        AnswerError: the response is not as documented, or no summary.
    """

    def __call__(self, output: Any, prompt: str = "") -> Answer:
        """Return the answer."""


@dataclass(frozen=True)
class Dialect:
    """A family's requests and answers.

    Attributes:
        request: makes the body of a request from a prompt and the most tokens of its answer.
        read: reads an answer to it.
    """

    name: str
    request: Callable[[str, int], dict[str, Any]]
    read: Reader


def answer_of(
    text: Any,
    *,
    prompt: str = "",
    echo: Any = None,
    tokens: Sequence[Any] = (None, None),
    cut_off: bool = False,
    refused: bool = False,
) -> Answer:
    """Return an answer whose text was found, or refuse it.

    Args:
        prompt: taken off the text's beginning, if it stands there.
        tokens: of the input and of the output.
        refused: the response itself says that something was withheld.

    Raises:
        AnswerError: the text is not text, is empty, or declines to summarize.
    """
    if refused:
        raise AnswerError("Refused")
    if not isinstance(text, str):
        raise AnswerError("MalformedAnswer")
    tidy = tidy_answer(text.removeprefix(prompt) if prompt else text)
    if not tidy:
        raise AnswerError("EmptyAnswer")
    if is_refusal(tidy):
        raise AnswerError("Refused")
    counted = [count if isinstance(count, int) else None for count in tokens]
    return Answer(tidy, echo if isinstance(echo, str) else None, counted[0], counted[1], cut_off)


def first_object(value: Any) -> Mapping[str, Any]:
    """Return a response that is an object, or the one in a list of one.

    Raises:
        AnswerError: it is neither, or an error object.
    """
    found = value[0] if isinstance(value, list) and len(value) == 1 else value
    if not isinstance(found, Mapping):
        raise AnswerError("MalformedAnswer")
    if "error" in found:
        raise AnswerError(error_code(found["error"]))
    return found


def error_code(error: Any) -> str:
    """Return the code of a container's error object; only a plain word is taken over, all else could quote the note."""
    code = str(error.get("code", "")) if isinstance(error, Mapping) else ""
    return code if code.isalnum() and code.isascii() and len(code) <= 40 else "NoSummary"


def item(value: Any, *path: str | int) -> Any:
    """Return what lies at a path of keys and places.

    Raises:
        AnswerError: the response has no such path.
    """
    for step in path:
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):
            raise AnswerError("MalformedAnswer") from None
    return value
