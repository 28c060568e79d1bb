"""`python -m note_summarizer.option_models`: train, serve and judge the options' small models.

`train` goes on where an interrupted training stopped. `judge` trains and serves what is missing, lets all of them and
the demonstration model answer the same held-out notes, and writes the comparison and every model's card.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from note_summarizer.errors import ModelBuildError
from note_summarizer.option_models.recipes import CPU_MINUTES, RECIPES, recipe_of

_MODULE = "note_summarizer.option_models"
_JOBS = 2
_TEST_NOTES = 1_000


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one of the commands; return the exit status."""
    options = _parser().parse_args(arguments)
    try:
        for option in getattr(options, "options", ()):
            recipe_of(option)
        {"train": _train, "serve": _serve, "judge": _judge}[options.command](options)
    except ModelBuildError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def _train(options: argparse.Namespace) -> None:
    if len(options.options) > 1:
        _train_all(options.options, options)
        return
    from note_summarizer.option_models.build import train

    (option,) = options.options
    progress = train(recipe_of(option), options.run_dir, options.cpu_minutes)
    _say(f"{option}: {progress.spent / 60:.1f} processor minutes, {progress.steps} steps, {progress.tokens} tokens")


def _train_all(wanted: Sequence[str], options: argparse.Namespace) -> None:
    """Train each in a process of its own, on one core, several at a time."""
    from note_summarizer.option_models.lessons import prepare

    for option in wanted:
        prepare(recipe_of(option), options.run_dir)  # before any process that would do the same at the same time
    own = ["--run-dir", str(options.run_dir), "--cpu-minutes", str(options.cpu_minutes)]
    commands = [[sys.executable, "-m", _MODULE, "train", option, *own] for option in wanted]
    with ThreadPoolExecutor(options.jobs) as pool:
        list(pool.map(_run, commands))


def _run(command: Sequence[str]) -> None:
    finished = subprocess.run(command, check=False)  # noqa: S603 - this interpreter, this module
    if finished.returncode:
        raise ModelBuildError(f"{' '.join(command[3:5])} ended with status {finished.returncode}: run it again.")


def _serve(options: argparse.Namespace) -> None:
    from note_summarizer.option_models.serve import serve

    for option in options.options:
        _say(f"served from {serve(recipe_of(option), options.run_dir, options.out).folder}")


def _judge(options: argparse.Namespace) -> None:
    from note_summarizer.option_models.judge import judge, served_models
    from note_summarizer.option_models.write_pages import write_pages

    missing = [name for name in RECIPES if not (options.out / name / "served" / "artifact.json").is_file()]
    if missing:
        _train_all(missing, options)
        _serve(argparse.Namespace(options=missing, run_dir=options.run_dir, out=options.out))
    result = judge(served_models(options.out, options.demonstration), options.count, progress=_say)
    (options.out / "comparison.json").write_text(json.dumps(result, indent=2) + "\n", "utf-8")
    _say(write_pages(options.out, result).read_text("utf-8"))


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=f"python -m {_MODULE}", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    train = commands.add_parser("train", help="train them, or go on where an interrupted training stopped")
    serve = commands.add_parser("serve", help="convert what is trained so far")
    judge = commands.add_parser("judge", help="compare them; trains what is missing")
    for command in (train, serve):
        command.add_argument("options", nargs="*", default=list(RECIPES), help="all by default")
    for command in (train, serve, judge):
        command.add_argument("--run-dir", type=Path, default=Path("runs/options"), help="working files and checkpoints")
    for command in (train, judge):
        command.add_argument("--cpu-minutes", type=float, default=CPU_MINUTES, help="processor minutes for each")
        command.add_argument("--jobs", type=int, default=_JOBS, help="trainings at a time, each on one core")
    for command in (serve, judge):
        command.add_argument("--out", type=Path, default=Path("model_build/option_models"), help="the served models")
    judge.add_argument("--demonstration", type=Path, default=Path("model_build/demo_model/served"))
    judge.add_argument("--count", type=int, default=_TEST_NOTES, help="test notes")
    return parser


if __name__ == "__main__":
    sys.exit(main())
