"""Judging: models and floors answer the same test notes, are scored, and are compared with a baseline."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from note_summarizer.artifact import ModelArtifact
from note_summarizer.evaluation.find_entities import known_phrases
from note_summarizer.evaluation.floors import FLOORS, NEIGHBOURS, USUAL_FLOORS, floor_answers
from note_summarizer.evaluation.judge_runs import SystemRun, Tell, choose_baseline, judge_runs
from note_summarizer.evaluation.judgement import Judgement, Run
from note_summarizer.evaluation.name_systems import check_floors
from note_summarizer.evaluation.rouge import rouge_rows
from note_summarizer.evaluation.run_models import run_model
from note_summarizer.pairs.pair import Pair


def judge_models(
    models: Mapping[str, str],
    test: Sequence[Pair],
    *,
    train: Sequence[Pair] = (),
    floors: Sequence[str] = USUAL_FLOORS,
    baseline: str | None = None,
    threads: int | None = None,
    progress: Tell | None = None,
    resamples: int = 1000,
    seed: int = 0,
    remarks: Sequence[str] = (),
) -> Judgement:
    """Let models and floors answer the test notes, score them, and compare them with the baseline.

    Args:
        models: where each model is (as `resolve_model` takes it), by its display name; a floor's name is one too.
        test: pairs that no model was trained or chosen on.
        train: the pairs that models were trained on: what a neighbour is taken from, and what makes a reference rare.
        floors: names out of `FLOORS`; a neighbour without training pairs is left out, and a remark says so.
        baseline: the system that others are compared with; the first model, or else the first floor, by default.
        threads: cores that a model may use; all of them by default.
        progress: is told what happens now, never what a note says.
        resamples: drawn sets for each interval; comparisons draw ten times as many.
        remarks: sentences for the report, without any note's text, such as what the test notes are.

    Raises:
        OptionsError: there is nothing to judge, no note to judge on, or no such floor or baseline.
        CheckpointError, ArtifactError: a model cannot be loaded. All models are looked up before the first answers.
    """
    tell = progress or (lambda _: None)
    real = {name: spec for name, spec in models.items() if spec not in FLOORS}
    wanted = {**{name: spec for name, spec in models.items() if spec in FLOORS}, **{floor: floor for floor in floors}}
    check_floors(floors, real)
    usable = {name: floor for name, floor in wanted.items() if train or floor not in NEIGHBOURS}
    chosen = choose_baseline(baseline, [*real, *usable], test)
    require_scorers()
    notes = [pair.note for pair in test]
    with resolved_models(real, tell) as artifacts:
        answered = {
            name: run_model(name, artifact, notes, threads=threads, progress=progress)
            for name, artifact in artifacts.items()
        }
    runs = [SystemRun(name, real[name], "model", run) for name, run in answered.items()]
    for name, floor in usable.items():
        tell(f"{floor}: answering")
        runs.append(SystemRun(name, floor, "floor", run_floor(floor, notes, train)))
    return judge_runs(
        runs,
        test,
        train=train,
        baseline=chosen,
        resamples=resamples,
        seed=seed,
        remarks=(*remarks, *left_out(wanted.keys() - usable.keys())),
        progress=progress,
    )


def require_scorers() -> None:
    """Load what scoring needs: a package that is missing is told now, not after the models have answered.

    Raises:
        ModuleNotFoundError: one is missing.
    """
    known_phrases(), rouge_rows((), ())


def left_out(floors: Collection[str]) -> tuple[str, ...]:
    """Return a sentence for each floor that cannot answer for want of training pairs."""
    return tuple(
        f"{name} is left out: it takes its answers from training pairs, so name their file with --train."
        for name in sorted(floors)
    )


@contextmanager
def resolved_models(models: Mapping[str, str], tell: Tell) -> Iterator[dict[str, ModelArtifact]]:
    """Yield every model's artifact; what was unpacked or downloaded for it is deleted afterwards."""
    # Imported here: who only wants floors needs nothing that loads a model.
    from note_summarizer.resolve_model import resolve_model

    with tempfile.TemporaryDirectory(prefix="chartbrief-judge-") as scratch:
        found = {}
        for number, (name, spec) in enumerate(models.items()):
            tell(f"{name}: looking it up")
            place = Path(scratch) / str(number)
            place.mkdir()
            found[name] = resolve_model(spec, place)
        yield found


def run_floor(floor: str, notes: Sequence[str], train: Sequence[Pair]) -> Run:
    """Return a floor's answers, timed."""
    started = time.perf_counter()
    answers = floor_answers(floor, notes, train)
    return Run(tuple(answers), (1,) * len(answers), time.perf_counter() - started)
