"""Many notes through the whole local cloud, as `chartbrief run` takes them, with a model server without a model."""

from __future__ import annotations

import json
import os
import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.big.notes import write_notes
from rich.console import Console

from chartbrief.cloud import CHECKOUT, DEFAULT_TEMPLATE, Cloud, FieldNames
from chartbrief.local_cloud import LocalCloud
from chartbrief.options import LocalOption, local_option
from chartbrief.progress import progress_on
from chartbrief.run_folder import RunRequest, run_folder
from chartbrief.waiting import Patience

_SERVER = [str(CHECKOUT / "tests" / "functional" / "toy_model_server.py")]
_SECONDS = 6 * 3600.0
# What a child process is, by a part of its command.
_PARTS = {
    **{f"handlers.{name}": name for name in ("notes_uploaded", "batch_due", "transform_finished", "summaries_written")},
    "moto": "AWS (moto)",
    "executor": "SageMaker (executor)",
    "toy_model_server": "model server",
}
_RUN = "the run itself"
_EVERY_SECONDS = 2.0


def measure_local(folder: Path, notes: int) -> dict[str, Any]:
    """Run a file of so many notes; return the run's books and figures, what it wrote, and memory as it went on."""
    size = write_notes(folder.parent / "notes" / "ehr" / "notes.jsonl", notes)
    out = folder / "out"
    request = RunRequest(
        folder=folder.parent / "notes",
        out=out,
        state=out / ".chartbrief",
        option=local_option("pegasus"),
        template=DEFAULT_TEMPLATE,
        fields=FieldNames(),
        patience=Patience(_SECONDS),
    )
    with _watched() as seen:
        report = run_folder(request, _open, progress_on(Console(stderr=True)))
    told = report.as_json()
    written = list(_written(out))
    return {
        "notes": notes,
        "bytes": size,
        **{name: told[name] for name in told if name not in ("output", "notes")},
        "summaries": len(written),
        "notes_summarized": len(set(written)),
        "memory": {part: _quarters(values) for part, values in seen.items()},
    }


@contextmanager
def _open(
    template: Path, option: LocalOption, state: Path, logs: Path, parameters: Mapping[str, str]
) -> Iterator[Cloud]:
    with LocalCloud(template, option, state, parameters, logs=logs, model_command=_SERVER) as cloud:
        yield cloud


def _written(out: Path) -> Iterator[str]:
    """Yield the note of every current summary."""
    for path in (out / "by_note").glob("*/*.json"):
        record = json.loads(path.read_bytes())
        if record["status"] == "draft":
            yield record["note_id"]


def _quarters(values: list[int]) -> list[int]:
    """Return the peak of each quarter of the run, in MB: flat means that they are alike."""
    size = -(-len(values) // 4)
    return [round(max(values[start : start + size]) / 1e6) for start in range(0, len(values), size)]


@contextmanager
def _watched() -> Iterator[dict[str, list[int]]]:
    """Look at the resident memory of this process and its children every two seconds, the largest of each kind."""
    seen: dict[str, list[int]] = {}
    over = threading.Event()
    watcher = threading.Thread(target=partial(_watch, seen, over), daemon=True)
    watcher.start()
    try:
        yield seen
    finally:
        over.set()
        watcher.join()


def _watch(seen: dict[str, list[int]], over: threading.Event) -> None:
    while not over.wait(_EVERY_SECONDS):
        now = Counter[str]()
        for part, size in _sizes(os.getpid()):
            now[part] = max(now[part], size)
        for part, size in now.items():
            seen.setdefault(part, []).append(size)


def _sizes(parent: int) -> Iterator[tuple[str, int]]:
    """Yield what each process of a family is, and its resident bytes."""
    yield _RUN, _resident(parent)
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            if int(path.read_text().rpartition(")")[2].split()[1]) != parent:
                continue
            command = path.with_name("cmdline").read_text()
            size = _resident(int(path.parent.name))
        except (OSError, ValueError):
            continue
        yield next((name for part, name in _PARTS.items() if part in command), "another"), size


def _resident(pid: int) -> int:
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")
