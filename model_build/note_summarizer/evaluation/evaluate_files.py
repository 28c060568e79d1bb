"""From files to a report: what `chartbrief model evaluate` and `model_build/evaluate.py` both do."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from note_summarizer.errors import OptionsError, OutputError
from note_summarizer.evaluation.floors import NO_FLOORS, USUAL_FLOORS
from note_summarizer.evaluation.judge_models import judge_models
from note_summarizer.evaluation.judgement import Judgement
from note_summarizer.evaluation.report import ANSWERS, PAGE, SCORES, write_report
from note_summarizer.pairs.pair import Columns, Pair


@dataclass(frozen=True)
class EvaluateOptions:
    """What is judged, on what, and where the report goes.

    Attributes:
        test, train: data files, here or in S3.
        models: where each model is, by its display name.
        floors: names of floors; the word "none" alone for no floor.
        limit: judge on the first notes only.
        force: replace a report that is in the folder already.
    """

    test: str
    models: Mapping[str, str]
    out: Path
    train: str | None = None
    floors: Sequence[str] = USUAL_FLOORS
    baseline: str | None = None
    columns: Columns = field(default_factory=Columns)
    limit: int | None = None
    threads: int | None = None
    resamples: int = 1000
    seed: int = 0
    force: bool = False


def evaluate_files(options: EvaluateOptions, progress: Callable[[str], None] | None = None) -> Judgement:
    """Judge models on a file of pairs and write the report.

    Args:
        progress: is told what happens now, never what a note says.

    Raises:
        OptionsError, DataError, CheckpointError, ArtifactError: something that was named cannot be used; nothing is
            written.
        OutputError: the folder holds a report already, or cannot be written.
    """
    _check(options)
    # Imported here: reading files needs the datasets library, judging pairs does not.
    from note_summarizer.pairs.read_pairs import read_pairs

    tell = progress or (lambda _: None)
    tell(f"reading {options.test}")
    test, _ = read_pairs(options.test, options.columns)
    train: list[Pair] = []
    if options.train is not None:
        tell(f"reading {options.train}")
        train, _ = read_pairs(options.train, options.columns)
    judgement = judge_models(
        options.models,
        test[: options.limit],
        train=train,
        floors=() if list(options.floors) == [NO_FLOORS] else options.floors,
        baseline=options.baseline,
        threads=options.threads,
        progress=progress,
        resamples=options.resamples,
        seed=options.seed,
    )
    write_report(judgement, options.out)
    return judgement


def _check(options: EvaluateOptions) -> None:
    if options.limit is not None and options.limit < 1:
        raise OptionsError(f"--limit {options.limit} leaves no note to judge on: write 1 or more.")
    found = [name for name in (SCORES, ANSWERS, PAGE) if (options.out / name).exists()]
    if found and not options.force:
        raise OutputError(
            f"{options.out} holds a report already ({', '.join(found)}): name another --out, or add --force."
        )
    if options.out.exists() and not options.out.is_dir():
        raise OutputError(f"{options.out} is a file: name a folder with --out.")
