"""Before the first step: lengths are measured, settings settled, told, and recorded."""

from __future__ import annotations

from typing import Any

from note_summarizer.training.choose_limits import choose_limits
from note_summarizer.training.choose_settings import Settings, choose_settings
from note_summarizer.training.load_start import Start
from note_summarizer.training.measure_lengths import LengthReport, measure_lengths
from note_summarizer.training.options import TrainOptions
from note_summarizer.training.precision import has_native_bf16
from note_summarizer.training.prepare_splits import Prepared
from note_summarizer.training.reporting import Reporter
from note_summarizer.training.versions import versions


def settle_run(
    options: TrainOptions, start: Start, prepared: Prepared
) -> tuple[Settings, dict[str, dict[str, LengthReport]]]:
    """Measure the data, and settle what the options leave open.

    Raises:
        OptionsError: the model has no room for notes and summaries as long as is asked for.
    """
    counts = {name: start.texts.token_counts(pairs) for name, pairs in prepared.splits.named().items() if pairs}
    limits = choose_limits(
        options,
        start.family,
        start.positions,
        trained_on=start.trained_on,
        prompt_tokens=start.texts.prompt_tokens,
        longest_summary=max(counts["train"][1]),
    )
    settings = choose_settings(
        options,
        limits=limits,
        pairs=len(prepared.splits.train),
        parameters=start.parameters,
        beams=start.beams,
        native_bf16=has_native_bf16(),
        validation=min(len(prepared.splits.validation), options.validation_notes),
    )
    lengths = {
        name: {
            "notes": measure_lengths(notes, settings.max_input_tokens),
            "summaries": measure_lengths(summaries, settings.max_output_tokens),
        }
        for name, (notes, summaries) in counts.items()
    }
    return settings, lengths


def tell_beginning(
    reporter: Reporter,
    prepared: Prepared,
    lengths: dict[str, dict[str, LengthReport]],
    settings: Settings,
    start: Start,
) -> None:
    """Say what is trained on what, and how; above all, what is cut."""
    sizes = ", ".join(f"{len(pairs)} {name}" for name, pairs in prepared.splits.named().items() if pairs)
    reporter.tell(f"Notes: {sizes}. Weights: {start.parameters / 1e6:.1f} million.")
    for remark in prepared.remarks:
        reporter.tell(remark)
    around = (start.prompt["prompt_prefix"], start.prompt["prompt_suffix"])
    if any(around):
        reporter.tell(f"Read before and after every note: {around[0]!r} and {around[1]!r}.")
    for split, found in lengths.items():
        for what, report in found.items():
            if split == "train" or report.over:
                reporter.tell(report.told(f"{split} {what}"))
    notes = lengths["train"]["notes"]
    if notes.over and start.could_read(notes.longest, settings.max_output_tokens):
        reporter.tell(f"--max-input-tokens {notes.longest} would let it read every training note whole, at more time.")
    if settings.variants > 1:
        reporter.tell(
            f"Every note is learnt in {settings.variants} variants, with copied phrases swapped in all but one."
        )
    reporter.tell(
        f"{settings.epochs} epochs of {settings.steps_per_epoch} steps, batches of {settings.batch_size},"
        f" learning rate {settings.learning_rate:g}, {'bfloat16' if settings.bf16 else 'float32'}."
    )


def record_of(
    options: TrainOptions,
    prepared: Prepared,
    settings: Settings,
    lengths: dict[str, dict[str, LengthReport]],
    start: Start,
) -> dict[str, Any]:
    """Return what `run.json` says of a run that begins."""
    return {
        "options": options.model_dump(mode="json"),
        "settings": settings.as_json(),
        "versions": versions(),
        "data": {name: vars(report) for name, report in prepared.files.items()},
        "splits": {name: len(pairs) for name, pairs in prepared.splits.named().items()},
        "remarks": list(prepared.remarks),
        "lengths": {name: {what: r.as_json() for what, r in found.items()} for name, found in lengths.items()},
        "start": {"parameters": start.parameters, "sha256": start.sha256},
    }
