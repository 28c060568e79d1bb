"""A pretraining run from options to a checkpoint that fine-tuning starts from; an interrupted one goes on.

run.json         arguments, settled steps, versions, data hashes, losses, status
tokenizer/       the tokenizer, if it was trained here
metrics.jsonl    losses, step by step
pretraining.png  the same, drawn
checkpoints/     the learner's state, while the run is not finished
model/           the result: a checkpoint that is also a served artifact
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from transformers.utils import logging

from note_summarizer.errors import CheckpointError, DataError, OptionsError
from note_summarizer.pairs import ReadReport
from note_summarizer.pretraining.corpus import Corpus, make_corpus
from note_summarizer.pretraining.learn import STATE, Learner, Recipe, learn_epochs
from note_summarizer.pretraining.new_model import size_named
from note_summarizer.pretraining.options import PretrainOptions
from note_summarizer.pretraining.plot_losses import plot_losses
from note_summarizer.pretraining.save_pretrained import save_pretrained
from note_summarizer.pretraining.settle_recipe import settle_recipe
from note_summarizer.pretraining.start import Start, read_all_notes, start_from
from note_summarizer.pretraining.watch import Watch
from note_summarizer.training.full_disk import full_disk_told
from note_summarizer.training.interruption import Interruption
from note_summarizer.training.metrics_log import MetricsLog
from note_summarizer.training.reporting import Reporter
from note_summarizer.training.run_folder import CHECKPOINTS, METRICS, MODEL, RECORD, TOKENIZER_FOLDER, RunFolder
from note_summarizer.training.versions import versions

PLOT = "pretraining.png"
# They change how long a run takes, not what it finds.
_NOT_IDENTITY = {"threads", "checkpoint_minutes"}


def pretrain(
    options: PretrainOptions,
    out: Path,
    reporter: Reporter,
    interruption: Interruption | None = None,
    force: bool = False,
) -> dict[str, Any]:
    """Pretrain by the options into the folder `out`; return what its `run.json` says.

    Args:
        force: remove what `out` holds first.

    Raises:
        ModelBuildError: data, checkpoint, options or folder cannot be used; nothing was trained.
        TrainingInterruptedError: somebody asked to stop; the same call goes on.
    """
    size_named(options.size)
    notes, reports = read_all_notes(options)
    folder = RunFolder(out)
    if force:
        shutil.rmtree(out, ignore_errors=True)
    begun = (folder / RECORD).is_file()
    with folder.locked(), full_disk_told(out):
        if folder.claim(_identity(options, reports)):
            reporter.tell(f"{out} holds this very run, finished: nothing to pretrain.")
            return folder.record()
        try:
            _run(options, notes, reports, folder, reporter, interruption or Interruption())
        except (OptionsError, DataError, CheckpointError):
            if not begun:  # or the command with the mistake mended would be another run in the same folder
                shutil.rmtree(out)
            raise
    return folder.record()


def _identity(options: PretrainOptions, reports: Sequence[ReadReport]) -> dict[str, Any]:
    return {
        "options": options.model_dump(mode="json", exclude=_NOT_IDENTITY),
        "data": {report.source: report.sha256 for report in reports},
    }


def _run(
    options: PretrainOptions,
    notes: Sequence[str],
    reports: Sequence[ReadReport],
    folder: RunFolder,
    reporter: Reporter,
    interruption: Interruption,
) -> None:
    logging.disable_progress_bar()  # bars for loading and writing weights, between the run's own lines
    if options.threads:
        torch.set_num_threads(options.threads)
    start = start_from(options, notes, folder / TOKENIZER_FOLDER)
    if torch.cuda.is_available():
        start.model.cuda()
    corpus = make_corpus(notes, start.reader, options)
    _tell_beginning(reporter, corpus, start)
    recipe = settle_recipe(options, start, corpus, folder)
    folder.update(
        {
            "options": options.model_dump(mode="json"),
            "data": [vars(report) for report in reports],
            "corpus": _counted(corpus),
            "versions": versions(),
        }
    )
    seconds = _learn(options, start, corpus, recipe, folder, reporter, interruption)
    with folder.replacing(MODEL) as model:
        artifact = save_pretrained(start, model, options)
    rows = MetricsLog(folder / METRICS).rows()
    plot_losses(rows, folder / PLOT, f"{artifact.name}: {recipe.steps} steps")
    shutil.rmtree(folder / CHECKPOINTS, ignore_errors=True)
    folder.update(
        {
            "status": "finished",
            "seconds": round(seconds, 1),
            "losses": {name: row[name] for row in rows for name in ("train_loss", "validation_loss") if name in row},
            "model": {"name": artifact.name, "sha256": artifact.sha256, "parameters": start.parameters},
        }
    )


def _tell_beginning(reporter: Reporter, corpus: Corpus, start: Start) -> None:
    short = f" ({corpus.too_short} of one sentence are left out)" if corpus.too_short else ""
    reporter.tell(
        f"Notes: {corpus.notes}{short}, in {len(corpus.learnt)} documents of {corpus.tokens()} tokens;"
        f" {len(corpus.held_out)} more are held out."
    )
    reporter.tell(f"Weights: {start.parameters / 1e6:.1f} million; vocabulary: {len(start.tokenizer)}.")


def _counted(corpus: Corpus) -> dict[str, int]:
    return {
        "notes": corpus.notes,
        "of_one_sentence": corpus.too_short,
        "documents": len(corpus.learnt),
        "held_out_documents": len(corpus.held_out),
        "tokens": corpus.tokens(),
    }


def _learn(
    options: PretrainOptions,
    start: Start,
    corpus: Corpus,
    recipe: Recipe,
    folder: RunFolder,
    reporter: Reporter,
    interruption: Interruption,
) -> float:
    """Take all steps that are left; return the seconds of this call and of those before it."""
    began, before = time.monotonic(), float(folder.record().get("seconds", 0.0))
    torch.manual_seed(options.seed)
    learner, state = Learner(start.model, recipe), folder / CHECKPOINTS / STATE
    state.parent.mkdir(exist_ok=True)
    if state.is_file():
        learner.restore(state)
        reporter.tell(f"Goes on after step {learner.step}.")
    log = MetricsLog(folder / METRICS)
    log.forget_after(learner.step)
    watch = Watch(learner, corpus.measured(), state, log, reporter, interruption, options.checkpoint_minutes)
    reporter.step(learner.step, recipe.steps)
    with interruption.listening():
        try:
            learn_epochs(learner, corpus.draw, watch.after_step)
        finally:
            folder.update({"seconds": round(before + time.monotonic() - began, 1)})
    return before + time.monotonic() - began
