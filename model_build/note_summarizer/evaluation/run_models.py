"""Letting a model answer the test notes in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import note_summarizer
from note_summarizer.artifact import ModelArtifact
from note_summarizer.errors import CheckpointError
from note_summarizer.evaluation.judgement import Run

_PROCESS = "note_summarizer.evaluation.answer_process"
_KILLED = -9


def run_model(
    name: str,
    artifact: ModelArtifact,
    notes: Sequence[str],
    *,
    threads: int | None = None,
    alone: int = 0,
    progress: Callable[[str], None] | None = None,
) -> Run:
    """Return a model's answers in the notes' order, and what they cost.

    Args:
        name: how messages call the model.
        threads: cores to use; all of them by default.
        alone: so many of the first notes are asked once more, one at a time, for what a single request takes.
        progress: is told how many notes are done, never what they say.

    Raises:
        CheckpointError: the model does not load, or its process ended before it had answered.
    """
    tell = progress or (lambda _: None)
    tell(f"{name}: loading")
    answers, parts, last = list[str](), list[int](), dict[str, Any]()
    with _process() as process:
        for last in _replies(process, artifact, {"threads": threads, "notes": list(notes), "alone": alone}):
            if "answers" in last:
                answers += last["answers"]
                parts += last["parts"]
                tell(f"{name}: {len(answers)} of {len(notes)} notes")
        status = process.wait()
    if "error" in last:
        raise CheckpointError(f"{name}: {last['error']}")
    if "seconds" not in last or len(answers) != len(notes):
        raise CheckpointError(f"{name}: {_ended(status)}")
    model = {key: getattr(artifact, key) for key in ("name", "version", "sha256")}
    costs = {key: last[key] for key in ("seconds", "load_seconds", "cpu_seconds", "peak_bytes")}
    return Run(tuple(answers), tuple(parts), model=model, alone_seconds=tuple(last["alone_seconds"]), **costs)


def _ended(status: int) -> str:
    if status == _KILLED:
        return "its process was killed, most likely for want of memory: judge fewer models at once, or a smaller one."
    return f"its process ended with status {status} before it had answered; what it said is above."


@contextmanager
def _process() -> Iterator[subprocess.Popen[str]]:
    # The package may have been found through sys.path alone, as in a training job's container.
    root = str(Path(note_summarizer.__file__).parents[1])
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH")))),
        "HF_HUB_DISABLE_PROGRESS_BARS": "1",  # transformers' loading bars look there too
        "TRANSFORMERS_VERBOSITY": "error",
    }
    command = [sys.executable, "-m", _PROCESS]
    with subprocess.Popen(  # noqa: S603 - this interpreter, this package
        command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
    ) as process:
        try:
            yield process
        finally:
            process.kill()  # nothing happens to one that has ended


def _replies(
    process: subprocess.Popen[str], artifact: ModelArtifact, request: Mapping[str, Any]
) -> Iterator[dict[str, Any]]:
    described = {**asdict(artifact), "folder": str(artifact.folder.absolute())}
    assert process.stdin  # noqa: S101 - both are pipes
    assert process.stdout  # noqa: S101
    try:
        process.stdin.write(json.dumps({"artifact": described, **request}) + "\n")
        process.stdin.close()
    except BrokenPipeError:
        return  # it ended early; its status says more
    for line in process.stdout:
        yield json.loads(line)
