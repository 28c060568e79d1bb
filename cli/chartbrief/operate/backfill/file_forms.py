"""Which format a file to backfill has: by its name where that is enough, else by its first bytes."""

from __future__ import annotations

from mimetypes import MimeTypes
from typing import NamedTuple

from notes_pipeline.core.formats.detect import EXTENSIONS, MEDIA_TYPES, Form, extension, form_of
from notes_pipeline.core.formats.parse_file import unpacked_head

# Of a file whose name does not say what it is, so much is read.
HEAD_BYTES = 4_096
# Python's own list of extensions, the same on every machine.
_TYPES = MimeTypes()
_SAYS_NOTHING = "application/octet-stream"


class Head(NamedTuple):
    """The first bytes of a file, and its content type, "" where none is told."""

    body: bytes
    media_type: str = ""


def is_named(path: str) -> bool:
    """Say whether a file's extension is that of a format of notes."""
    return extension(path) in EXTENSIONS


def names_another(path: str) -> bool:
    """Say whether a file's extension is known to be of what holds no notes: an image, a film, an Office document."""
    kind = _TYPES.guess_type("a" + extension(path))[0] or _SAYS_NOTHING
    is_other = kind not in {*MEDIA_TYPES, _SAYS_NOTHING} and not kind.startswith("text/")
    return is_other and not is_named(path)


def form_by_head(path: str, head: Head) -> Form | None:
    """Return the format of a file; None for one that is not read here."""
    return form_of(path, unpacked_head(head.body), head.media_type)
