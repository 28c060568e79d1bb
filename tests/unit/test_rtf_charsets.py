"""No character of an RTF document becomes another one: it is read in its font's charset, or the document is refused."""

import pytest
from tests.unit.rtf_documents import FONTS, HEAD, body, read, refused


@pytest.mark.parametrize(
    ("signs", "text"),
    [
        (r"\f0 \'e0\f1\'e0\f2\'e0\f3\'e0\f9\'e0", "àΰаŕŕ"),
        (r"{\f1\'e1}\'e1\f2\'e1\plain\'e1", "αáбá"),
        (r"\f10 \'82", "é"),
        (r"\f6\'82\'a0\'83\'5c\'83\\ ok", "あソソ ok"),
        (r"\f0 50 {\f4 m}g {\f4\'a3} 5 \f5\'fc\'fe \f8", "50 μg ≤ 5 ✓☑ "),
        (r"{\f4\u-3913 ?} {\f5\u-3844 ?}{\f5\'21 } {\u-3913 ?}", "• ✓\uf021  \uf0b7"),
        (r"\f99 \'e9", "é"),
    ],
)
def test_each_font_has_its_charset(signs: str, text: str) -> None:
    assert body(signs) == text


@pytest.mark.parametrize(
    ("head", "signs", "text"),
    [
        (r"\ansi\ansicpg1250", r"\'b3", "ł"),
        (r"\ansi\ansicpg1251", r"\'ff\'e4", "яд"),
        (r"\ansi\ansicpg932", r"\'95\'61", "病"),
        (r"\ansi\ansicpg936", r"\'b2\'a1", "病"),
        (r"\ansi\ansicpg949", r"\'ba\'b4", "병"),
        (r"\ansi\ansicpg950", r"\'af\'66", "病"),
        (r"\ansi\ansicpg65001", r"\'c3\'a9", "é"),
        (r"\ansi", r"\'e9", "é"),
        (r"\mac", r"\'8e", "é"),
        (r"\pc", r"\'82", "é"),
        (r"\pca", r"\'82", "é"),
        (r"\mac\ansicpg10000{\fonttbl\f0\fswiss\fcharset77 Geneva;}", r"\f0 \'8e", "é"),
        (r"\ansi\ansicpg65001{\fonttbl\f0\fcharset0 Arial;}", r"\f0 \'c3\'a9", "é"),
        (r"\ansi\ansicpg1250\deff1{\fonttbl\f0\fcharset0 A;\f1\fcharset238 B;}", r"\'b3\f0 \'b3", "ł³"),
    ],
)
def test_a_document_has_a_charset(head: str, signs: str, text: str) -> None:
    assert read(f"{{\\rtf1{head}{{}}{signs}}}") == text


@pytest.mark.parametrize(
    "document",
    [
        r"{\rtf1\ansi\ansicpg9999 \'e9}",
        r"{\rtf1\ansi\ansicpg1252 \'81}",
        r"{\rtf1\ansi\ansicpg932 \'95\par}",
        r"{\rtf1\ansi\ansicpg932{\fonttbl\f0\fcharset0 Arial;}\f0 \'95\'61}",
        HEAD + FONTS + r"\f7 \'e9}",
        HEAD + FONTS + r"\f8 a\'e9}",
    ],
)
def test_what_is_in_no_known_charset_is_refused(document: str) -> None:
    assert refused(document).code == "NotText"
    assert read(document.replace(r"\'e9", "e").replace(r"\'95", "e").replace(r"\'61", "e").replace(r"\'81", "e"))


def test_bytes_that_are_not_escaped_are_utf8_if_all_of_them_are() -> None:
    assert read(f"{HEAD} Ödem}}".encode()) == "Ödem"
    assert read(f"{HEAD} Ödem}}".encode("cp1252")) == "Ödem"
    assert read("{\\rtf1\\ansi\\ansicpg1251 отёк}".encode("cp1251")) == "отёк"
    assert read(f"\ufeff{HEAD} Ödem}}".encode()) == "Ödem"
    assert read(f"{HEAD} Ödem}}".encode("utf-16")) == "Ödem"


@pytest.mark.parametrize(
    ("signs", "text"),
    [
        (r"\u945 a\u946?b", "αβb"),
        (r"\uc2\u945 ab{\uc0\u946 c}\u947\'e1\'e1d", "αβcγd"),
        (r"\u-10179?\u-8694?!", "😊!"),
        (r"\u128522?!", "😊!"),
        (r"\u8217\rquote s \u8217\par x", "’s ’\nx"),
        (r"{\u945}b", "αb"),
        (r"\u945\{b\u945\bin2 }}c", "αbαc"),
        (r"\upr no", ""),
        (r"{\upr{caf\'e9?}{\*\ud{caf\u233 ?}}}!", "café!"),
    ],
)
def test_unicode_stands_for_what_follows_it(signs: str, text: str) -> None:
    assert body(signs) == text
