"""Figures of large files and backlogs into docs/performance.md, between markers; a figure there is never typed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from benchmarks.bench import document

_TITLES = ("what", "calls of the function", "longest, s", "processor, s", "peak MB", "requests to AWS")
Figures = Mapping[str, Any]


def fill(page: Path, results: Figures) -> None:
    """Write what was measured into the page."""
    functions = {what: each for what, each in results.items() if what in _ROWS}
    rows = [row for what, each in functions.items() for row in _ROWS[what](each["found"])]
    texts = {"big": document.table(list(_TITLES), rows), "big-books": "\n".join(_books(functions))}
    if "local" in results:
        texts["big-local"] = "\n".join(_local(results["local"]))
    page.write_text(document.fill(page.read_text("utf-8"), texts), encoding="utf-8")


def _row(what: str, took: Figures) -> list[str]:
    calls = sum(took["calls"].values())
    longest, count = took.get("longest", took["seconds"]), took.get("function_calls", 1)
    return [what, f"{count:,}", f"{longest:.1f}", f"{took['processor']:.1f}", f"{took['peak_mb']:.0f}", f"{calls:,}"]


def _file(found: Figures) -> Iterator[list[str]]:
    name = f"a file of {found['notes']:,} notes, {found['bytes'] / 1e6:,.0f} MB"
    yield _row(f"{name}: the pass over it", found["pass"])
    yield _row(f"its {found['parts']} parts, ten messages a call", found["staging"])
    yield _row(f"planning and giving its {found['jobs']} job(s)", found["planning"])


def _backlog(found: Figures) -> Iterator[list[str]]:
    yield _row(f"planning {found['shards']:,} files of one note", found["planning"])


def _job(found: Figures) -> Iterator[list[str]]:
    came = "one file" if found["files"] == 1 else f"{found['files']:,} files of one note"
    yield _row(f"collecting a job of {found['notes']:,} notes that came in {came}", found["collecting"])


def _whole(found: Any) -> Iterator[list[str]]:
    for each in found:
        yield _row(f"a file of {each['format']}, {each['bytes'] / 1e6:,.0f} MB, read whole", each["staging"])


_ROWS = {"file": _file, "backlog": _backlog, "job": _job, "files": _job, "whole": _whole}


def _books(results: Figures) -> Iterator[str]:
    if not results:
        return
    machine = next(iter(results.values()))
    loads = [load for each in results.values() for load in each["load"]]
    yield (
        f"Python {machine['python']}, {machine['cores']} cores; load of the machine while it was measured "
        f"{min(loads):.0f} to {max(loads):.0f}: seconds on the clock are those of a busy machine, processor and memory "
        "are the functions' own."
    )
    for what in ("job", "files"):
        if what in results:
            found = results[what]["found"]
            yield (
                f"Of {found['notes']:,} notes the model was given {found['given']:,}; {found['summaries']:,} summaries "
                f"were written, of {found['notes_summarized']:,} notes; the books say {found['books']}."
            )


def _local(result: Figures) -> Iterator[str]:
    found = result["found"]
    others = found["duplicate"] + found["superseded"] + found["pending"]
    yield (
        f"{found['notes']:,} notes of {found['bytes'] // found['notes']:,} bytes in one file; load of the machine "
        f"before it {result['load'][0]:.0f}. {found['received']:,} received = {found['summarized']:,} summarized "
        f"+ {found['quarantined']:,} quarantined + {others:,} others; {found['summaries']:,} current summaries, of "
        f"{found['notes_summarized']:,} notes. {found['seconds']:,.0f} s, "
        f"{found['notes_per_second']:.0f} notes a second."
    )
    yield ""
    yield "Peak of resident memory in each quarter of the run, MB, of the largest process of its kind:"
    yield ""
    rows = [[part, *(f"{value:,}" for value in values)] for part, values in sorted(found["memory"].items())]
    yield document.table(["process", "first", "second", "third", "last"], rows)
