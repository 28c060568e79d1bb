"""Members of archives that cannot be used: damaged, encrypted, packed in ways that are not read."""

import bz2
import gzip
import zipfile

import pytest
from tests.unit.archives import outcome, read, zipped


def flip(body: bytes, at: int, value: int) -> bytes:
    return body[:at] + bytes([value]) + body[at + 1 :]


def with_flags(body: bytes, name: bytes, flag: int = 0, method: int | None = None) -> bytes:
    """Return the archive with a member's flag or method set in its directory and its own header."""
    for sign, at_flag, at_name in ((b"PK\x03\x04", 6, 30), (b"PK\x01\x02", 8, 46)):
        start = next(
            at
            for at in range(len(body))
            if body[at : at + 4] == sign and body[at + at_name : at + at_name + len(name)] == name
        )
        body = flip(body, start + at_flag, body[start + at_flag] | flag)
        if method is not None:
            body = flip(body, start + at_flag + 2, method)
    return body


@pytest.mark.parametrize(
    ("bad", "code", "advice"),
    [
        (with_flags(zipped({"bad.txt": "Pain", "a.txt": "Fever"}), b"bad.txt", flag=1), "Encrypted", "password"),
        (with_flags(zipped({"bad.txt": "Pain", "a.txt": "Fever"}), b"bad.txt", flag=0x41), "Encrypted", "password"),
        (
            with_flags(zipped({"bad.txt": "Pain", "a.txt": "Fever"}), b"bad.txt", method=9),
            "UnsupportedCompression",
            "deflate",
        ),
        (zipped({"bad.txt": "Pain"}, zipfile.ZIP_BZIP2), "UnsupportedCompression", "deflate"),
        (zipped({"bad.txt": "Pain"}, zipfile.ZIP_LZMA), "UnsupportedCompression", "deflate"),
        (
            zipped({"bad.txt": "Pain!", "a.txt": "Fever"}, zipfile.ZIP_STORED).replace(b"Pain!", b"Pain?"),
            "BrokenMember",
            "make the archive again",
        ),
        (
            with_flags(zipped({"bad.txt": "Pain", "a.txt": "Fever"}), b"bad.txt", flag=0x20),
            "BrokenMember",
            "make the archive again",
        ),
        (zipped({"bad.zip": zipped({"x.txt": "Pain"}), "a.txt": "Fever"}), "NestedArchive", "the files that it holds"),
        (
            zipped({"bad.gz": gzip.compress(zipped({"x.txt": "Pain"}), mtime=0)}),
            "NestedArchive",
            "the files that it holds",
        ),
        (zipped({"bad.docx": zipped({"[Content_Types].xml": "<x/>", "word/x": ""})}), "UnknownFormat", "Word document"),
        (
            zipped({"bad.txt.gz": gzip.compress(gzip.compress(b"Pain", mtime=0), mtime=0)}),
            "UnknownFormat",
            "gzipped twice",
        ),
        (zipped({"bad.txt.gz": b"Pain"}), "BrokenGzip", "compress and send it again"),
        (zipped({"bad.bz2": bz2.compress(b"Pain")}), "UnknownFormat", "compressed otherwise"),
        (zipped({"bad.exe": "MZ"}), "UnknownFormat", "its format is not known"),
        (zipped({"bad.txt": " \n "}), "EmptyFile", "send it again"),
        (zipped({"bad.csv": "note\n"}), "EmptyFile", "leave it out"),
        (zipped({"bad\n.txt": "Pain"}), "NotText", "rename it"),
        (zipped({"b" * 1100 + ".txt": "Pain"}), "NameTooLong", "rename it"),
    ],
)
def test_a_member_that_cannot_be_used_costs_only_itself(bad: bytes, code: str, advice: str) -> None:
    first, *others = [outcome(record) for record in read(bad)]
    assert first[:2] == (1, code)
    assert "member 1: it" in first[2]
    assert advice in first[2]
    assert others in ([], [(2, "note", "a.zip/a.txt")])
