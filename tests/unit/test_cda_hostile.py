import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.cda_examples import PLAIN, code, document, note, read, section, structured, text

from notes_pipeline.models import Reject


@pytest.mark.parametrize(
    "xml",
    [
        "<?xml version='1.0'?><catalog><book/></catalog>",
        '<?xml version="1.0"?><ClinicalDocument xmlns="urn:other"/>',
        f"<?xml version='1.0'?><all>{document(PLAIN).partition('?>')[2]}</all>",
        "<section><title>Only a title</title></section>",
        "<observation><code code='1'/></observation>",
    ],
)
def test_other_xml_is_refused(xml: str) -> None:
    assert code(xml) == "UnknownXml"


BOMB = '<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>'
OUTSIDE = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]>'


@pytest.mark.parametrize("kind", [BOMB, OUTSIDE, '<!DOCTYPE a SYSTEM "http://x/a.dtd">'])
def test_document_types_are_refused(kind: str) -> None:
    assert code(document(PLAIN).replace("?>", f"?>{kind}", 1)) == "BrokenXml"


@pytest.mark.parametrize(
    "xml", [document(PLAIN)[:-30], document(PLAIN) + "<a/>", document("&nbsp;"), "<?xml version='1.0'?>"]
)
def test_what_is_cut_off_or_no_xml_is_refused(xml: str) -> None:
    assert code(xml) == "BrokenXml"


def test_a_document_without_text_is_refused() -> None:
    assert code(document("")) == code(document(structured(section("Plan", "")))) == "EmptyNote"


def test_a_long_document_is_refused_early() -> None:
    assert code(document(structured(section("A", "word " * 50))), max_note_bytes=100) == "NoteTooLong"
    assert code(document(structured(*[section("A", "word " * 15)] * 3)), max_note_bytes=100) == "NoteTooLong"


@pytest.mark.parametrize("name", ["section", "content", "list", "entry", "sdtc:x", "td"])
def test_any_depth_is_read(name: str) -> None:
    deep = f"<{name}>" * 50_000 + "deep" + f"</{name.partition(' ')[0]}>" * 50_000
    found = read(document(structured(section("T", f"kept {deep if name in ('content', 'list', 'td') else ''}", deep))))
    assert "kept" in note(found).text


def test_namespaces_that_are_declared_everywhere_take_no_longer() -> None:
    many = "".join(f'<content xmlns:p{n}="u">' for n in range(20_000)) + "kept" + "</content>" * 20_000
    assert text(document(structured(section("T", many)))) == "T\nkept"


@given(st.binary(max_size=300))
def test_no_bytes_break_the_reader(noise: bytes) -> None:
    found = read(b"<?xml version='1.0'?><ClinicalDocument>" + noise)
    assert isinstance(found, Reject)


WORDS = st.text(st.characters(exclude_categories=["C", "Z"], exclude_characters="\xad\u200b\ufeff"), min_size=1)


@given(st.lists(st.lists(WORDS, min_size=1, max_size=4), min_size=1, max_size=4))
def test_every_word_of_every_section_is_kept_in_order(sections: list[list[str]]) -> None:
    def escaped(word: str) -> str:
        return word.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")

    body = structured(*[section("", "<br/>".join(map(escaped, words))) for words in sections])
    assert text(document(body)).split() == [word for words in sections for word in words]
