"""A training run from options to a judged model; an interrupted one goes on where it stopped."""

from __future__ import annotations

import shutil
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from note_summarizer.pairs import Pair
from note_summarizer.training.choose_settings import Settings
from note_summarizer.training.full_disk import full_disk_told
from note_summarizer.training.interruption import Interruption
from note_summarizer.training.load_start import Start, start_from_checkpoint, start_from_scratch
from note_summarizer.training.metrics_log import MetricsLog
from note_summarizer.training.optimizers import require_optimizer
from note_summarizer.training.options import TrainOptions
from note_summarizer.training.plot_metrics import plot_metrics
from note_summarizer.training.prepare_splits import Prepared, prepare_splits
from note_summarizer.training.reporting import Reporter
from note_summarizer.training.run_folder import CHECKPOINTS, METRICS, MODEL, PLOT, SPLITS, TOKENIZER_FOLDER, RunFolder
from note_summarizer.training.save_model import save_model
from note_summarizer.training.settle_run import record_of, settle_run, tell_beginning
from note_summarizer.training.swap_copies import swapped_variants

# They change how long a run takes and what it leaves behind, not what it finds.
NOT_IDENTITY = {"threads", "checkpoint_minutes", "keep_checkpoints"}
_DEFAULT_NAME = "summarizer"


@dataclass(frozen=True)
class Run:
    """A finished run: its folder, what `run.json` says, and the splits; no step and no choice saw those of the test."""

    folder: Path
    record: dict[str, Any]
    prepared: Prepared

    @property
    def model(self) -> Path:
        """Folder of the resulting model."""
        return self.folder / MODEL


def train_model(
    options: TrainOptions, out: Path, reporter: Reporter, interruption: Interruption | None = None, force: bool = False
) -> Run:
    """Train by the options into the folder `out`.

    Args:
        force: remove what `out` holds first.

    Raises:
        ModelBuildError: data, checkpoint, options or folder cannot be used; nothing was trained.
        TrainingInterruptedError: somebody asked to stop; the same call goes on.
    """
    require_optimizer(options.chosen_optimizer)
    prepared = prepare_splits(options)
    folder = RunFolder(out)
    if force:
        shutil.rmtree(out, ignore_errors=True)
    interruption = interruption or Interruption()
    with folder.locked():
        if folder.claim(_identity(options, prepared)):
            reporter.tell(f"{out} holds this very run, finished: nothing to train.")
            return Run(out, folder.record(), prepared)
        with full_disk_told(out):
            train_prepared(options, prepared, folder, reporter, interruption)
    return Run(out, folder.record(), prepared)


def _identity(options: TrainOptions, prepared: Prepared) -> dict[str, Any]:
    return {
        "options": options.model_dump(mode="json", exclude=NOT_IDENTITY),
        "data": {name: report.sha256 for name, report in prepared.files.items()},
    }


def train_prepared(
    options: TrainOptions, prepared: Prepared, folder: RunFolder, reporter: Reporter, interruption: Interruption
) -> None:
    """Train on pairs that are ready, in a folder that is locked and claimed; `run.json` then says "finished".

    Raises:
        ModelBuildError, TrainingInterruptedError: as `train_model` says.
    """
    import torch

    began = time.monotonic()
    if options.threads:
        torch.set_num_threads(options.threads)
    start = _start(options, prepared, folder)
    settings, lengths = settle_run(options, start, prepared)
    tell_beginning(reporter, prepared, lengths, settings, start)
    folder.write_json(SPLITS, {n: [p.record for p in pairs] for n, pairs in prepared.splits.named().items()})
    folder.update(record_of(options, prepared, settings, lengths, start))
    fitted = _fit(options, prepared, start, settings, folder, reporter, interruption)
    with folder.replacing(MODEL) as model:
        name = options.name or _DEFAULT_NAME
        artifact = save_model(fitted.model, start, settings, model, name=name, style=options.style)
    rows = MetricsLog(folder / METRICS).rows()
    plot_metrics(rows, folder / PLOT, f"{artifact.name}: {settings.steps} steps", fitted.best_epoch)
    if not options.keep_checkpoints:
        shutil.rmtree(folder / CHECKPOINTS, ignore_errors=True)
    folder.update(
        {
            "status": "finished",
            "seconds": round(time.monotonic() - began, 1),
            "best": {"epoch": fitted.best_epoch, settings.best_by: fitted.best_score, "epochs_run": fitted.epochs},
            "model": {"name": artifact.name, "version": artifact.version, "sha256": artifact.sha256},
        }
    )
    reporter.tell(f"Kept epoch {fitted.best_epoch:g}: validation {settings.best_by} {fitted.best_score:.2f}.")


def _start(options: TrainOptions, prepared: Prepared, folder: RunFolder) -> Start:
    if options.from_scratch is None:
        return start_from_checkpoint(options)
    return start_from_scratch(options, prepared.splits.train, folder / TOKENIZER_FOLDER)


def _fit(
    options: TrainOptions,
    prepared: Prepared,
    start: Start,
    settings: Settings,
    folder: RunFolder,
    reporter: Reporter,
    interruption: Interruption,
) -> Any:
    # Imported here: it takes seconds, and a mistake in the options or the data is told before.
    from note_summarizer.training.fit import fit

    train = swapped_variants(prepared.splits.train, settings.variants, options.seed)
    learnt = start.texts.tokenize_pairs(train, settings.limits)
    looked_at = _spread(prepared.splits.validation, options.validation_notes)
    validation = start.texts.tokenize_pairs(looked_at, settings.limits)
    with interruption.listening():
        return fit(start, learnt, validation, settings, options, folder, reporter, interruption)


def _spread(pairs: Sequence[Pair], most: int) -> list[Pair]:
    """Return at most so many pairs, evenly spread over all."""
    step = max(1.0, len(pairs) / most)
    return [pairs[int(place * step)] for place in range(min(most, len(pairs)))]
