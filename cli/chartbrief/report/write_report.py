"""`chartbrief report`: an output folder in, one HTML file out."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
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
    with _no_collection():
        shown = show_folder(read_folder(out), out.resolve().name, datetime.now(UTC).isoformat(timespec="seconds"))
        replace_file(path, "".join(write_page(shown)).encode())
    return path


@contextmanager
def _no_collection() -> Iterator[None]:
    """Look for no garbage: all that is read is needed to the end, and looking takes twice as long as all the rest."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
