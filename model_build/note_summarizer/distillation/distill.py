"""A distillation from options to a trained student: shrink, label, train; an interrupted one goes on where it stopped.

The run folder is one of `train_model` and, besides, holds `pseudo_labels.jsonl`: what the teacher said, as pairs.
"""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from note_summarizer.artifact import ArtifactError, ModelArtifact
from note_summarizer.distillation.fast_model import fastest_artifact
from note_summarizer.distillation.lesson import Lesson, prepare_lesson
from note_summarizer.distillation.options import DistillOptions
from note_summarizer.distillation.pseudo_labels import Answering, answer_notes, pseudo_pairs, write_pseudo_pairs
from note_summarizer.distillation.shrink import KeptLayers, kept_layers, write_student
from note_summarizer.engine import SummaryEngine
from note_summarizer.errors import CheckpointError
from note_summarizer.pairs import Pair
from note_summarizer.resolve_model import WEIGHTS, resolve_model
from note_summarizer.training.full_disk import full_disk_told
from note_summarizer.training.interruption import Interruption
from note_summarizer.training.optimizers import require_optimizer
from note_summarizer.training.options import TrainOptions
from note_summarizer.training.reporting import Reporter
from note_summarizer.training.run_folder import SPLITS, RunFolder
from note_summarizer.training.train_model import NOT_IDENTITY, Run, train_prepared

PSEUDO_LABELS = "pseudo_labels.jsonl"
# Decoding is measured on a finished run, as often as that is asked for.
_NOT_IDENTITY = {*NOT_IDENTITY, "measure_decoding"}
_STUDENT, _ANSWERS = "student", "teacher_answers.jsonl"


def distill(
    options: DistillOptions,
    out: Path,
    reporter: Reporter,
    interruption: Interruption | None = None,
    force: bool = False,
) -> Run:
    """Distil by the options into the run folder `out`, which `chartbrief model package` and `evaluate` take.

    Args:
        force: remove what `out` holds first.

    Raises:
        ModelBuildError: teacher, data, options or folder cannot be used; nothing was trained.
        TrainingInterruptedError: somebody asked to stop; the same call goes on.
    """
    require_optimizer(options.training.chosen_optimizer)
    lesson = prepare_lesson(options)
    with tempfile.TemporaryDirectory(prefix="chartbrief-teacher-") as scratch:
        teacher = _teacher(options, Path(scratch))
        kept = kept_layers(
            _config(teacher.folder), decoder_layers=options.decoder_layers, encoder_layers=options.encoder_layers
        )
        folder = RunFolder(out)
        if force:
            shutil.rmtree(out, ignore_errors=True)
        with folder.locked():
            if folder.claim(_identity(options, lesson, teacher)):
                reporter.tell(f"{out} holds this very run, finished: nothing to train.")
                return Run(out, folder.record(), lesson.prepared)
            with full_disk_told(out):
                work = _Work(options, lesson, teacher, kept, folder, reporter, interruption or Interruption())
                work.do(Path(scratch))
    return Run(out, folder.record(), lesson.prepared)


def _identity(options: DistillOptions, lesson: Lesson, teacher: ModelArtifact) -> dict[str, Any]:
    told = {name: value for name, value in options.flat().items() if name not in _NOT_IDENTITY}
    return {"options": told, "data": lesson.hashes(), "teacher": teacher.sha256}


def _teacher(options: DistillOptions, scratch: Path) -> ModelArtifact:
    place = scratch / "teacher"
    place.mkdir()
    teacher = resolve_model(options.teacher, place)
    if not (teacher.folder / WEIGHTS).is_file():
        raise ArtifactError(f"{options.teacher} holds a converted model only: name the checkpoint that it was made of.")
    return teacher


def _config(folder: Path) -> Any:
    from transformers import AutoConfig

    try:
        return AutoConfig.from_pretrained(folder)
    except (OSError, ValueError) as error:
        raise CheckpointError(f"{folder} cannot be loaded as a checkpoint: its config.json names no model.") from error


class _Work:
    """A distillation in a folder that is locked and claimed."""

    def __init__(
        self,
        options: DistillOptions,
        lesson: Lesson,
        teacher: ModelArtifact,
        kept: KeptLayers,
        folder: RunFolder,
        reporter: Reporter,
        interruption: Interruption,
    ) -> None:
        self._options, self._lesson, self._teacher, self._kept = options, lesson, teacher, kept
        self._folder, self._reporter, self._interruption = folder, reporter, interruption

    def do(self, scratch: Path) -> None:
        """Label, shrink and train."""
        layers = f"decoder layers {_listed(self._kept.decoder)} and encoder layers {_listed(self._kept.encoder)}"
        self._reporter.tell(f"The student has the teacher's {layers}, counted from 0.")
        labelled = self._label(scratch) if self._options.labels != "references" else []
        taught = self._lesson.taught(labelled, self._options.labels)
        with self._folder.replacing(_STUDENT) as place:
            student = write_student(
                str(self._teacher.folder), place, decoder_layers=len(self._kept.decoder),
                encoder_layers=len(self._kept.encoder),
            )  # fmt: skip
        self._folder.update({"distillation": {**self._record(student), "pseudo_labels": len(labelled)}})
        training = inherited(self._options.training, self._teacher, str(self._folder / _STUDENT))
        train_prepared(training, taught, self._folder, self._reporter, self._interruption)
        self._conclude()

    def _label(self, scratch: Path) -> list[Pair]:
        """Have the teacher answer, write what it says as pairs, and return them."""
        notes, began = self._lesson.to_label, time.monotonic()
        self._reporter.tell(f"The teacher summarizes {len(notes)} notes.")
        with self._interruption.listening():
            answers = answer_notes(
                [note.note for note in notes],
                lambda: self._answering(scratch),
                self._folder / _ANSWERS,
                tell=self._reporter.tell,
                interruption=self._interruption,
            )
        pairs, remarks = pseudo_pairs(notes, answers)
        write_pseudo_pairs(pairs, self._folder / PSEUDO_LABELS)
        for remark in remarks:
            self._reporter.tell(remark)
        self._reporter.tell(f"{len(pairs)} pseudo-labels after {time.monotonic() - began:.0f} s.")
        return pairs

    @contextmanager
    def _answering(self, scratch: Path) -> Iterator[Answering]:
        served = fastest_artifact(self._teacher, scratch / "converted")
        with closing(SummaryEngine.open(served, self._options.training.threads)) as engine:
            yield engine.summarize

    def _record(self, student: Any) -> dict[str, Any]:
        teacher = {key: getattr(self._teacher, key) for key in ("name", "version", "sha256")}
        return {
            "teacher": {"spec": self._options.teacher, **teacher},
            "layers": asdict(self._kept),
            "labels": self._options.labels,
            "student_parameters": sum(weight.numel() for weight in student.parameters()),
        }

    def _conclude(self) -> None:
        """Remove what only a run that goes on needs, and record what was asked for, not how it was passed on."""
        if not self._options.training.keep_checkpoints:
            shutil.rmtree(self._folder / _STUDENT, ignore_errors=True)
        (self._folder / _ANSWERS).unlink(missing_ok=True)
        splits = self._lesson.prepared.splits.named()
        self._folder.write_json(SPLITS, {name: [pair.record for pair in pairs] for name, pairs in splits.items()})
        self._folder.update({"options": {**self._folder.record()["options"], **self._options.flat()}})


def inherited(training: TrainOptions, teacher: ModelArtifact, student: str) -> TrainOptions:
    """Return the options that the student is trained by: what was not asked for is as its teacher has it."""
    teachers = {
        "style": teacher.style,
        "repetition_penalty": max(1.0, teacher.repetition_penalty),
        "prompt_prefix": teacher.prompt_prefix,
        "prompt_suffix": teacher.prompt_suffix,
    }
    left_open = {name: value for name, value in teachers.items() if name not in training.model_fields_set}
    return training.model_copy(update={**left_open, "checkpoint": student})


def _listed(numbers: Sequence[int]) -> str:
    return ", ".join(map(str, numbers))
