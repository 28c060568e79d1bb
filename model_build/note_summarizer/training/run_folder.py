"""The run folder: everything needed to repeat a run, to go on with it, and to use its result.

run.json         arguments, chosen settings, versions, data hashes, lengths, scores, status
splits.json      which record of which file is in which split
metrics.jsonl    losses and validation scores, step by step
training.png     the same, drawn
checkpoints/     the trainer's state, while the run is not finished
model/           the result: a checkpoint that is also a served artifact
evaluation/      the result judged beside where it started
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from note_summarizer.errors import OutputError

RECORD, SPLITS, METRICS, PLOT = "run.json", "splits.json", "metrics.jsonl", "training.png"
MODEL, CHECKPOINTS, TOKENIZER_FOLDER, EVALUATION = "model", "checkpoints", "tokenizer", "evaluation"


class RunFolder:
    """One run's folder; what is written whole or not at all is written beside its name and renamed."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __truediv__(self, name: str) -> Path:
        return self.path / name

    def record(self) -> dict[str, Any]:
        """Return what `run.json` says; nothing for a new folder."""
        path = self / RECORD
        try:
            found = json.loads(path.read_text("utf-8")) if path.is_file() else {}
        except ValueError as error:
            raise OutputError(f"{path} is not whole: remove {self.path} and train again.") from error
        return dict(found)

    def claim(self, identity: Mapping[str, Any]) -> bool:
        """Take the folder for a run, new or interrupted; return whether the same run is finished in it.

        Args:
            identity: what makes it the same run: options and hashes of what it reads.

        Raises:
            OutputError: the folder holds something else, or another run.
        """
        if self.path.is_dir() and any(self.path.iterdir()) and not (self / RECORD).is_file():
            raise OutputError(f"{self.path} holds other files: name a new folder with --out.")
        before = self.record()
        if before and before["identity"] != identity:
            differing = ", ".join(_differing(before["identity"], identity))
            raise OutputError(
                f"{self.path} holds a run with other options or data ({differing}): name a new folder with --out,"
                " or start over with --force."
            )
        if not before:
            self.path.mkdir(parents=True, exist_ok=True)
            self.update({"identity": dict(identity), "status": "running"})
        return bool(before.get("status") == "finished")

    def update(self, values: Mapping[str, Any]) -> None:
        """Add to `run.json`."""
        self.write_json(RECORD, {**self.record(), **values})

    def write_json(self, name: str, value: Any) -> None:
        """Write a JSON file, whole or not at all."""
        partial = self / f"{name}.partial"
        partial.write_text(json.dumps(value, indent=2, ensure_ascii=False, sort_keys=False) + "\n", "utf-8")
        partial.replace(self / name)

    @contextmanager
    def replacing(self, name: str) -> Iterator[Path]:
        """Yield a fresh folder that takes the name when the block ends well."""
        partial = self / f"{name}.partial"
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(parents=True)
        yield partial
        shutil.rmtree(self / name, ignore_errors=True)
        partial.rename(self / name)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep a second process out of the run while the block runs.

        Raises:
            OutputError: another process has it.
        """
        self.path.mkdir(parents=True, exist_ok=True)
        handle = os.open(self.path, os.O_RDONLY)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield
        except BlockingIOError:
            raise OutputError(f"Another process trains in {self.path}: wait for it, or name another --out.") from None
        finally:
            os.close(handle)


def _differing(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    names = sorted({*before, *now})
    found = [name for name in names if before.get(name) != now.get(name)]
    return [
        inner
        for name in found
        for inner in (
            _differing(before[name], now[name])
            if isinstance(before.get(name), dict) and isinstance(now.get(name), dict)
            else [name]
        )
    ]
