"""`.venv/bin/python -m benchmarks.formats`: measure, write benchmarks/results/formats.json, fill the page."""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import sys
from pathlib import Path
from typing import Any

from benchmarks.formats.cold_start import measure_cold_start
from benchmarks.formats.document import fill
from benchmarks.formats.measure import measure_format

from note_summarizer.synthetic.rendering.formats import FORMATS, draw_notes

_ROOT = Path(__file__).parent.parent.parent
RESULTS = _ROOT / "benchmarks" / "results" / "formats.json"
PAGE = _ROOT / "docs" / "performance.md"
_SEED, _LEAST_BYTES = 20310301, 1500


def main() -> None:
    """Measure everything and write it down."""
    options = _options()
    notes = list(draw_notes(_SEED, options.notes, min_bytes=_LEAST_BYTES))
    sizes = sorted(len(note.text.encode()) for note in notes)
    found: dict[str, Any] = {
        "machine": {"cores": os.cpu_count(), "python": platform.python_version(), "load": round(os.getloadavg()[0], 1)},
        "notes": {
            "count": len(notes),
            "bytes": {"least": sizes[0], "median": statistics.median(sizes), "most": sizes[-1]},
        },
        "cold_start": measure_cold_start(options.runs),
        "formats": [measure_format(name, notes, options.rounds) for name in FORMATS],
    }
    text = json.dumps(found, indent=2)
    sys.stdout.write(text + "\n")
    if not options.quick:
        RESULTS.write_text(text + "\n", encoding="utf-8")
        fill(found, PAGE)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.formats", description=__doc__)
    parser.add_argument("--notes", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--runs", type=int, default=9, help="processes that import the handler")
    parser.add_argument("--quick", action="store_true", help="print only: file and page stay as they are")
    return parser.parse_args()


if __name__ == "__main__":
    main()
