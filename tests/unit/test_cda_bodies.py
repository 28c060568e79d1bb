import base64
import gzip
import zlib

import pytest
from tests.unit.cda_examples import PLAIN, code, document, note, other_body, read


def b64(body: bytes) -> str:
    return base64.encodebytes(body).decode()


RAW = zlib.compressobj(wbits=-15)
DEFLATED = RAW.compress(b"Seen today.") + RAW.flush()


@pytest.mark.parametrize(
    ("held", "attributes"),
    [
        ("Seen today.", ""),
        ("Seen today.", 'mediaType="text/plain"'),
        (b64(b"Seen today."), 'mediaType="text/plain" representation="B64"'),
        (b64(rb"{\rtf1\ansi Seen today.}"), 'mediaType="application/rtf" representation="B64"'),
        (b64(rb"{\rtf1\ansi Seen today.}"), 'mediaType="application/rtf"'),
        (rb"{\rtf1\ansi Seen today.}".decode(), 'mediaType="text/rtf"'),
        (b64(b"<html><p>Seen<b> today.</b>"), 'mediaType="text/html" representation="B64"'),
        ("&lt;p>Seen&#10; today.", 'mediaType="text/html"'),
        (b64(zlib.compress(b"Seen today.")), 'representation="B64" compression="ZL"'),
        (b64(gzip.compress(b"Seen today.", mtime=0)), 'representation="B64" compression="GZ"'),
        (b64(DEFLATED), 'representation="B64" compression="DF"'),
    ],
)
def test_a_body_that_is_no_xml_is_read(held: str, attributes: str) -> None:
    found = note(read(document(other_body(held, attributes))))
    assert (found.text, found.patient_id) == ("Seen today.", "P4")


@pytest.mark.parametrize(
    ("held", "attributes", "expected"),
    [
        ('<reference value="scan.pdf"/>', "", "AttachmentElsewhere"),
        ("  ", "", "EmptyNote"),
        (b64(b"%PDF-1.4 x"), 'mediaType="application/pdf" representation="B64"', "PdfNotRead"),
        (b64(b"%PDF-1.4 x"), 'mediaType="application/pdf"', "PdfNotRead"),
        (b64(b"\x89PNG"), 'mediaType="image/png" representation="B64"', "UnreadableAttachment"),
        ("Zm9v!", 'representation="B64"', "BrokenAttachment"),
        (b64(b"no zlib"), 'representation="B64" compression="ZL"', "BrokenAttachment"),
        (b64(zlib.compress(b"Seen today.")[:-6]), 'representation="B64" compression="ZL"', "BrokenAttachment"),
        (b64(zlib.compress(bytes(60_000_000))), 'representation="B64" compression="ZL"', "NoteTooLong"),
        (b64(b"x"), 'representation="B64" compression="Z7"', "UnreadableAttachment"),
        (b64(document(PLAIN).encode()), 'mediaType="text/xml" representation="B64"', "UnreadableAttachment"),
    ],
)
def test_a_body_that_cannot_be_read_is_refused(held: str, attributes: str, expected: str) -> None:
    assert code(document(other_body(held, attributes))) == expected
