"""The figures of the last run, kept in `.chartbrief/run.json` for the page's books and chart."""

import json
from pathlib import Path
from typing import Any

from chartbrief.errors import ConsoleError
from chartbrief.output_folder import replace_file, state_folder
from chartbrief.run_report import RunReport

_LEFT_OUT = ("notes", "output")


def figures_file(out: Path) -> Path:
    """Where an output folder keeps its last run's figures."""
    return state_folder(out) / "run.json"


def keep_figures(report: RunReport, ended_at: str) -> None:
    """Write a run's books, seconds and steps; `ended_at` is an ISO 8601 time."""
    figures = {name: value for name, value in report.as_json().items() if name not in _LEFT_OUT}
    figures |= {"startup_seconds": round(report.startup_seconds, 3), "ended_at": ended_at}
    replace_file(figures_file(report.output), json.dumps(figures, indent=1).encode() + b"\n")


def load_figures(out: Path) -> dict[str, Any] | None:
    """The last run's figures, or None if no run has kept any.

    Raises:
        ConsoleError: The file is not what a run writes.
    """
    path = figures_file(out)
    try:
        figures: dict[str, Any] = json.loads(path.read_bytes())
    except FileNotFoundError:
        return None
    except ValueError:
        raise ConsoleError(f"{path} is not what a run writes. Move it away: the page then has no books.") from None
    return figures
