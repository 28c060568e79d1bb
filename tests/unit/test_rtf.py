"""RTF is read as a word processor shows it, or refused: nothing hidden is read, and nothing is cut off."""

import pytest
from tests.unit.rtf_documents import HEAD, body, read, refused

from notes_pipeline.core.formats.parse_file import parse_file
from notes_pipeline.core.formats.reading import ReadingRules
from notes_pipeline.models import ParsedNote, Reject


@pytest.mark.parametrize(
    ("signs", "text"),
    [
        ("a\r\nb\\\nc\\\rd\\\te\\tab f", "ab\nc\nd\te\tf"),
        (r"a\par b\line c\sect d\page e\column f", "a\nb\nc\nd\ne\nf"),
        (r"\lquote a\rquote\ldblquote b\rdblquote\endash\emdash\bullet  x", "‘a’“b”–—• x"),
        (r"5~mg 5\~mg ab\-cd e\_f \{\}\\", "5~mg 5\xa0mg abcd e-f {}\\"),
        (r"{\listtext\pard\plain\f4\'b7\tab}one\par{\pntext 2.\tab}two{\*\pn\pnlvlbody{\pntxta.}}", "•\tone\n2.\ttwo"),
        (r"a{\v hidden}b\v c\v0 d\v e\plain f\v \par\v0 g", "abdf\ng"),
        (r"10{\deleted 00} mg {\mvf was}{\revised now}", "10 mg now"),
        (r"{\info{\title T}{\author A}}{\stylesheet{\s0 Normal;}}{\colortbl;\red0;}{\*\generator G;}x", "x"),
        (r"{\header Page \chpgn}{\footerf Ward}x{\pict\wmetafile8 0102}{\*\unknown y{\b z}}", "x"),
        (r"{\pict\bin7 {}}}\'zz}after", "after"),
        (r"{\object\objemb{\*\objdata 01}{\result shown}}", "shown"),
        (r"a{\footnote\pard see below}b\par c", "ab\nc\nsee below\n"),
        (r"a{\*\annotation b}{\xe c}{\tc d}", "a"),
        (r"a{\shp{\*\shpinst{\sp{\sn x}{\sv 1}}{\shptxt box\par}}{\shprslt old}}b", "a\nbox\nb"),
        (r"a{\*\do\dobxpage{\dptxbxtext box}}b", "a\nbox\nb"),
        (r"m{\super 2}, H{\sub 2}O\foo12 !\bar-", "m^2, H2O!-"),
    ],
)
def test_what_a_reader_sees_is_read(signs: str, text: str) -> None:
    assert body(signs) == text


@pytest.mark.parametrize(
    ("signs", "text"),
    [
        (r"10{\super 9}/L", "10^9/L"),
        (r"10\super 9\nosupersub /L", "10^9/L"),
        (r"10\up6 9\up0 /L 10\up 9\dn0 /L", "10^9/L 10^9/L"),
        (r"10\super 9\super0 /L 10\super 9\sub 3\plain 4", "10^9/L 10^934"),
        (r"10\super\sub0 9\plain /L 10\super\up0 9", "10^9/L 10^9"),
        (r"10{\super -}{\b\super 9} 10{\super\u8722?9\intbl 8} 10{\super\f4 -\f0 9}", "10^-9 10^\u221298 10^\u22129"),
        (r"10\-{\super 9} 1{\super st} {\super 1}note Na{\super +} 10{\dn6 9}{\up-6 8}", "10^9 1st 1note Na+ 1098"),
        (r"a\par{\super 1} b\line{\super 2} c{\footnote{\super 1} see}", "a\n1 b\n2 c\n1 see\n"),
        (r"a\trowd\intbl b\cell{\super 1}\cell c{\super 2}\cell\row", "ab | 1 | c^2\n"),
        (r"10{\super{\field{\*\fldinst SYMBOL 57}}}", "10^9"),
    ],
)
def test_raised_numbers_do_not_run_into_others(signs: str, text: str) -> None:
    assert body(signs) == text


@pytest.mark.parametrize(
    ("signs", "text"),
    [
        (r"Aspirin {\strike 500 mg }100 mg", "Aspirin 100 mg"),
        (r"a\strike b\strike0 c\striked1 d\striked0 e\strike f\plain g", "aceg"),
        (r"a\strike b\par\'e9\u945?\bullet\strike0 c", "a\nc"),
        (r"{\strike\striked1 a\striked0 b}c", "c"),
        (r"10{\strike 0}{\super 9}", "10^9"),
    ],
)
def test_what_is_struck_out_is_left_out(signs: str, text: str) -> None:
    assert body(signs) == text


@pytest.mark.parametrize(
    ("signs", "text"),
    [
        (r"\trowd\cellx1\cellx2\intbl Drug\cell Dose\cell\row\pard after", "Drug | Dose\nafter"),
        (r"before\par\trowd\intbl a\par b\cell c.\par d\cell{\trowd\row}\pard e", "before\na; b | c. d\ne"),
        (r"\trowd a\cell\cell c\cell\cell\row x", "a |  | c\nx"),
        (r"\trowd\intbl\cell\cell only\par here\cell\row x", "only\nhere\nx"),
        (r"\trowd\intbl a\cell b\cell\pard never ended\par x", "a | b\nnever ended\nx"),
        (r"\trowd\intbl a\cell b\cell", "a | b\n"),
        (
            r"\intbl a\cell\itap2 b\nestcell c\nestcell{\*\nesttableprops\trowd\nestrow}{\nonesttables\par}d\cell\row",
            "a\nb | c\nd\n",
        ),
        (
            r"\par\intbl\itap2{\b RCA}\nestcell {  }{0}\nestcell{\*\nesttableprops\trowd\nestrow}{\nonesttables\par}"
            r"\pard\intbl \cell\trowd\cellx1\cellx2\pard\intbl\cell\trowd\row\pard x",
            "\nRCA | 0\nx",
        ),
        ("\\trowd\\intbl " + "a\\par " * 13 + "\\cell b\\cell\\row", "a\n" * 13 + "b\n"),
    ],
)
def test_a_row_of_a_table_is_a_line(signs: str, text: str) -> None:
    assert body(signs) == text


FORM = r"{\field{\*\fldinst FORM%s{\*\formfield{\fftype%s{\*\ffname f}%s}}}{\fldrslt %s}}"


@pytest.mark.parametrize(
    ("signs", "text"),
    [
        (r'{\field{\*\fldinst HYPERLINK "http://x"}{\fldrslt link}}{\field{\*\fldinst PAGE}}', "link"),
        (r'T {\field{\*\fldinst {SYMBOL 179 \\f "Symbol" \\s 10}}{\fldrslt\f4\fs20}} 38', "T ≥ 38"),
        (r'{\field{\*\fldinst SYMBOL 179 \\f "Symbol"}{\fldrslt {\f4\'b3}}}', "≥"),
        (r"{\field{\*\fldinst SYMBOL 8805 \\u}}", "≥"),
        (FORM % ("CHECKBOX", 1, r"\ffres25\ffdefres1", "") + " smokes", "[x] smokes"),
        (FORM % ("CHECKBOX", 1, r"\ffres0\ffdefres1", "") + " smokes", "[ ] smokes"),
        (FORM % ("DROPDOWN", 2, r"\ffres1{\*\ffl no}{\*\ffl yes}", ""), "yes"),
        (FORM % ("DROPDOWN", 2, r"\ffres7{\*\ffl no}", ""), ""),
        (FORM % ("TEXT", 0, r"\fftypetxt0", "typed"), "typed"),
        (r"{\field{\fldinst IF {\field{\*\fldinst SYMBOL 65}{\fldrslt B}}}{\fldrslt c}}", "c"),
    ],
)
def test_a_field_shows_its_result(signs: str, text: str) -> None:
    assert body(signs) == text


@pytest.mark.parametrize(
    "document",
    [
        HEAD + " cut off",
        HEAD + r"{\b cut} off\par",
        HEAD + r"\bin99 x}",
        HEAD + " a} and more",
        HEAD + " a}{\\rtf1 b}",
        HEAD + r"caf\'eg}",
        HEAD + r"\u99999999999999?}",
        HEAD + r"\u?}",
        "no RTF at all",
        HEAD + "{" * 1_000_001,
    ],
    ids=lambda document: document[-20:],
)
def test_what_is_no_whole_document_is_refused(document: str) -> None:
    assert refused(document).code == "BrokenRtf"


def test_what_programs_put_behind_a_document_is_none_of_it() -> None:
    assert read(f"{HEAD} a}}}}\r\n\0\0") == "a"


def test_a_file_is_one_note() -> None:
    def parse(text: str, max_bytes: int = 1_000) -> list[object]:
        return list(
            parse_file(
                "incoming/ward/a/letter.rtf", f"{HEAD} {text}}}".encode(), ReadingRules(max_note_bytes=max_bytes)
            )
        )

    assert parse(r"Seen today.\par") == [ParsedNote(record=1, text="Seen today.", note_id="a/letter.rtf")]
    for text, code in (
        (r"\par", "EmptyNote"),
        (r"\u-10179?", "NotText"),
        (r"a\'00", "NotText"),
        ("x" * 99, "NoteTooLong"),
    ):
        (reject,) = parse(text, 50)
        assert isinstance(reject, Reject)
        assert (reject.record, reject.code) == (1, code)
    (reject,) = parse(r"\'81")
    assert isinstance(reject, Reject)
    assert (reject.record, reject.code) == (0, "NotText")
