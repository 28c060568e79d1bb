"""Reading one note: which texts a model is to summarize, and what their answers say together; pure.

`read_note` is driven by whoever has the model. It yields texts, is sent their answers, and returns the note's summary,
so that the texts of many notes can be answered in one batch, and nothing here knows of models or threads.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from typing import Literal

from note_summarizer.long_notes.merge_parts import Merged, merge_items, merge_sentences
from note_summarizer.long_notes.split_note import split_note
from note_summarizer.long_notes.statements import left_out
from note_summarizer.long_notes.whole_statements import whole_statements

# Each further pass says less of the note.
MOST_PASSES = 3


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
        dropped_statements: statements of the parts' summaries that the summary leaves out: those at which the output
            limit was reached, those that a further pass does not say, and those beyond the most items of a summary.
            Repetitions are not counted.
    """

    summary_text: str
    parts: int
    input_tokens: int
    passes: int
    dropped_characters: int
    dropped_statements: int


Steps = Generator[Sequence[str], Sequence[PartAnswer], NoteSummary]


@dataclass(frozen=True)
class _Pass:
    """One reading of a text: its parts' merged summaries, and what was read and lost for them."""

    merged: Merged
    parts: int
    held_characters: int
    input_tokens: int
    dropped: int


def read_note(note: str, reading: Reading) -> Steps:
    """Yield the texts to summarize, be sent their answers in the same order, and return the note's summary.

    Merged sentences that are longer than a summary may be are read as a note in their turn, at most twice; what is
    still too long then is the summary all the same. Merged items are the summary.
    """
    first = last = yield from _read(note, reading)
    passes, tokens, dropped = 1, first.input_tokens, first.dropped
    while passes < MOST_PASSES and _is_long(last, reading):
        further = yield from _read(last.merged.text, reading)
        tokens += further.input_tokens
        if not _is_shorter(further, last, reading):
            break
        passes += 1
        dropped += max(further.dropped, left_out(last.merged.statements, further.merged.text))
        last = further
    return NoteSummary(last.merged.text, first.parts, tokens, passes, len(note) - first.held_characters, dropped)


def _read(text: str, reading: Reading) -> Generator[Sequence[str], Sequence[PartAnswer], _Pass]:
    parts = split_note(text, reading.measure, reading.max_input_tokens)
    answers = yield [part.read for part in parts]
    items = reading.style == "items"
    whole = [whole_statements(answer.text, items=items) if answer.cut_off else (answer.text, 0) for answer in answers]
    merged = (merge_items if items else merge_sentences)([text for text, _ in whole])
    return _Pass(
        merged,
        len(parts),
        sum(len(part.text) for part in parts),
        sum(answer.input_tokens for answer in answers),
        merged.dropped + sum(dropped for _, dropped in whole),
    )


def _is_long(read: _Pass, reading: Reading) -> bool:
    several = reading.style == "prose" and read.parts > 1
    return several and reading.measure(read.merged.text) > reading.max_output_tokens


def _is_shorter(further: _Pass, last: _Pass, reading: Reading) -> bool:
    return 0 < reading.measure(further.merged.text) < reading.measure(last.merged.text)
