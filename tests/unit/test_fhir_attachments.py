"""Where an attachment's bytes are, which of several is read, and what is refused."""

from __future__ import annotations

import base64
import gzip
import hashlib
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.fhir_examples import attachment, bundle, document, encoded, entry, note_of, reject_of

from notes_pipeline.core.formats.base64_data import decoded
from notes_pipeline.errors import RecordError

PAGE = "<html><body><p>Slept well.</p></body></html>"
RICH = r"{\rtf1\ansi Slept well.}"


def sha1(data: bytes) -> str:
    return base64.b64encode(hashlib.sha1(data).digest()).decode()


def with_content(**elements: Any) -> dict[str, Any]:
    return document(content=[{"attachment": elements}])


@given(st.binary(max_size=60), st.sampled_from(("", "\n", " ", "\r\n\t")))
def test_base64_is_read_with_white_space_and_in_either_alphabet(data: bytes, space: str) -> None:
    standard, of_addresses = base64.b64encode(data).decode(), base64.urlsafe_b64encode(data).decode()
    assert decoded(space.join(standard)) == data
    assert decoded(of_addresses) == data
    if "-" in of_addresses or "_" in of_addresses:
        assert decoded(of_addresses.rstrip("=")) == data


@pytest.mark.parametrize(
    "data", ["U2xlcHQgd2VsbC", "U2xlcHQ gd2VsbC4==", "Slept well.", "U2xl*HQ=", "=", "\ud83d", "é"]
)
def test_what_is_not_whole_base64_is_refused(data: str) -> None:
    with pytest.raises(RecordError, match="base64"):
        decoded(data)
    assert reject_of(with_content(contentType="text/plain", data=data)).code == "BrokenAttachment"


def test_the_charset_of_the_content_type_counts() -> None:
    latin = attachment("Größe 5 µg".encode("latin-1"), "text/plain; charset=ISO-8859-1")
    assert note_of(document(content=[latin])).text == "Größe 5 µg"
    assert reject_of(document(content=[attachment(b"\xff\xfe\xfa", "text/plain; charset=utf-8")])).code == "NotText"


@pytest.mark.parametrize(
    ("content_type", "body", "text"),
    [
        ("text/html", PAGE, "Slept well."),
        ("application/xhtml", f"<!DOCTYPE html>{PAGE}", "Slept well."),
        ("text/plain", PAGE, "Slept well."),  # a page, whatever it is said to be
        ("text/plain", "<b>Slept</b> & ate", "<b>Slept</b> & ate"),
        ("text/plain", '{"a": 1}', '{"a": 1}'),
        ("text/plain", "MSH|^~\\&|", "MSH|^~\\&|"),
        ("text/html", "Slept well.\nAte.", "Slept well.\nAte."),  # without markup, lines are lines
        ("text/markdown", "# Night\n- slept", "# Night\n- slept"),
        ("application/hl7-v3+xml", "This is a test", "This is a test"),
        ("application/pdf", "Slept well.", "Slept well."),
        ("application/rtf", "Slept well.", "Slept well."),
        ("application/octet-stream", "Slept well.", "Slept well."),
        (None, "Slept well.", "Slept well."),
    ],
)
def test_what_an_attachment_is_its_bytes_say_first(content_type: str | None, body: str, text: str) -> None:
    elements = {"data": encoded(body)} | ({"contentType": content_type} if content_type else {})
    assert note_of(with_content(**elements)).text == text


@pytest.mark.parametrize(
    ("content_type", "body", "code"),
    [
        ("application/pdf", b"%PDF-1.4 ...", "PdfNotRead"),
        ("text/plain", b"%PDF-1.4 ...", "PdfNotRead"),
        ("image/png", b"\x89PNG....", "UnreadableAttachment"),
        ("text/plain;x", b"\x89PNG\0\0\0", "NotText"),
        (None, b"\x89PNG....", "UnreadableAttachment"),
        ("application/msword", b"\xd0\xcf\x11\xe0", "UnreadableAttachment"),
        ("application/zip", b"PK\x03\x04....", "UnreadableAttachment"),
        ("text/plain", b"MSH|^~\\&|A|B|C|D|20240101||ORU^R01|1|P|2.5\rPID|1||7\r", "UnreadableAttachment"),
        ("application/fhir+json", b'{"resourceType": "Bundle"}', "UnreadableAttachment"),
        ("text/plain", b" \n ", "EmptyNote"),
    ],
)
def test_what_holds_no_text_is_refused(content_type: str | None, body: bytes, code: str) -> None:
    elements = {"data": encoded(body)} | ({"contentType": content_type} if content_type else {})
    assert reject_of(with_content(**elements)).code == code


def test_of_a_document_in_several_formats_the_best_that_can_be_read_is_read() -> None:
    pdf, page = attachment(b"%PDF-1.4", "application/pdf"), attachment(PAGE, "text/html")
    plain = attachment("Slept well, plainly.")
    broken = {"attachment": {"contentType": "text/plain", "data": "*"}}
    assert note_of(document(content=[pdf, page, plain])).text == "Slept well, plainly."
    assert note_of(document(content=[broken, pdf, page])).text == "Slept well."
    assert reject_of(document(content=[broken, pdf])).code == "BrokenAttachment"
    assert reject_of(document(content=[])).code == "NoAttachment"
    assert reject_of(with_content(contentType="text/plain")).code == "NoAttachment"


def test_attachments_of_the_same_format_are_parts() -> None:
    slept, ate, page = attachment("Slept well.\n"), attachment("Ate well."), attachment(PAGE, "text/html")
    assert note_of(document(content=[slept, page, ate, slept])).text == "Slept well.\n\nAte well."
    pictured, empty = attachment(b"\x89PNG....", "image/png"), attachment(" ")
    assert note_of(document(content=[empty, slept, pictured])).text == "Slept well."
    assert note_of(document(content=[empty, page, attachment("<p>Ate.</p>", "text/html")])).text == (
        "Slept well.\n\nAte."
    )


@pytest.mark.parametrize(
    "url",
    [
        f"data:text/plain;charset=utf-8;base64,{encoded('Slept well.')}",
        f"data:,{quote('Slept well.')}",
        f"data:text/html,{quote(PAGE)}",
    ],
)
def test_data_may_be_in_the_address(url: str) -> None:
    assert note_of(with_content(url=url)).text == "Slept well."


@pytest.mark.parametrize(
    ("url", "full_url", "binary_id"),
    [
        ("Binary/b1", None, "b1"),
        ("Binary/b1/_history/3", None, "b1"),
        ("urn:uuid:b1", "urn:uuid:b1", None),
        ("http://ehr.example/fhir/Binary/b1", "http://ehr.example/fhir/Binary/b1", "b1"),
        ("http://ehr.example/fhir/Binary/b1", "urn:uuid:b1", "b1"),
        ("Binary/b1", "urn:uuid:b1", None),
        ("Binary/b1", "http://ehr.example/fhir/Binary/b1", None),
    ],
)
def test_data_may_be_in_a_binary_of_the_bundle(url: str, full_url: str | None, binary_id: str | None) -> None:
    binary = {"resourceType": "Binary", "contentType": "text/html", "data": encoded(PAGE)}
    binary |= {"id": binary_id} if binary_id else {}
    found = bundle(entry(with_content(url=url)), entry(binary, full_url))
    assert note_of(found).text == "Slept well."


def test_data_may_be_in_the_resource_but_not_elsewhere() -> None:
    inside = {"resourceType": "Binary", "id": "b1", "contentType": "text/plain", "data": encoded("Slept well.")}
    assert note_of(with_content(url="#b1") | {"contained": [inside]}).text == "Slept well."
    assert reject_of(with_content(url="#b2") | {"contained": [inside]}).code == "AttachmentElsewhere"
    assert reject_of(with_content(url="https://ehr.example/Binary/b1")).code == "AttachmentElsewhere"
    other_server = entry({**inside, "id": "b1"}, "https://b.example/Binary/b1")
    assert reject_of(bundle(entry(with_content(url="https://a.example/Binary/b1")), other_server)).code == (
        "AttachmentElsewhere"
    )
    assert reject_of(with_content(url="#b1") | {"contained": [{**inside, "data": None}]}).code == "NoAttachment"
    patient = {"resourceType": "Patient", "id": "b1", "data": encoded("Slept well.")}
    assert reject_of(with_content(url="#b1") | {"contained": [patient]}).code == "NoAttachment"


def test_an_attachment_that_is_not_what_its_hash_says_is_refused() -> None:
    body = b"Slept well.\nAte well."
    for told in (sha1(body), hashlib.sha1(body).hexdigest(), sha1(encoded(body).encode()), "not a hash", "AAAA"):
        assert note_of(document(content=[attachment(body, hash=told)]))
    assert reject_of(document(content=[attachment(body[:-3], hash=sha1(body))])).code == "BrokenAttachment"


def test_an_attachment_of_which_bytes_are_missing_is_refused() -> None:
    body = b"Slept well.\nAte well."
    for size in (len(body), len(body) + 1, len(encoded(body)), 3, "21", "many", -1, None, [], 10**30):
        assert note_of(document(content=[attachment(body, size=size)]))
    for size in (len(body) + 2, 3654, "3654"):
        assert reject_of(document(content=[attachment(body, size=size)])).code == "BrokenAttachment"


def test_an_attachment_may_be_compressed() -> None:
    body = b"Slept well. " * 20
    packed = gzip.compress(body)
    for told in ({}, {"hash": sha1(body)}, {"hash": hashlib.sha1(packed).hexdigest()}, {"size": len(body)}):
        assert note_of(document(content=[attachment(packed, **told)])).text == body.decode().strip()
    assert reject_of(document(content=[attachment(packed[:-9])])).code == "BrokenGzip"
    assert reject_of(document(content=[attachment(gzip.compress(bytes(33_000_000)))])).code == "NoteTooLong"


def test_a_large_attachment_is_refused_as_a_note_that_is_too_long() -> None:
    assert reject_of(document(content=[attachment("x" * 2_000_000)])).code == "NoteTooLong"
