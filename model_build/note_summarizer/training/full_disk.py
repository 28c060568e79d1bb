"""A full disk, told as what it is: libraries that write weights each have an exception of their own for it."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from note_summarizer.errors import OutputError

_LITTLE = 1024 * 1024


@contextmanager
def full_disk_told(folder: Path) -> Iterator[None]:
    """Run what writes into a folder.

    Raises:
        OutputError: the disk is full.
    """
    # Imported here: reading options and data needs no weights.
    from safetensors import SafetensorError

    try:
        yield
    except (OSError, SafetensorError, RuntimeError) as error:
        if not _is_full(error, folder):
            raise
        raise OutputError(
            f"The disk of {folder} is full: make room, and the same command goes on from the last whole checkpoint."
        ) from error


def _is_full(error: Exception, folder: Path) -> bool:
    if isinstance(error, OSError) and error.errno is not None:
        return error.errno == errno.ENOSPC
    # torch says that its writer failed, safetensors quotes the system; what is left on the disk is the same for both.
    return "No space left" in str(error) or shutil.disk_usage(folder).free < _LITTLE
