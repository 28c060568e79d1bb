"""`chartbrief report`: an output folder in, one HTML file out."""

from datetime import UTC, datetime
from pathlib import Path

from chartbrief.output_folder import replace_file
from chartbrief.report.read_folder import read_folder
from chartbrief.report.show_folder import show_folder
from chartbrief.report.write_page import write_page


def report_file(out: Path) -> Path:
    """Where the page of an output folder goes unless another file is named."""
    return out / "report.html"


def write_report(out: Path, html: Path | None = None) -> Path:
    """Write the page of an output folder and return where it is; the file is replaced whole or not at all.

    Raises:
        ConsoleError: A file in the folder is not a record of this pipeline.
    """
    path = html or report_file(out)
    shown = show_folder(read_folder(out), out.resolve().name, datetime.now(UTC).isoformat(timespec="seconds"))
    replace_file(path, "".join(write_page(shown)).encode())
    return path
