"""`python -m note_summarizer.demo`: train, judge or show the demonstration model's data."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from note_summarizer.demo.data import draw_pairs
from note_summarizer.demo.handover import write_handovers
from note_summarizer.demo.recipe import TEST_NOTES, build, judge_test

NAME, VERSION = "chartbrief-demo-pegasus", "0.1.0"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one of the commands; return the exit status."""
    options = _parser().parse_args(arguments)
    if options.command == "pairs":
        for pair in draw_pairs(options.seed, options.split, options.count):
            _say(f"[{pair.note_type}]\n{pair.note}\n=> {pair.summary}\n")
        return 0
    if options.command == "handovers":
        write_handovers(options.file, options.seed, options.count)
        return 0
    if options.command == "student":
        from note_summarizer.demo.student import build_student

        found = build_student(options.out / "checkpoint", options.run_dir, f"{NAME}-student", VERSION)
        _say(f"served from {found.folder}")
        return 0
    if options.command == "train":
        build(options.run_dir, options.out, NAME, VERSION)
    for name, scores in judge_test(options.out / "served", options.out / "test_scores.json", options.count).items():
        _say(f"{name}: {scores}")
    return 0


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m note_summarizer.demo", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    train = commands.add_parser("train", help="tokenizer, data, training, conversion, test scores; resumable")
    train.add_argument("--run-dir", type=Path, default=Path("runs/demo"), help="working files and checkpoints")
    student = commands.add_parser("student", help="a student with two decoder layers, for the benchmark; resumable")
    student.add_argument("--run-dir", type=Path, default=Path("runs/student"), help="working files and the result")
    judge = commands.add_parser("judge", help="score the served model on the held-out synthetic test")
    for command in (train, judge, student):
        command.add_argument("--out", type=Path, default=Path("model_build/demo_model"), help="artifact folder")
        command.add_argument("--count", type=int, default=TEST_NOTES, help="test notes")
    pairs = commands.add_parser("pairs", help="print synthetic notes with their summaries")
    pairs.add_argument("--split", choices=("train", "validation", "test"), default="validation")
    pairs.add_argument("--count", type=int, default=5)
    pairs.add_argument("--seed", type=int, default=1)
    handovers = commands.add_parser("handovers", help="write pairs of another summary style as CSV, to fine-tune on")
    handovers.add_argument("file", type=Path)
    handovers.add_argument("--count", type=int, default=120)
    handovers.add_argument("--seed", type=int, default=1)
    return parser


if __name__ == "__main__":
    sys.exit(main())
