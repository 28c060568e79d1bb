"""Files packed: several in a zip, or each by gzip. No clock is looked at, so the same notes make the same bytes."""

from __future__ import annotations

import gzip
import io
import zipfile
from collections.abc import Sequence

from note_summarizer.synthetic.rendering.chart_note import ChartNote, RenderedFile
from note_summarizer.synthetic.rendering.named_fields import render_json_lines
from note_summarizer.synthetic.rendering.plain_text import render_text

# The earliest that the format can say.
_NO_TIME = (1980, 1, 1, 0, 0, 0)


def zipped(name: str, files: Sequence[RenderedFile]) -> RenderedFile:
    """Return an archive of files."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in files:
            archive.writestr(zipfile.ZipInfo(file.name, _NO_TIME), file.body, zipfile.ZIP_DEFLATED)
    return RenderedFile(name, held.getvalue())


def gzipped(file: RenderedFile) -> RenderedFile:
    """Return a file packed by itself."""
    return RenderedFile(f"{file.name}.gz", gzip.compress(file.body, mtime=0))


def render_zip(notes: Sequence[ChartNote]) -> list[RenderedFile]:
    """Return an archive with a text file for each note."""
    return [zipped("notes.zip", render_text(notes))]


def render_gzip(notes: Sequence[ChartNote]) -> list[RenderedFile]:
    """Return JSON Lines, packed."""
    return [gzipped(file) for file in render_json_lines(notes)]
