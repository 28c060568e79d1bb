"""A PDF is refused, with how many pages it has where it says so; no file takes long, whatever is in it."""

import time
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notes_pipeline.core.formats.detect import Form
from notes_pipeline.core.formats.pdf import page_count, parse
from notes_pipeline.core.formats.reading import Hints
from notes_pipeline.core.formats.registry import read_embedded
from notes_pipeline.errors import FileError, InputError

HINTS = Hints("scan.pdf")
CATALOG = b"1 0 obj\n<< /Type /Catalog /Pages 2 0 R /Outlines 9 0 R >>\nendobj\n"
OUTLINES = b"9 0 obj\n<< /Type /Outlines /Count 77 >>\nendobj\n"


def root(count: int, kids: bytes = b"3 0 R") -> bytes:
    return b"<< /Type /Pages /Kids [%s] /Count %d /Resources << /Font << /F1 5 0 R >> >> >>" % (kids, count)


def pdf(*objects: bytes) -> bytes:
    head = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
    return head + b"".join(objects) + b"trailer\n<< /Root 1 0 R /Size 10 >>\nstartxref\n9\n%%EOF\n"


def in_the_open(count: int) -> bytes:
    node = b"3 0 obj\n<</Type/Pages/Parent 2 0 R/Count 1/Kids[4 0 R]>>\nendobj\n4 0 obj\n<</Type/Page>>\nendobj\n"
    return pdf(CATALOG, OUTLINES, b"2 0 obj\n" + root(count) + b"\nendobj\n", node)


def packed(text: bytes, packed: bytes | None = None) -> bytes:
    stream = zlib.compress(text) if packed is None else packed
    head = b"7 0 obj\n<< /Type /ObjStm /N 2 /First 9 /Filter /FlateDecode /Length %d >>\nstream\r\n" % len(stream)
    return head + stream + b"\nendstream\nendobj\n"


@pytest.mark.parametrize(
    ("body", "count"),
    [
        (in_the_open(12), 12),
        (pdf(packed(b"2 0 4 99 " + root(1))), 1),
        (pdf(packed(b"2 0 4 99 " + root(3)), packed(b"", b"encrypted, so no zlib")), 3),
        (in_the_open(5) + in_the_open(4), 4),  # of two versions in one file, the newer
        (pdf(CATALOG, OUTLINES), None),
        (pdf(packed(b"", b"encrypted, so no zlib")), None),
        (b"%PDF-1.4", None),
        (in_the_open(12)[:60], None),
    ],
)
def test_the_pages_are_counted_where_the_file_says_how_many(body: bytes, count: int | None) -> None:
    assert page_count(body) == count


def test_a_file_is_refused_and_the_reason_says_what_to_do() -> None:
    with pytest.raises(FileError, match=r"^it is a PDF of 12 pages, of which no text is read: export it as") as refused:
        next(parse(in_the_open(12), HINTS))
    assert refused.value.code == "PdfNotRead"
    with pytest.raises(FileError, match=r"^it is a PDF, of which"):
        next(parse(b"%PDF-1.4", HINTS))


def test_an_attachment_is_refused_likewise() -> None:
    with pytest.raises(InputError, match=r"^its attachment is a PDF of 1 page, of which no text") as refused:
        read_embedded(Form.PDF, in_the_open(1), HINTS)
    assert refused.value.code == "PdfNotRead"


@given(st.binary() | st.lists(st.sampled_from([b"<<", b">>", b"/Type /Pages", b"/Count 7", b"endobj "])).map(b"".join))
def test_any_bytes_have_a_count_or_none(body: bytes) -> None:
    count = page_count(body)
    assert count is None or count == 7


@pytest.mark.parametrize(
    "piece",
    [b"<<", b"/ObjStm stream\n", b"/ObjStm", b"/Type /Pages", b"/Count   ", b"stream", packed(bytes(5_000_000))],
    ids=lambda piece: piece[:12].decode(),
)
def test_no_file_takes_long(piece: bytes) -> None:
    body, began = b"%PDF-1.4\n" + piece * (4_000_000 // len(piece)), time.process_time()
    assert page_count(body) is None
    assert time.process_time() - began < 5
