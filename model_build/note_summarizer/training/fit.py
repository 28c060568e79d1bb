"""The training itself: the trainer of the model's family with our order of notes, checkpoints and measurements."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from transformers import PrinterCallback, Seq2SeqTrainingArguments, get_scheduler, set_seed
from transformers.trainer_utils import EvalPrediction
from transformers.utils import logging

from note_summarizer.evaluation.rouge import rouge_rows
from note_summarizer.training.callbacks import (
    CheckpointKeeper,
    EarlyStopping,
    Reporting,
    last_whole_checkpoint,
    remove_half_checkpoints,
)
from note_summarizer.training.choose_settings import Settings
from note_summarizer.training.interruption import Interruption
from note_summarizer.training.load_start import Start
from note_summarizer.training.metrics_log import MetricsLog
from note_summarizer.training.optimizers import build_optimizer
from note_summarizer.training.options import TrainOptions
from note_summarizer.training.reporting import Reporter
from note_summarizer.training.run_folder import CHECKPOINTS, METRICS, RunFolder
from note_summarizer.training.sampling import GroupedByLength

_LOGS_PER_EPOCH = 5


@dataclass(frozen=True)
class Fitted:
    """What training came to: the model of the best epoch, which epoch that was, its score, and how many were run."""

    model: Any
    best_epoch: float
    best_score: float
    epochs: float


def fit(
    start: Start,
    train: Any,
    validation: Any,
    settings: Settings,
    options: TrainOptions,
    folder: RunFolder,
    reporter: Reporter,
    interruption: Interruption,
) -> Fitted:
    """Train, or go on from the folder's last whole checkpoint.

    Args:
        train, validation: datasets of `PairTokenizer.tokenize_pairs`.

    Raises:
        TrainingInterruptedError: somebody asked to stop; a checkpoint was written.
    """
    logging.disable_progress_bar()  # bars for loading and writing weights, between the run's own lines
    set_seed(options.seed)
    optimizer = build_optimizer(options.chosen_optimizer, start.model, settings.learning_rate, options.weight_decay)
    schedule = get_scheduler(options.scheduler, optimizer, int(options.warmup * settings.steps), settings.steps)
    start.model.generation_config.repetition_penalty = settings.repetition_penalty
    metric = f"eval_{settings.best_by}"
    trainer = start.family.trainer()(
        model=start.model,
        args=_arguments(options, settings, folder, metric),
        train_dataset=train,
        eval_dataset=validation,
        data_collator=start.family.collator(start.tokenizer, start.model),
        processing_class=start.tokenizer,
        compute_metrics=_scorer(start.tokenizer),
        optimizers=(optimizer, schedule),
        callbacks=[
            EarlyStopping(metric, settings.best_by != "loss", options.patience),
            Reporting(reporter, MetricsLog(folder / METRICS)),
            CheckpointKeeper(interruption, options.checkpoint_minutes),
        ],
    )
    trainer.remove_callback(PrinterCallback)
    trainer.order = GroupedByLength([len(ids) for ids in train["input_ids"]], settings.batch_size, options.seed)
    remove_half_checkpoints(folder / CHECKPOINTS)
    trainer.train(resume_from_checkpoint=last_whole_checkpoint(folder / CHECKPOINTS))
    state = trainer.state
    return Fitted(
        model=trainer.accelerator.unwrap_model(trainer.model),
        best_epoch=(state.best_global_step or state.global_step) / settings.steps_per_epoch,
        best_score=float(state.best_metric or 0.0),
        epochs=float(state.epoch or 0.0),
    )


def _arguments(options: TrainOptions, settings: Settings, folder: RunFolder, metric: str) -> Seq2SeqTrainingArguments:
    return Seq2SeqTrainingArguments(
        output_dir=str(folder / CHECKPOINTS),
        num_train_epochs=settings.epochs,
        per_device_train_batch_size=settings.batch_size,
        per_device_eval_batch_size=settings.batch_size,
        gradient_accumulation_steps=options.gradient_accumulation,
        label_smoothing_factor=options.label_smoothing,
        max_grad_norm=options.max_grad_norm,
        bf16=settings.bf16,
        use_cpu=not torch.cuda.is_available(),
        dataloader_pin_memory=torch.cuda.is_available(),
        eval_strategy="epoch",
        save_strategy="epoch",
        save_total_limit=2,
        load_best_model_at_end=True,
        metric_for_best_model=metric,
        greater_is_better=settings.best_by != "loss",
        predict_with_generate=True,
        generation_max_length=settings.max_output_tokens,
        generation_num_beams=1,  # every epoch's look is a quick one; the final judgement uses the beams
        logging_steps=max(1, settings.steps_per_epoch // _LOGS_PER_EPOCH),
        seed=options.seed,
        report_to=[],
        disable_tqdm=True,
        log_level="error",
    )


def _scorer(tokenizer: Any) -> Callable[[EvalPrediction], dict[str, float]]:
    def score(found: EvalPrediction) -> dict[str, float]:
        answers, references = (_texts(tokenizer, ids) for ids in (found.predictions, found.label_ids))
        rows = rouge_rows(references, answers)
        words = [len(answer.split()) for answer in answers]
        return {**{name: float(np.mean(row)) for name, row in rows.items()}, "words": float(np.mean(words))}

    return score


def _texts(tokenizer: Any, rows: Any) -> Sequence[str]:
    # Both are padded with -100, which stands for no token at all, and so do a decoder-only model's prompts.
    known = [[number for number in row if number >= 0] for row in rows.tolist()]
    return [str(text).strip() for text in tokenizer.batch_decode(known, skip_special_tokens=True)]
