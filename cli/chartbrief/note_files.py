"""Which files a run drops: every regular file of a folder and its sub-folders, in a fixed order.

Files of an unknown kind are dropped too: the pipeline then says why it could not use them, which a silent
filter here would not. What a file is the pipeline sees by its content; none is told it here.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from chartbrief.errors import UsageError
from notes_pipeline.core.formats.fhir.siblings import is_sibling

INCOMING = "incoming/"


@dataclass(frozen=True)
class NoteFile:
    """A file to drop and its path relative to the folder that was named (with `/` on every system)."""

    path: Path
    relative: str

    @property
    def key(self) -> str:
        """The S3 key it is dropped under; its first folder is the source system, `urgent/` marks urgent files."""
        return INCOMING + self.relative

    @property
    def comes_first(self) -> bool:
        """Whether it says of patients and encounters what the documents beside it do not."""
        return is_sibling(self.relative)


def find_note_files(folder: Path, out: Path) -> list[NoteFile]:
    """The files under `folder` (or the one file it names), sorted; hidden ones and those under `out` are left out.

    Those of an export's patients and encounters come first: the documents beside them are read with them.

    Raises:
        UsageError: There is nothing to drop, or `out` is the folder of notes itself.
    """
    if not folder.exists():
        raise UsageError(f"{folder} does not exist. Name a folder of note files, or one file.")
    if folder.is_file():
        return [NoteFile(folder, _relative(folder, folder.parent))]
    if out.resolve() == folder.resolve():
        raise UsageError(f"--out {out} is the folder of notes itself. Name another folder for the summaries.")
    files = [NoteFile(path, _relative(path, folder)) for path in _walk(folder, out)]
    files.sort(key=lambda file: (not file.comes_first, file.relative))
    if not files:
        raise UsageError(f"Nothing to summarize: {folder} holds no files (hidden files and folders do not count).")
    return files


def source_of(key: str) -> str:
    """The relative path of the file that was dropped under `key`."""
    return key.removeprefix(INCOMING)


def _walk(folder: Path, out: Path) -> Iterator[Path]:
    skipped = out.resolve()
    for parent, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if _visible(name) and (Path(parent) / name).resolve() != skipped]
        yield from (path for name in names if _visible(name) and (path := Path(parent) / name).is_file())


def _visible(name: str) -> bool:
    return not name.startswith(".")


def _relative(path: Path, folder: Path) -> str:
    # A name that is not UTF-8 cannot be an S3 key; its odd bytes become \xNN.
    return os.fsencode(path.relative_to(folder).as_posix()).decode("utf-8", "backslashreplace")
