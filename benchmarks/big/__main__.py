"""`.venv/bin/python -m benchmarks.big`: measure, write benchmarks/results/big.json, and fill docs/performance.md."""

from __future__ import annotations

import argparse
import json
import os
import platform
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.big.document import fill
from benchmarks.big.local import measure_local
from benchmarks.big.measure import measure_backlog, measure_file, measure_job, measure_whole

_ROOT = Path(__file__).parent.parent.parent
RESULTS = _ROOT / "benchmarks" / "results" / "big.json"
PAGE = _ROOT / "docs" / "performance.md"
# A call of S3 or DynamoDB within a region takes so long, roughly.
_LATENCY = 0.015


def main() -> None:
    """Measure what is asked for, each in a folder of its own; results of other measurements are kept."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", nargs="*", default=["file", "backlog", "job", "files", "whole", "local"])
    parser.add_argument("--notes", type=int, default=1_000_000, help="of the file, and files of the backlog")
    parser.add_argument("--job-notes", type=int, default=50_000, help="of the job, and files of the other one")
    parser.add_argument("--local-notes", type=int, default=100_000, help="through the local cloud")
    parser.add_argument("--whole-bytes", type=int, default=100_000_000, help="of the files that are read whole")
    parser.add_argument("--fill", action="store_true", help="only write the results into the page again")
    given = parser.parse_args()
    results: dict[str, Any] = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    for what in [] if given.fill else given.what:
        began = os.getloadavg()[0]
        with tempfile.TemporaryDirectory(prefix="chartbrief-big-") as place:
            found = _measure(what, Path(place) / "cloud", given)
        machine = {"cores": os.cpu_count(), "python": platform.python_version()}
        results[what] = {"found": found, "load": [began, os.getloadavg()[0]], **machine}
        RESULTS.write_text(json.dumps(results, indent=1) + "\n")
    fill(PAGE, results)


def _measure(what: str, folder: Path, given: argparse.Namespace) -> Any:
    if what == "file":
        return measure_file(folder, given.notes)
    if what == "backlog":
        return measure_backlog(folder, given.notes)
    if what == "whole":
        return measure_whole(folder, given.whole_bytes)
    if what == "local":
        return measure_local(folder, given.local_notes)
    files = 1 if what == "job" else given.job_notes
    return measure_job(folder, given.job_notes, files, _LATENCY)


if __name__ == "__main__":
    main()
