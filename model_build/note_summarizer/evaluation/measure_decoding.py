"""Which search is worth its time: ROUGE-L and speed of a model over beam sizes and length penalties, and a choice.

A wider beam costs in proportion, and a student may gain nothing from it: it has learnt what its teacher's beam found
(Kim and Rush 2016). The engine itself is measured; the fastest search within a stated loss of the best is chosen.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from note_summarizer.errors import DataError
from note_summarizer.evaluation.rouge import rouge_rows
from note_summarizer.generation import Generation
from note_summarizer.long_notes.read_note import NoteSummary
from note_summarizer.pairs.pair import Pair

BEAMS, LENGTH_PENALTIES = (1, 2, 4, 8), (0.6, 0.8, 1.0)
LOSS = 0.3  # points of ROUGE-L
# Two speeds that are closer are the same: so much do repetitions on a quiet machine differ.
_SAME_SPEED = 0.05
_ROUNDS = 2

Summarize = Callable[[Sequence[str], Generation], Sequence[NoteSummary]]


@dataclass(frozen=True)
class Measured:
    """One search.

    Attributes:
        rouge_l: mean F1 over the notes, in percent.
        notes_per_second: of processor time over all cores, the better of two rounds.
    """

    generation: Generation
    rouge_l: float
    notes_per_second: float

    def as_json(self) -> dict[str, Any]:
        """Return the search and its figures."""
        figures = {"rougeL": round(self.rouge_l, 3), "notes_per_processor_second": round(self.notes_per_second, 3)}
        return {**asdict(self.generation), **figures}


def searches(own: Generation) -> list[Generation]:
    """Return the searches that are measured: the model's own first, then the grid; greedy search once."""
    penalties = {beams: LENGTH_PENALTIES if beams > 1 else (own.length_penalty,) for beams in BEAMS}
    grid = [replace(own, beam_size=beams, length_penalty=p) for beams in BEAMS for p in penalties[beams]]
    return list(dict.fromkeys([own, *grid]))


def measure_decoding(
    summarize: Summarize,
    pairs: Sequence[Pair],
    wanted: Sequence[Generation],
    *,
    processor_seconds: Callable[[], float] = time.process_time,
    tell: Callable[[str], None] | None = None,
) -> list[Measured]:
    """Answer the notes by every search, twice and in turn, so that what else the machine does hits all alike.

    Args:
        pairs: notes that neither training nor the final judgement sees: validation notes.
        wanted: as `searches` gives them.
        tell: told how far it is.

    Raises:
        DataError: there are no notes.
    """
    if not pairs:
        raise DataError("There are no validation notes to measure the decoding on.")
    notes, references = [pair.note for pair in pairs], [pair.summary for pair in pairs]
    summarize(notes[:8], wanted[0])  # the first call warms up
    fewest, rouge = dict[Generation, float](), dict[Generation, float]()
    for number in range(_ROUNDS):
        for search in wanted:
            began = processor_seconds()
            answers = [answer.summary_text for answer in summarize(notes, search)]
            took = max(processor_seconds() - began, 1e-9)
            fewest[search] = min(took, fewest.get(search, took))
            if not number:
                rows = rouge_rows(references, answers)["rougeL"]
                rouge[search] = sum(rows) / len(rows)
        if tell:
            tell(f"Decoding measured: round {number + 1} of {_ROUNDS}, {len(wanted)} searches, {len(notes)} notes.")
    return [Measured(search, rouge[search], len(notes) / fewest[search]) for search in wanted]


def fastest_within(measured: Sequence[Measured], loss: float = LOSS) -> Measured:
    """Return the fastest search within a loss of the best ROUGE-L; of equally fast ones the best, then the first.

    Args:
        loss: in points of ROUGE-L.

    Raises:
        ValueError: nothing was measured.
    """
    best = max(found.rouge_l for found in measured)
    good = [found for found in measured if found.rouge_l >= best - loss]
    fastest = max(found.notes_per_second for found in good)
    return max((f for f in good if f.notes_per_second >= (1 - _SAME_SPEED) * fastest), key=lambda f: f.rouge_l)
