"""Choosing how a run's model searches for answers, as measured on its validation notes, and having it search so."""

from __future__ import annotations

import json
import tempfile
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from note_summarizer.artifact import ModelArtifact, read_description
from note_summarizer.distillation.fast_model import fastest_artifact
from note_summarizer.engine import SummaryEngine
from note_summarizer.evaluation.measure_decoding import LOSS, Measured, fastest_within, measure_decoding, searches
from note_summarizer.generation import Generation
from note_summarizer.resolve_model import resolve_model
from note_summarizer.training.reporting import Reporter
from note_summarizer.training.run_folder import RunFolder
from note_summarizer.training.train_model import Run

_GENERATION = "generation_config.json"


def choose_decoding(run: Run, reporter: Reporter, threads: int | None = None, loss: float = LOSS) -> Measured:
    """Measure searches with a run's model in its fastest form, and have the model use the fastest within the loss.

    The choice is written into `artifact.json` and `generation_config.json` of the model, all figures into `run.json`.

    Args:
        loss: most points of ROUGE-L that speed may cost.

    Raises:
        DataError: the run has no validation notes.
    """
    with tempfile.TemporaryDirectory(prefix="chartbrief-decoding-") as scratch:
        artifact = resolve_model(str(run.model), Path(scratch))
        served = fastest_artifact(artifact, Path(scratch) / "converted")
        with closing(SummaryEngine.open(served, threads)) as engine:
            wanted = searches(Generation.of(artifact))
            validation = run.prepared.splits.validation
            found = measure_decoding(engine.summarize, validation, wanted, tell=reporter.tell)
    chosen = fastest_within(found, loss)
    _write(read_description(run.model), chosen.generation)
    RunFolder(run.folder).update(
        {"decoding": {"loss": loss, "chosen": chosen.as_json(), "measured": [one.as_json() for one in found]}}
    )
    for one in found:
        reporter.tell(_told(one, chosen))
    return chosen


def _write(artifact: ModelArtifact, generation: Generation) -> None:
    replace(artifact, beam_size=generation.beam_size, length_penalty=generation.length_penalty).write()
    path = artifact.folder / _GENERATION
    settings = json.loads(path.read_text("utf-8")) if path.is_file() else {}
    settings |= {"num_beams": generation.beam_size, "length_penalty": generation.length_penalty}
    path.write_text(json.dumps(settings, indent=2, sort_keys=True) + "\n", "utf-8")


def _told(one: Measured, chosen: Measured) -> str:
    search = one.generation
    mark = ": chosen" if one is chosen else ""
    return (
        f"beam {search.beam_size}, length penalty {search.length_penalty:g}: ROUGE-L {one.rouge_l:.2f},"
        f" {one.notes_per_second:.1f} notes a processor second{mark}"
    )
