"""Pseudo-labels: the teacher's answers to the notes that a student learns from, written as pairs.

Sequence-level distillation (Kim and Rush 2016, arXiv:1606.07947): the student learns what the teacher's beam search
says, which is simpler than what people wrote, and can be had for notes that nobody has summarized. Answers are kept as
they come, so that an interrupted run asks for the missing ones only.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from note_summarizer.long_notes.read_note import NoteSummary
from note_summarizer.pairs import Pair
from note_summarizer.training.interruption import Interruption, TrainingInterruptedError

# Notes of one call: what an interruption costs at most.
CALL = 256

Answering = Callable[[Sequence[str]], Sequence[NoteSummary]]


@dataclass(frozen=True)
class TeacherAnswer:
    """What the teacher says to a note, and in how many parts it read that."""

    summary: str
    parts: int


def answer_notes(
    notes: Sequence[str],
    teacher: Callable[[], AbstractContextManager[Answering]],
    kept: Path,
    *,
    tell: Callable[[str], None],
    interruption: Interruption,
) -> list[TeacherAnswer]:
    """Return the teacher's answers in the notes' order; what `kept` holds of an earlier call is not asked for again.

    Args:
        teacher: opens the teacher; not called when nothing is missing.
        kept: file of the answers so far; they belong to the same notes.
        tell: told how far it is, never what a note says.

    Raises:
        TrainingInterruptedError: somebody asked to stop; the same call goes on.
    """
    # The longest first: want of memory shows at once, and notes of one batch are of like length.
    order = sorted(range(len(notes)), key=lambda place: (-len(notes[place]), place))
    found = _whole_calls(kept, len(notes))
    _rewrite(kept, map(_line, found))
    if len(found) < len(notes):
        with teacher() as answering, kept.open("a", encoding="utf-8") as file:
            while len(found) < len(notes):
                asked = [notes[place] for place in order[len(found) : len(found) + CALL]]
                new = [TeacherAnswer(answer.summary_text.strip(), answer.parts) for answer in answering(asked)]
                file.write("".join(map(_line, new)))
                file.flush()
                found += new
                tell(f"The teacher has answered {len(found)} of {len(notes)} notes.")
                if interruption.requested:
                    raise TrainingInterruptedError
    by_place = dict(zip(order, found, strict=True))
    return [by_place[place] for place in range(len(notes))]


def pseudo_pairs(notes: Sequence[Pair], answers: Sequence[TeacherAnswer]) -> tuple[list[Pair], tuple[str, ...]]:
    """Return the notes with the teacher's answers as their summaries, and what to know about those left out.

    Left out are notes without an answer, and those that the teacher read in parts: a student would be shown the
    beginning of the note, and learn to say what stands in the rest.
    """
    labelled = [(note, answer) for note, answer in zip(notes, answers, strict=True) if answer.summary]
    pairs = [replace(note, summary=answer.summary) for note, answer in labelled if answer.parts == 1]
    counts = ((len(notes) - len(labelled), "got no answer"), (len(labelled) - len(pairs), "are longer than its input"))
    left_out = (
        f"{count} of the teacher's {len(notes)} notes {why}: they get no pseudo-label."
        for count, why in counts
        if count
    )
    return pairs, tuple(left_out)


def write_pseudo_pairs(pairs: Sequence[Pair], path: Path) -> None:
    """Write pairs as JSON Lines that `chartbrief model train` reads; the file holds note text.

    Raises:
        OSError: the file cannot be written.
    """
    names = {"note": "note", "summary": "summary", "patient": "patient_id", "id": "note_id"}
    rows = ({key: value for name, key in names.items() if (value := getattr(pair, name)) is not None} for pair in pairs)
    _rewrite(path, (json.dumps(row, ensure_ascii=False) + "\n" for row in rows))


def _rewrite(path: Path, lines: Iterable[str]) -> None:
    partial = path.with_name(f"{path.name}.partial")
    partial.write_text("".join(lines), "utf-8")
    partial.replace(path)


def _whole_calls(kept: Path, notes: int) -> list[TeacherAnswer]:
    """Return the kept answers of calls that were written whole: the last one may have been cut off."""
    found: list[TeacherAnswer] = []
    for line in kept.read_text("utf-8", errors="replace").splitlines() if kept.is_file() else ():
        try:
            found.append(TeacherAnswer(**json.loads(line)))
        except (ValueError, TypeError):
            break
    return found if len(found) == notes else found[: len(found) // CALL * CALL]


def _line(answer: TeacherAnswer) -> str:
    return json.dumps(asdict(answer)) + "\n"
