"""Judging a student beside its teacher: how much of the ROUGE is left, and how much faster it answers."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from note_summarizer.distillation.fast_model import fastest_artifact
from note_summarizer.distillation.options import DistillOptions
from note_summarizer.evaluation.metrics import MAIN
from note_summarizer.resolve_model import resolve_model
from note_summarizer.training.reporting import Reporter
from note_summarizer.training.run_folder import EVALUATION, RunFolder
from note_summarizer.training.train_model import Run

if TYPE_CHECKING:
    from note_summarizer.evaluation.judgement import Judgement

TEACHER, STUDENT = "teacher", "student"


def judge_student(run: Run, options: DistillOptions, reporter: Reporter) -> Judgement:
    """Answer the test notes with teacher and student, each in its fastest form; write the report and `run.json`.

    Both are converted alike for CTranslate2 where that is possible, as they would be packaged: the ratio of their
    speeds is then that of serving. A run without a test is judged on its validation notes; its remarks say so.

    Returns:
        The judgement, whose baseline is the teacher and whose report is in the run's `evaluation/`.
    """
    # Imported here: a run that cannot begin needs none of it.
    from note_summarizer.evaluation.judge_models import judge_models
    from note_summarizer.evaluation.report import write_report

    splits, folder = run.prepared.splits, RunFolder(run.folder)
    specs = {TEACHER: options.teacher, STUDENT: str(run.model)}
    with tempfile.TemporaryDirectory(prefix="chartbrief-distill-") as scratch:
        judgement = judge_models(
            {name: _fastest(spec, Path(scratch) / name) for name, spec in specs.items()},
            splits.test or splits.validation,
            train=splits.train,
            threads=options.training.threads,
            progress=reporter.tell,
        )
    named = (replace(system, spec=specs.get(system.name, system.spec)) for system in judgement.systems)
    judgement = replace(judgement, systems=tuple(named))
    with folder.replacing(EVALUATION) as out:
        write_report(judgement, out)
    found = compared(judgement)
    folder.update({"evaluation": judgement.as_json(), "student_against_teacher": found})
    reporter.tell(
        f"The student answers {found['student_notes_per_second']:.3g} notes a second, the teacher"
        f" {found['teacher_notes_per_second']:.3g}: {found['speed_up']:.2f} times as fast, at"
        f" {found['kept_percent']:.1f} % of its {MAIN.upper()}."
    )
    return judgement


def compared(judgement: Judgement) -> dict[str, Any]:
    """Return both speeds (notes a second), their ratio by the clock and by processor time, and the ROUGE kept (%)."""
    teacher, student = judgement.system(TEACHER), judgement.system(STUDENT)
    before, after = (system.scores[MAIN] for system in (teacher, student))
    cpu = [system.run.cpu_seconds or 0.0 for system in (teacher, student)]
    return {
        "teacher_notes_per_second": round(teacher.run.notes_per_second, 3),
        "student_notes_per_second": round(student.run.notes_per_second, 3),
        "speed_up": round(teacher.run.seconds / max(student.run.seconds, 1e-6), 3),
        "processor_time_speed_up": round(cpu[0] / cpu[1], 3) if cpu[1] else None,
        "kept_percent": round(100 * after.mean / before.mean, 2) if before and after and before.mean else 0.0,
    }


def _fastest(spec: str, scratch: Path) -> str:
    place = scratch / "resolved"
    place.mkdir(parents=True)
    return str(fastest_artifact(resolve_model(spec, place), scratch / "converted").folder)
