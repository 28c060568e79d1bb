"""How blocks, lists and tables become lines."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notes_pipeline.core.formats.markup.page import text_of_html


def text(markup: str) -> str:
    return text_of_html(markup, 100_000)


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("a  b\n c", "a b c"),
        ("<p>a<p>b</p><div>c</div>d", "a\n\nb\n\nc\nd"),
        ("a<br>b<br/>c</br>d<br><br>e", "a\nb\nc\nd\n\ne"),
        ("<h2>Plan</h2>Rest<hr>Signed", "Plan\n\nRest\n\nSigned"),
        ("<b>1</b><i>2</i> <span>3 </span> 4", "12 3 4"),
        ("<div> <p>a</p> </div>\n<p>&nbsp;</p><p>b", "a\n\nb"),
        ("<p>&nbsp;&nbsp;5&nbsp;mg&shy;&#8203;</p>", "  5 mg"),
        ("x<p>&nbsp;&nbsp;set in", "x\n\n  set in"),
        ("<dl><dt>Allergies<dd>none<dt>Diet<dd>low salt</dl>", "Allergies\nnone\nDiet\nlow salt"),
        ("a<svg><text>x</text></svg> b", "a b"),
        ("<img alt='ECG'> and <img src=x>", "ECG and"),
    ],
)
def test_blocks(markup: str, expected: str) -> None:
    assert text(markup) == expected


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("<ul><li>a<li>b</ul>c", "- a\n- b\n\nc"),
        ("<ol><li>a</li><li value=7>b<li>c</ol>", "1. a\n7. b\n8. c"),
        ("<ol start=3 ><li>a<ul><li>b<br>c</ul>d</ol>", "3. a\n   - b\n     c\n   d"),
        ("<ul><li>a</li><ul><li>b</li></ul><li>c</ul>", "- a\n  - b\n- c"),
        ("<ul><li><p>a</p><p>b</p></li><li></li><li>&nbsp;</li><li>c</li></ul>", "- a\n  b\n- c"),
        ("<ul><li>a</ol><li>b", "- a\n\n- b"),
        ("<li>a<li>b", "- a\n- b"),
        ("<ol start='-1'><li>a</ol><ol start=99999999999><li>b</ol>", "1. a\n\n1. b"),
    ],
)
def test_lists(markup: str, expected: str) -> None:
    assert text(markup) == expected


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("<table><tr><th>A<th>B<tr><td>1<td>2</table>x", "A | B\n1 | 2\n\nx"),
        ("<table><caption>T</caption><tr><td>1</td><td></td><td>3</td></tr><tr><td></tr></table>", "T\n1 |  | 3"),
        ("<table><tr><td colspan=2>1<td>2<tr><td>3<td>4<td>5</table>", "1 |  | 2\n3 | 4 | 5"),
        ("<table><tr><td rowspan=2>1<td>2<tr><td>3<tr><td>4<td>5</table>", "1 | 2\n| 3\n4 | 5"),
        ("<table><tr><td>a<br>b.<br>c<td>d</table>", "a; b. c | d"),
        ("<table><tr><td><p>a<p>b<ul><li>c</ul></table>", "a\n\nb\n\n- c"),
        ("<table><tr><td>a<table><tr><td>1<td>2</table><td>b</table>", "a\n\n1 | 2\nb"),
        ("<table><tr><td>a<table><tr><td>1</table><td>b</table>", "a; 1 | b"),
        ("<table>loose<tr><td>a<td>b</table>", "loose\na | b"),
        ("<td>a<td>b<tr><td>c", "a | b\nc"),
        ("<table><tr><td>a</td>loose<b>ly</b><td>b</table>", "a | loosely | b"),
        ("<td>a</td>b", "a\nb"),
        ("<table><tbody><tr><td>a</tbody><tbody><tr><td>b<td>c", "a\nb | c"),
        (f"<table><tr><td>{'x<br>' * 13}<td>y</table>", "\n".join(["x"] * 13 + ["y"])),
    ],
)
def test_tables(markup: str, expected: str) -> None:
    assert text(markup) == expected


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("<pre>\n a\n\n  b </pre>c", " a\n\n  b\n\nc"),
        ("<div style='color:red; White-Space : pre-wrap'>a\n  b</div> c", "a\n  b\nc"),
        ("<pre>a  b<span style='white-space:normal'> c  d</span></pre>", "a  b c d"),
        ("<p style='white-space:pre'>a\r\nb<p>c\nd", "a\nb\n\nc\nd"),
        ("<div style='white-space:pre'><div>a</div>b  c</div>d  e", "a\nb  c\nd e"),
        ("<textarea>a\n<b></textarea> c", "a\n<b>\nc"),
    ],
)
def test_preformatted_text(markup: str, expected: str) -> None:
    assert text(markup) == expected


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("x10<sup>9</sup>/L, 10<sup> -3</sup>", "x10^9/L, 10^ -3"),
        ("1<sup>st</sup> CO<sub>2</sub> Ca<sup>2+</sup> <sup>1</sup>note", "1st CO2 Ca^2+ 1note"),
        ("<input type=checkbox checked>Smokes<br><input type=radio>Drinks", "[x] Smokes\n[ ] Drinks"),
        ("BP <input value='120/80'> <input type=hidden value=x><input type=submit value=Save>", "BP 120/80"),
        ("<select><option>a<option selected>b<option>c</select>d", "b\nd"),
        ("<button>Print</button>a", "a"),
    ],
)
def test_marks_and_forms(markup: str, expected: str) -> None:
    assert text(markup) == expected


WORDS = st.lists(st.text("abc", min_size=1, max_size=3), min_size=1, max_size=5).map(" ".join)
TAGS = st.sampled_from(
    ("p", "div", "ul", "ol", "li", "table", "tbody", "tr", "td", "th", "caption", "pre", "b", "span", "sup", "br", "hr")
)
MARKUP = st.recursive(
    WORDS,
    lambda inner: st.builds(
        lambda tag, parts, is_closed: f"<{tag}>" + "".join(parts) + (f"</{tag}>" if is_closed else ""),
        TAGS, st.lists(inner, max_size=4), st.booleans(),
    ),
    max_leaves=20,
)  # fmt: skip


@given(MARKUP)
def test_every_letter_is_kept_in_order(markup: str) -> None:
    shown = re.sub(r"<[^>]*>", "", markup)
    assert re.sub(r"[^abc]", "", text(markup)) == re.sub(r"[^abc]", "", shown)


@given(MARKUP)
def test_xhtml_says_the_same_as_html(markup: str) -> None:
    assert text(markup.replace("<br>", "<br/>").replace("<hr>", "<hr/>")) == text(markup)
