"""Files that hold no text, by how they begin."""

from __future__ import annotations

# What is no text; the reason says what it is.
_OTHERS: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG", "an image"),
    (b"\xff\xd8\xff", "an image"),
    (b"GIF8", "an image"),
    (b"II*\x00", "an image"),
    (b"MM\x00*", "an image"),
    (b"\x00\x00\x00\x0cjP  ", "an image"),
    (b"\xd0\xcf\x11\xe0", "an Office document of the old kind"),
    (b"\x1f\x8b", "gzipped twice"),
    (b"BZh", "compressed otherwise than by gzip or zip"),
    (b"\xfd7zXZ", "compressed otherwise than by gzip or zip"),
    (b"7z\xbc\xaf", "compressed otherwise than by gzip or zip"),
    (b"(\xb5/\xfd", "compressed otherwise than by gzip or zip"),
    (b"Rar!", "compressed otherwise than by gzip or zip"),
    (b"RIFF", "an image, a sound or a film"),
    (b"ID3", "a sound or a film"),
    (b"OggS", "a sound or a film"),
    (b"\x1aE\xdf\xa3", "a sound or a film"),
    (b"PAR1", "a Parquet file"),
    (b"SQLite format 3\x00", "a database"),
)
# So much of what follows a sign in letters shows whether it is one, or the beginning of a text ("ID3 positive").
_SIGN_BYTES = 64
_PRINTABLE = bytes((*b"\t\n\r", *range(0x20, 0x7F)))


def kind_of_binary(head: bytes) -> str:
    """Return what a file is that holds no text, "" if that is not known.

    Args:
        head: its first bytes; 262 are enough.
    """
    if not head[:_SIGN_BYTES].translate(None, _PRINTABLE):
        return ""
    if head[128:132] == b"DICM":
        return "a DICOM object"
    if head[257:262] == b"ustar":
        return "compressed otherwise than by gzip or zip"
    if head[4:8] == b"ftyp" and head[:3] == b"\0\0\0":
        return "an image, a sound or a film"
    return next((what for sign, what in _OTHERS if head.startswith(sign)), "")
