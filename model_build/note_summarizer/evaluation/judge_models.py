"""Judging: models and floors answer the same test notes, are scored, and are compared with a baseline."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from note_summarizer.artifact import ModelArtifact
from note_summarizer.errors import OptionsError
from note_summarizer.evaluation.compare_systems import compare_systems, paired_systems
from note_summarizer.evaluation.find_entities import known_phrases
from note_summarizer.evaluation.floors import FLOORS, NEIGHBOURS, USUAL_FLOORS, floor_answers
from note_summarizer.evaluation.judgement import JudgedSystem, Judgement, Run
from note_summarizer.evaluation.name_systems import check_floors
from note_summarizer.evaluation.rouge import rouge_rows
from note_summarizer.evaluation.run_models import run_model
from note_summarizer.evaluation.score_answers import count_notes, rare_places, total_scores
from note_summarizer.pairs.pair import Pair

_COMPARING = 10  # comparisons draw this many times as often as intervals: p-values need finer steps

Tell = Callable[[str], None]


@dataclass(frozen=True)
class _Asked:
    """What is judged: the arguments of `judge_models` that every step needs."""

    test: tuple[Pair, ...]
    train: tuple[Pair, ...]
    rare: tuple[int, ...]
    resamples: int
    seed: int
    tell: Tell


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
    chosen = _baseline(baseline, [*real, *usable], test)
    known_phrases(), rouge_rows((), ())  # a package that is missing is told now, not after the models have answered
    asked = _Asked(tuple(test), tuple(train), rare_places(test, train), resamples, seed, tell)
    with _resolved(real, tell) as artifacts:
        runs = {
            name: run_model(name, artifact, [pair.note for pair in test], threads=threads, progress=progress)
            for name, artifact in artifacts.items()
        }
    judged = [_judged(asked, name, real[name], run) for name, run in runs.items()]
    judged += [_judged(asked, name, floor, _run_floor(asked, floor)) for name, floor in usable.items()]
    return _concluded(asked, judged, chosen, (*remarks, *_remarks(asked, wanted.keys() - usable.keys())))


def _baseline(baseline: str | None, names: Sequence[str], test: Sequence[Pair]) -> str:
    if not test:
        raise OptionsError("There are no test notes to judge on.")
    if not names:
        raise OptionsError("There is nothing to judge: name a model (--model) or a floor (--floor).")
    if baseline is not None and baseline not in names:
        raise OptionsError(f"The baseline {baseline!r} is not judged: choose among {', '.join(names)}.")
    return baseline or names[0]


@contextmanager
def _resolved(models: Mapping[str, str], tell: Tell) -> Iterator[dict[str, ModelArtifact]]:
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


def _run_floor(asked: _Asked, floor: str) -> Run:
    asked.tell(f"{floor}: answering")
    started = time.perf_counter()
    answers = floor_answers(floor, [pair.note for pair in asked.test], asked.train)
    return Run(tuple(answers), (1,) * len(answers), time.perf_counter() - started)


def _judged(asked: _Asked, name: str, spec: str, run: Run) -> JudgedSystem:
    asked.tell(f"{name}: scoring")
    counts = count_notes(asked.test, run.answers)
    rare = {key: count.of(asked.rare) for key, count in counts.items()} if asked.rare else {}
    draws = {"resamples": asked.resamples, "seed": asked.seed}
    scores, rare_scores = total_scores(counts, **draws), total_scores(rare, **draws)
    kind = "floor" if run.model is None else "model"
    return JudgedSystem(name, spec, kind, run, counts, scores, rare_scores)  # type: ignore[arg-type]


def _concluded(asked: _Asked, judged: Sequence[JudgedSystem], baseline: str, remarks: tuple[str, ...]) -> Judgement:
    asked.tell("comparing")
    models, floors = ([system.name for system in judged if system.kind == kind] for kind in ("model", "floor"))
    counts = {system.name: system.counts for system in judged}
    draws = {"resamples": _COMPARING * asked.resamples, "seed": asked.seed}
    comparisons = compare_systems(counts, paired_systems(models, floors, baseline), asked.rare, **draws)
    settled = {"resamples": asked.resamples, "seed": asked.seed}
    return Judgement(asked.test, len(asked.train), asked.rare, tuple(judged), baseline, comparisons, remarks, **settled)


def _remarks(asked: _Asked, left_out: set[str]) -> tuple[str, ...]:
    notes = len(asked.test)
    remarks = [
        f"{name} is left out: it takes its answers from training pairs, so name their file with --train."
        for name in sorted(left_out)
    ]
    known = {pair.note for pair in asked.train}
    seen = sum(pair.note in known for pair in asked.test)
    if seen:
        are = "is a training note" if seen == 1 else "are training notes"
        remarks.append(f"{seen} of the {notes} test notes {are} too, word for word: recalling answers it.")
    return tuple(remarks)
