"""Character sets of HL7 v2 messages; and messages that were cut, changed or made to be a burden."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.hl7_examples import ORDER, PATIENT, codes, document, message, note_of, read, report, text_lines, texts

from notes_pipeline.core.formats.reading import ReadingRules

ONE, TWO = document(*text_lines("One.")), report(*text_lines("Two."))


def in_charset(name: str, text: str) -> str:
    return report(*text_lines(text)).replace("|2.5.1", f"|2.5.1||||||{name}", 1)


@pytest.mark.parametrize(
    ("name", "codec", "text"),
    [
        ("", "utf-8", "Größe, 5 µg"),
        ("", "cp1252", "Größe, 5 µg"),
        ("ASCII", "utf-8", "Größe"),
        ("ASCII", "cp1252", "Größe"),
        ("8859/1", "latin-1", "à jeun"),
        ("8859/2", "iso8859-2", "Źródło"),
        ("8859/15", "iso8859-15", "12 €"),
        ("ISO-8859-7", "iso8859-7", "ασθενής"),
        ("UNICODE UTF-8", "utf-8", "患者"),
        ("UNICODE", "utf-16", "患者"),
        ("UNICODE UTF-16", "utf-16-le", "Größe"),
        ("windows-1250", "cp1250", "Źródło"),
        ("~ISO IR87", "iso2022_jp", "患者は安静"),
        ("ASCII~ISO IR87~ISO IR159", "iso2022_jp", "患者は安静"),
        ("ISO IR87", "utf-8", "患者は安静"),
        ("GB 18030-2000", "gb18030", "患者"),
        ("KS X 1001", "cp949", "환자"),
        ("BIG-5", "big5", "患者"),
        ("no such", "utf-8", "Größe"),
    ],
)
def test_a_message_is_read_in_its_character_set(name: str, codec: str, text: str) -> None:
    assert note_of(in_charset(name, text).encode(codec)).text == text


def test_what_is_not_of_its_character_set_is_refused_message_by_message() -> None:
    broken = in_charset("UNICODE UTF-8", "à jeun").encode("latin-1")
    found = read(ONE.encode() + broken + TWO.encode())
    assert (texts(found), codes(found)) == (["One.", "Two."], [(2, "NotText")])
    assert codes(read(in_charset("", "à jeun").encode("latin-1"))) == [(1, "NotText")]
    assert note_of(in_charset("", "à jeun").encode("latin-1"), ReadingRules(encoding="cp1252")).text == "à jeun"
    assert note_of(in_charset("", "à jeun").encode("latin-1"), media_type="x; charset=latin1").text == "à jeun"
    assert codes(read(report(*text_lines("a\0b")))) == [(1, "NotText")]


WORDS = (
    "MSH",
    "PID",
    "OBR",
    "OBX",
    "TXA",
    "BTS",
    "BHS",
    "FHS",
    "FTS",
    "NTE",
    "ORU^R01",
    "MDM^T02",
    "MSH|^~\\&|",
    "|TX|",
)
PIECES = st.sampled_from([*"|^~\\&\r\n\x0b\x1c\0 ", *WORDS, "|ED|", "^^^Base64^", "\\.sp9\\", "\\XZZ\\", "\ufeff", "é"])


@given(st.lists(PIECES, max_size=60).map("".join), st.sampled_from(["utf-8", "utf-16", "cp1252"]))
def test_any_pieces_of_messages_give_records_in_order(text: str, codec: str) -> None:
    found = read(f"MSH|^~\\&|A|B|C|D|2031||{text}".encode(codec, "replace"))
    assert found
    assert [record.record for record in found] in (list(range(1, len(found) + 1)), [0])


@given(st.data())
def test_a_message_that_was_cut_or_changed_anywhere_gives_records(data: st.DataObject) -> None:
    body = bytearray(
        (ONE + report("NTE|1||Why", *text_lines("A", "B"), "OBX|3|ED|1||^text^^Base64^QUJD||||||F")).encode()
    )
    for _ in range(data.draw(st.integers(0, 4))):
        body[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.integers(0, 255))
    start = data.draw(st.integers(0, 3))
    found = read(bytes(body[start : data.draw(st.integers(start + 1, len(body)))]))
    assert found


KINDS = st.sampled_from(["TX", "FT", "ST", "", "ED", "RP", "CWE", "NM", "SN", "TS", "XPN"])
PARTS = st.sampled_from(
    [*"^~&\\ \n|", "a", "Base64", "Hex", "A", "multipart", "text", "rtf", "41", "\\.br\\", "{\\rtf1 a}", "<html>"]
)


@given(KINDS, st.lists(PARTS, max_size=12).map("".join))
def test_any_value_of_any_type_gives_one_record_each_for_a_report_and_a_document(kind: str, value: str) -> None:
    observation = f"OBX|1|{kind}|1^Note||{value}||||||F"
    assert [len(read(form(observation))) for form in (report, document)] == [1, 1]


@pytest.mark.parametrize("text", ["~" * 10_100_000, "\\E\\" * 1_100_000])
def test_a_text_that_would_take_much_memory_is_refused(text: str) -> None:
    assert codes(read(document(*text_lines(text)))) == [(1, "NoteTooLong")]


def test_a_message_with_very_many_lines_is_refused_and_one_with_many_is_read() -> None:
    assert codes(read(report("OBX|1|TX|1||A" + "\n" * 600_000))) == [(1, "BrokenMessage")]
    many = "".join("OBX|1|TX|1||x||||||F\r" for _ in range(20_000))
    assert len(note_of(message(PATIENT, ORDER) + many).text) == 39_999
