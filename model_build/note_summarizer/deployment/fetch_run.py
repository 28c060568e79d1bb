"""Bringing a finished job's run folder here: two archives from S3, unpacked where they can do no harm."""

from __future__ import annotations

import shutil
import tarfile
import tempfile
import zlib
from pathlib import Path

from note_summarizer.errors import DeploymentError, OutputError
from note_summarizer.pairs.sources import local_copy

MODEL = "model"  # the run folder's sub-folder with the result


def require_free(out: Path) -> None:
    """Check before the job starts that the run folder's name is free.

    Raises:
        OutputError: something is there.
    """
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise OutputError(f"{out} exists already: name another folder with --out.")


def fetch_run(model: str, output: str | None, out: Path) -> Path:
    """Unpack a job's `model.tar.gz` and `output.tar.gz` as a run folder, as a whole or not at all.

    Args:
        model, output: S3 addresses; a job that wrote nothing but its model has no output.

    Raises:
        DataError: an archive cannot be downloaded.
        DeploymentError: an archive is broken, or would write outside the folder.
        OutputError: the folder is not free.
    """
    require_free(out)
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{out.name}-", suffix=".partial", dir=out.parent) as scratch:
        folder = Path(scratch) / out.name
        for address, target in ((output, folder), (model, folder / MODEL)):
            target.mkdir(parents=True, exist_ok=True)
            if address:
                with local_copy(address) as archive:
                    unpack(archive, target)
        if out.is_dir():
            out.rmdir()
        shutil.move(folder, out)
    return out


def unpack(archive: Path, folder: Path) -> None:
    """Unpack a gzipped tar file into a folder.

    Raises:
        DeploymentError: it is broken, or a member is a device, or would land outside the folder.
    """
    try:
        with tarfile.open(archive, "r:gz") as members:
            members.extractall(folder, filter="data")
    except (tarfile.TarError, EOFError, zlib.error) as error:
        raise DeploymentError(f"{archive.name} of the job cannot be unpacked safely: {error}.") from error
