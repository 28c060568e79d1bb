"""Figures into docs/performance.md, between markers; a figure there is never typed."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks.bench import document

_TITLES = ("format", "bytes a note", "notes/CPU-s", "asked", "instead", "its notes/CPU-s", "ratio")


def fill(found: Mapping[str, Any], page: Path) -> None:
    """Write the measured sections into the page."""
    texts = {"formats": _rates(found), "formats-start": _start(found)}
    page.write_text(document.fill(page.read_text("utf-8"), texts), encoding="utf-8")


def _rates(found: Mapping[str, Any]) -> str:
    return document.table(_TITLES, [_row(each) for each in found["formats"]])


def _row(each: Mapping[str, Any]) -> list[str]:
    instead = (
        [each["other"], f"{each['other_per_cpu_second']:,}", f"{each['ratio']:.2f}"] if "other" in each else [""] * 3
    )
    return [
        each["format"],
        f"{each['bytes_a_note']:,}",
        f"{each['notes_per_cpu_second']:,}",
        f"{each['target']:,}",
        *instead,
    ]


def _start(found: Mapping[str, Any]) -> str:
    start, machine = found["cold_start"], found["machine"]
    return (
        f"Importing `{start['handler']}` takes {start['cpu_seconds']:.2f} s of CPU and {start['seconds']:.2f} s on the"
        f" clock (median of {start['runs']} processes; {machine['cores']} cores, Python {machine['python']}, load"
        f" {machine['load']:.0f})."
    )
