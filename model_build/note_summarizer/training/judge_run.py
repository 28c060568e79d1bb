"""Judging a finished run: its model beside where it started and beside the floors, on notes that chose nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from note_summarizer.training.reporting import Reporter
from note_summarizer.training.run_folder import EVALUATION, RunFolder
from note_summarizer.training.train_model import Run

if TYPE_CHECKING:
    from note_summarizer.evaluation.judgement import Judgement

BEFORE, AFTER = "before", "after"


def judge_run(run: Run, reporter: Reporter, threads: int | None = None) -> Judgement:
    """Answer the test notes with the run's model, with its checkpoint and with the floors; write the report.

    A run without a test is judged on its validation notes; its remarks say so.

    Returns:
        The judgement, whose report is in the run's `evaluation/`.
    """
    # Imported here: a run that cannot begin needs none of it.
    from note_summarizer.evaluation.judge_models import judge_models
    from note_summarizer.evaluation.report import write_report

    splits, folder = run.prepared.splits, RunFolder(run.folder)
    checkpoint = run.record["options"]["checkpoint"]
    models = {**({BEFORE: checkpoint} if checkpoint else {}), AFTER: str(run.model)}
    judgement = judge_models(
        models, splits.test or splits.validation, train=splits.train, threads=threads, progress=reporter.tell
    )
    with folder.replacing(EVALUATION) as out:
        write_report(judgement, out)
    folder.update({"evaluation": judgement.as_json()})
    return judgement
