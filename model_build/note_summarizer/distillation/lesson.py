"""What a student is taught with: the splits of the pairs, and further notes that nobody has summarized."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from note_summarizer.distillation.options import DistillOptions, Labels
from note_summarizer.errors import DataError
from note_summarizer.pairs import Pair, ReadReport
from note_summarizer.pairs.read_pairs import read_unlabelled
from note_summarizer.pairs.split_pairs import drop_shared
from note_summarizer.training.prepare_splits import Prepared, prepare_splits


@dataclass(frozen=True)
class Lesson:
    """The data of a distillation.

    Attributes:
        prepared: the splits of the pairs; what a student is judged by has references, whatever it learns.
        to_label: notes that the teacher is to summarize, each once: those of the training pairs, then further ones.
        files: of the further notes.
    """

    prepared: Prepared
    to_label: tuple[Pair, ...]
    files: tuple[ReadReport, ...]

    def hashes(self) -> dict[str, str]:
        """Return the hash of every data file, under the name of what it is read for."""
        further = {f"notes {number}": report.sha256 for number, report in enumerate(self.files, start=1)}
        return {**{name: report.sha256 for name, report in self.prepared.files.items()}, **further}

    def taught(self, labelled: Sequence[Pair], labels: Labels) -> Prepared:
        """Return the splits with the training pairs that the student learns.

        Raises:
            DataError: fewer than two.
        """
        references = () if labels == "pseudo" else self.prepared.splits.train
        train = (*references, *labelled)
        if len(train) < 2:
            raise DataError(
                f"The teacher's answers leave {len(train)} notes to train on: give it notes that fit its input, or have"
                " --labels references."
            )
        return replace(self.prepared, splits=replace(self.prepared.splits, train=train))


def prepare_lesson(options: DistillOptions) -> Lesson:
    """Read pairs and notes; further notes that are held out, or of a patient who is, are left out and told.

    Raises:
        DataError: a file cannot be used, or too little is left to train on.
    """
    prepared = prepare_splits(options.training)
    if options.labels == "references":
        return Lesson(prepared, (), ())
    read = [read_unlabelled(source, options.training.columns) for source in options.notes]
    further = [note for notes, _ in read for note in notes]
    held_out = (*prepared.splits.validation, *prepared.splits.test)
    patients = {pair.patient for pair in held_out if pair.patient}
    kept = [note for note in drop_shared(further, held_out) if note.patient not in patients]
    if left_out := len(further) - len(kept):
        remark = f"{left_out} further notes were left out: held out to judge by, or of a patient who is."
        prepared = replace(prepared, remarks=(*prepared.remarks, remark))
    once = {pair.note: pair for pair in reversed([*prepared.splits.train, *kept])}
    return Lesson(prepared, tuple(reversed(once.values())), tuple(report for _, report in read))
