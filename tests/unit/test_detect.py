"""A file is what it begins as, whatever it is called and uploaded as; what is no text is refused by its kind."""

import gzip
import io
import time
import zipfile
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notes_pipeline.core.formats.detect import EXTENSIONS, HEAD_BYTES, MEDIA_TYPES, Form, detect
from notes_pipeline.core.formats.parse_file import parse_file, unpacked_head
from notes_pipeline.core.formats.reading import ReadingRules
from notes_pipeline.errors import FileError
from notes_pipeline.models import Reject

FHIR = 'xmlns="http://hl7.org/fhir"'
# What each format begins with, in ASCII.
BEGINNINGS = (
    ('{"note": "a"}', Form.JSON),
    ('[{"note": "a"}]', Form.JSON),
    ('\n{\n  "resourceType": "Bundle"\n}', Form.JSON),
    ("[]", Form.JSON),
    ("[{}, {}]", Form.JSON),
    ('{"note": "a"}\n{"note": "b"}\n', Form.JSON_LINES),
    ("MSH|^~\\&|LAB", Form.HL7),
    ("\x0bMSH|^~\\&|LAB", Form.HL7),
    ("\r\nFHS|^~\\&|LAB", Form.HL7),
    ("MSH#*~\\%#LAB", Form.HL7),
    ("<!DOCTYPE html><p>", Form.HTML),
    ("<!-- x --><HTML lang=en>", Form.HTML),
    ('<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml">', Form.HTML),
    ('<?xml version="1.0"?>\n<!-- a --><ClinicalDocument xmlns="urn:hl7-org:v3">', Form.CDA),
    ("<cda:ClinicalDocument>", Form.CDA),
    ('<!DOCTYPE x [<!ENTITY a "b">]>\n<ClinicalDocument>', Form.CDA),
    (f"<Bundle {FHIR}>", Form.FHIR_XML),
    (f"<?xml version='1.0'?><f:Patient {FHIR}>", Form.FHIR_XML),
    ('<?xml version="1.0"?><other/>', Form.CDA),
)
TEXTS = (
    "[ ] smoker\n[x] drinks",
    "{} none",
    "MSH: seen by Mount Sinai",
    "<redacted> was seen.",
    "< 5 mg",
    "ID3 positive",
    "RIFF, GIF8, BZh",
    "The file starts with %PDF-1.4, she says.",
    "%",
)
ENCODED = {
    "ascii": lambda text: text.encode(),
    "utf-8 marked": lambda text: text.encode("utf-8-sig"),
    "utf-16 marked": lambda text: text.encode("utf-16"),
    "utf-16-be marked": lambda text: ("\ufeff" + text).encode("utf-16-be"),
    "utf-16-le": lambda text: text.encode("utf-16-le"),
    "utf-16-be": lambda text: text.encode("utf-16-be"),
}


def archive(*names: str) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as file:
        for name in names:
            file.writestr(name, "x")
    return held.getvalue()


@pytest.mark.parametrize("name", ["a", "a.txt", "a.json", "a.ndjson.gz", "a.pdf", "a.b/c", "a.dat"])
@pytest.mark.parametrize(("text", "form"), BEGINNINGS)
@pytest.mark.parametrize("encoded", ENCODED)
def test_a_file_is_what_it_begins_as_whatever_its_name(text: str, form: Form, encoded: str, name: str) -> None:
    if name == "a.ndjson.gz" and form is Form.JSON and text[0] == "{":
        form = Form.JSON_LINES  # one line may be all of them
    assert detect(name, ENCODED[encoded](text), "text/plain") is form


@pytest.mark.parametrize(
    ("head", "form"),
    [
        (b"{\\rtf1 a}", Form.RTF),
        (b"\xef\xbb\xbf\r\n{\\rtf1 a}", Form.RTF),
        (b"%PDF-1.7\n", Form.PDF),
        (b"\0\0\r\nContent-Type: application/pdf\r\n\r\n%PDF-1.7\n", Form.PDF),
        (archive("a.txt"), Form.ZIP),
        (archive(), Form.ZIP),
    ],
)
def test_bytes_say_what_they_are(head: bytes, form: Form) -> None:
    for name in ("a", "a.txt", "a.html"):
        assert detect(name, head) is form
        assert detect(f"{name}.gz", unpacked_head(gzip.compress(head))) is form


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_is_none_of_them_by_its_first_words(text: str) -> None:
    assert detect("a.txt", text.encode()) is Form.TEXT
    assert detect("a", text.encode(), "text/plain; charset=utf-8") is Form.TEXT


def test_markup_without_a_root_is_html_where_nothing_says_it_is_text() -> None:
    assert detect("a", b"<p>Seen.</p>") is Form.HTML
    assert detect("a.txt", b"<p>Seen.</p>") is Form.TEXT
    assert detect("a.html", b"Seen.") is Form.HTML


@pytest.mark.parametrize(("extension", "form"), EXTENSIONS.items())
def test_a_name_says_it_where_the_content_does_not(extension: str, form: Form) -> None:
    for name in (f"a/b{extension}", f"a/b{extension.upper()}.GZ"):
        assert detect(name, b"plain words", "application/pdf") is form


@pytest.mark.parametrize(("media_type", "form"), MEDIA_TYPES.items())
def test_a_content_type_says_it_where_neither_does(media_type: str, form: Form) -> None:
    assert detect("a.dat", b"plain words", f" {media_type.upper()}; charset=utf-8") is form


def test_what_nothing_says_is_refused_with_what_is_read() -> None:
    with pytest.raises(FileError, match=r"its format is not known: send one of \.txt") as refused:
        detect("a.dat", b"plain words", "binary/octet-stream")
    assert refused.value.code == "UnknownFormat"


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"\x89PNG\r\n\x1a\n", "an image"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "an image"),
        (b"GIF89a\x01\0\x01\0", "an image"),
        (b"II*\0\x08\0", "an image"),
        (b"RIFF\x24\0\0\0WEBP", "an image, a sound or a film"),
        (b"\0\0\0\x18ftypheic", "an image, a sound or a film"),
        (b"ID3\x04\0", "a sound or a film"),
        (b"\0" * 128 + b"DICM", "a DICOM object"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "an Office document of the old kind"),
        (archive("[Content_Types].xml", "word/document.xml"), "a Word document"),
        (archive("[Content_Types].xml", "xl/workbook.xml"), "an Excel"),
        (b"BZh91AY&SY\xb1", "compressed otherwise"),
        (b"a.txt" + b"\0" * 252 + b"ustar\x0000", "compressed otherwise"),
        (b"Rar!\x1a\x07", "compressed otherwise"),
        (b"PAR1\x15\x04", "a Parquet file"),
        (b"SQLite format 3\0", "a database"),
    ],
)
@pytest.mark.parametrize("name", ["scan", "scan.txt", "scan.gz"])
def test_what_is_no_text_is_refused_by_the_name_of_its_kind(body: bytes, kind: str, name: str) -> None:
    content = gzip.compress(body) if name.endswith(".gz") else body
    (reject,) = parse_file(f"incoming/ward/{name}", content, ReadingRules())
    assert isinstance(reject, Reject)
    assert (reject.record, reject.code) == (0, "UnknownFormat")
    assert f": it is {kind}" in reject.reason


@given(st.binary(max_size=300), st.sampled_from(["a", "a.txt", "a.xml", "a.json.gz", "a.pdf"]), st.text(max_size=20))
def test_any_bytes_are_of_a_format_or_refused(head: bytes, name: str, media_type: str) -> None:
    with suppress(FileError):
        assert detect(name, head, media_type) in Form


@pytest.mark.parametrize(
    "piece",
    [
        "<!-- -->",
        "<!--",
        "<!-- x --><?a ?>",
        "<?",
        "<!DOCTYPE a [",
        "<!DOCTYPE a []> ",
        "]",
        "\n",
        "\x0b",
        "<a:",
        "< ",
        "[{},",
    ],
)
@pytest.mark.parametrize("before", ["", "<?xml ?>", "<!DOCTYPE a [", "["])
def test_no_beginning_takes_long(piece: str, before: str) -> None:
    head, began = (before + piece * HEAD_BYTES).encode(), time.process_time()
    for name in ("a.xml", "a.txt"):
        detect(name, head)
    assert time.process_time() - began < 2


def test_a_root_is_found_behind_many_comments() -> None:
    assert detect("a", ("<!-- a -->" * 6_000 + "<ClinicalDocument>").encode()) is Form.CDA
