"""Reading one note: which texts a model is to summarize, and what their answers say together; pure.

`read_note` is driven by whoever has the model. It yields texts, is sent their answers, and returns the note's summary,
so that the texts of many notes can be answered in one batch, and nothing here knows of models or threads.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from typing import Literal

from note_summarizer.merge_parts import merge_items, merge_sentences
from note_summarizer.split_note import split_note


@dataclass(frozen=True)
class PartAnswer:
    """The model's summary of one text.

    Attributes:
        input_tokens: tokens that were read for it.
        cut_off: the summary reached the output limit without coming to its end.
    """

    text: str
    input_tokens: int
    cut_off: bool


@dataclass(frozen=True)
class Reading:
    """How a model reads.

    Attributes:
        measure: number of tokens that the model reads for a text, end of sequence included.
        max_input_tokens: most tokens a text may have.
        max_output_tokens: most tokens of a summary.
        style: `items` for summaries of comma-separated items, `prose` for sentences.
    """

    measure: Callable[[str], int]
    max_input_tokens: int
    max_output_tokens: int
    style: Literal["items", "prose"]


@dataclass(frozen=True)
class NoteSummary:
    """What the parts of a note say together.

    Attributes:
        parts: in how many parts the note was read; more than one for a note longer than the model's input.
        input_tokens: tokens read, over all texts of all passes.
        passes: 1, or more if the merged text was itself summarized.
        dropped_characters: characters of the note that no part held.
        dropped_statements: statements of the parts' summaries that the summary leaves out, repetitions not counted.
    """

    summary_text: str
    parts: int
    input_tokens: int
    passes: int
    dropped_characters: int
    dropped_statements: int


def read_note(note: str, reading: Reading) -> Generator[Sequence[str], Sequence[PartAnswer], NoteSummary]:
    """Yield the texts to summarize, be sent their answers in the same order, and return the note's summary."""
    parts = split_note(note, reading.measure, reading.max_input_tokens)
    answers = yield parts
    merge = merge_items if reading.style == "items" else merge_sentences
    return NoteSummary(
        summary_text=merge([answer.text for answer in answers]),
        parts=len(parts),
        input_tokens=sum(answer.input_tokens for answer in answers),
        passes=1,
        dropped_characters=0,
        dropped_statements=0,
    )
