import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notes_pipeline.core.formats.html import read_document
from notes_pipeline.core.formats.markup.page import text_of_html
from notes_pipeline.core.formats.parse_file import Record, parse_file
from notes_pipeline.core.formats.reading import Document, Hints, ReadingRules
from notes_pipeline.errors import RecordError
from notes_pipeline.models import ParsedNote, Reject


def text(markup: str) -> str:
    return text_of_html(markup, 100_000)


def read(body: bytes, media_type: str = "", **rules: object) -> Record:
    (record,) = parse_file("in/src/a.html", body, ReadingRules.model_validate(rules), media_type)
    return record


@pytest.mark.parametrize(
    "markup",
    [
        "<head><title>t</title><style>p {}</style><script>if (a < b) '<p>x'</script></head>seen",
        "<!-- <p>not --><!DOCTYPE html><?php x ?><![if !vml]>seen<![endif]>",
        "<p style='display: none'>not<p>seen",
        "<div hidden><div>not</div>not</div><span style='visibility:hidden'>not</span>seen",
        "<table><tr><td><span hidden>not</td></tr></table>seen",
        "<del>not</del><s>not <b>either</b></s><strike>not</strike>seen",
        "<title>no end<body>seen",
        "<template><p>not</template><noscript>not</noscript><iframe><p>not</iframe>seen",
        "<script src=x />seen",
        "seen<script>never ends <p>not",
        "seen<!-- never ends <p>not",
        "<!DOCTYPE html [ <!ENTITY a 'b'> ]>seen",
        "<![CDATA[seen]]>",
    ],
)
def test_what_is_not_shown_is_left_out(markup: str) -> None:
    assert text(markup) == "seen"


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("WBC <5 and > 3, Hb<12 & K<", "WBC <5 and > 3, Hb<12 & K<"),
        ("pH <normal for <b>age</b>", "pH <normal for age"),
        ("<p class='x>a</p>b", "a\n\nb"),
        ("<p class=\"x y\"a='1'b>z", "z"),
        ('<td nowrap">z', "z"),
        ("<a href=x>y</a >z</ a>", "yz"),
        ("<P CLASS=x>a</P><LI>b", "a\n\n- b"),
        ("&lt;b&gt; &#956;g &eacute; &nosuch; AT&T &#0;", "<b> μg é &nosuch; AT&T \ufffd"),
        ("<o:p>a</o:p>b <h:p>c</h:p>d", "ab\n\nc\n\nd"),
        ("</td></li></table></p>a</ul>", "a"),
        ("<b><p>a</b>b</p>c", "ab\n\nc"),
        ("<>a</>", "<>a"),
    ],
)
def test_broken_markup_is_mended(markup: str, expected: str) -> None:
    assert text(markup) == expected


@pytest.mark.parametrize(
    ("body", "media_type"),
    [
        (b"<meta charset='iso-8859-2'><p>\xb3", ""),
        (b'<html><head><META http-equiv="Content-Type" content="text/html; charset=ISO-8859-2"><p>\xb3', ""),
        (b"<?xml version='1.0' encoding='iso-8859-2'?><html><p>\xb3</p></html>", ""),
        (b"<html><p>\xb3", "text/html; charset=iso-8859-2"),
        ("<html><meta charset=utf-16><p>ł".encode(), ""),
        ("<html><meta charset=iso-8859-1><p>ł".encode("utf-16"), ""),
        ("\ufeff<html><meta charset=iso-8859-1><p>ł".encode(), ""),
        (b"<html><meta charset=unicode_escape><p>\xc5\x82", ""),
    ],
)
def test_charsets(body: bytes, media_type: str) -> None:
    assert read(body, media_type) == ParsedNote(record=1, text="ł", note_id="src/a.html")


@pytest.mark.parametrize("body", [b"<html><title>x</title><p>&nbsp;", b"<html><script>x</script>"])
def test_a_page_that_shows_nothing_is_refused(body: bytes) -> None:
    record = read(body)
    assert isinstance(record, Reject)
    assert record.code == "EmptyNote"


def test_a_long_page_is_refused() -> None:
    record = read(b"<html>" + b"word " * 30, max_note_bytes=100)
    assert isinstance(record, Reject)
    assert (record.record, record.code) == (1, "NoteTooLong")
    with pytest.raises(RecordError, match="over 100 bytes"):
        text_of_html("<pre>" + "\n1" * 60, 100)


def test_an_attachment_is_its_text() -> None:
    assert read_document(b"<div>a</div>", Hints("x")) == Document("a")
    assert read_document(b"<div/>", Hints("x")) == Document("")


ENDLESS = ["<", "<!--", "<a ", "<a b='", '<a b="', "</a ", "<!", "<?", "&", "&#", "</script ", "<![CDATA[", "<title>",
           "<textarea>", "<ul><li>", "<table><tr><td>x", "<span style='white-space:pre'>", "<p hidden>", "<a/", "<a =",
           "<tr><td rowspan=999 colspan=50>x", "<pre>\n", "<!DOCTYPE [", "<sup>9"]  # fmt: skip


@pytest.mark.parametrize("piece", ENDLESS)
def test_the_time_it_takes_grows_with_the_length_and_no_faster(piece: str) -> None:
    began = time.process_time()
    text_of_html("<script>" * (piece == "</script ") + piece * 10_000, 10_000_000)
    assert time.process_time() - began < 10


@given(st.text(st.sampled_from("<>/!-&;='\" \nabprtdliu#9"), max_size=80))
def test_any_text_is_html(markup: str) -> None:
    text(markup)
