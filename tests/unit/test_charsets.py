"""Bytes become the characters that were written, or are refused: in no charset do they become others."""

import codecs
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notes_pipeline.core.formats.charsets import decode, decodes, encoding_of, known, open_text, read_encoding
from notes_pipeline.core.formats.normalise import usable_text
from notes_pipeline.errors import InputError

WORDS = {
    "German": "Größe für Übelkeit Schädel Ärztin Öl Ödem süß ß über Fuß größer „gut“ müde Rö Maßnahme Blässe § 5 €",
    "French": "à élevé fièvre œdème cœur où ça hôpital été âgé reçu Noël « bien » l’état ÉTAT É° n° 2° CAFÉ»",
    "Spanish": "años niño dolor fiebre ¿Qué? ¡Sí! corazón Ñ 1º última úlcera país día herida",
    "Portuguese": "pressão coração não órgão três às avó ã õ lesões milhões",
    "Italian": "più perché città è caffè giù età attività",
    "Polish": "ból gorączka żołądek łagodny śledziona ćma źle ń Łódź ą ę",
    "Czech": "hlavy žaludek příčina ještě ů ě š č ř ž ý á ť chuť ň Ú",
    "Hungarian": "fájdalom gyógyszer szív tüdő betegség őrült űr",
    "Romanian": "durere ț ș ă înălțime față",
    "Turkish": "ağrı kalp şeker ısı İlaç göğüs çocuk ölçü",
    "Russian": "боль груди температура не я в",
    "Greek": "πόνος στήθος άσθμα ασθενής Δ",
    "Japanese": "胸痛 発熱 患者 頭痛 あ い アレルギー 病 無",
    "Chinese": "胸痛 发热 患者 头痛 发热 發熱 無 无 病 咳嗽 联通 中 文",
    "Korean": "흉통 발열 환자 두통 병",
    "Danish": "brystet øjne æble å Å Ø blødning",
    "Baltic": "krūtinėje širdis ė ų ū ž į",
    "Hebrew": "כאב חזה חום",
    "Arabic": "ألم صدر حمى",
    "Thai": "เจ็บ หน้าอก ไข้ ยา ลง",
    "signs": "5µg 38°C ±2 5×3 ½ cm³ m² ≥5 ≤3 a…b “q” 5–6 £5 ™ ® © ÷ ¼ • ° µ √ α β π ¬ ¶ · €50 patient’s x—y",
}
PLAUSIBLE = (
    *("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"),
    *(f"cp{number}" for number in range(1250, 1259)),
    *(f"iso8859-{number}" for number in range(1, 17) if number != 12),
    *("cp437", "cp850", "cp852", "cp855", "cp858", "cp860", "cp863", "cp865", "cp866", "cp775", "cp874"),
    *("mac_roman", "mac_greek", "mac_cyrillic", "koi8-r", "koi8-u"),
    *("shift_jis", "cp932", "euc_jp", "iso2022_jp", "gb2312", "gbk", "gb18030", "big5", "euc_kr", "cp949"),
)
# A lone "あ" of UTF-16 without a mark is "B0": behind ASCII, no text is two texts at once.
ENGLISH = ("", "BP 120/80, ", "Seen today.\n", "Allergies: ")


def read(body: bytes, declared: str = "", encoding: str = "") -> str | None:
    """Return the text of a note, None if it is refused."""
    try:
        return usable_text(decode(body, declared, encoding), 10**9)
    except InputError:
        return None


def is_utf8(body: bytes, charset: str) -> bool:
    """Say whether a few bytes of another charset are UTF-8 too: "É°" of Windows is "ɰ"."""
    return not charset.startswith("utf") and decodes(body, "utf-8") and len(body) - len(body.decode()) <= 4


@given(
    st.sampled_from(PLAUSIBLE),
    st.sampled_from(sorted(WORDS)).flatmap(
        lambda of: st.lists(st.sampled_from(WORDS[of].split()), min_size=1, max_size=4)
    ),
    st.sampled_from(ENGLISH),
)
def test_no_text_of_any_charset_becomes_another(charset: str, words: list[str], before: str) -> None:
    text = (before or "Seen " * charset.startswith("utf-")) + " ".join(words)
    try:
        body = text.encode(charset)
    except UnicodeError:
        return
    assert read(body) in (None, text) or is_utf8(body, charset)
    assert read(body, "", charset) in (None, text) or is_utf8(body, charset)
    if charset.startswith("utf") or not text.isascii():
        assert read(body, charset) in (None, text)


@pytest.mark.parametrize("charset", PLAUSIBLE)
def test_every_word_of_every_language_is_what_it_is_or_refused(charset: str) -> None:
    for words in WORDS.values():
        for word in words.split():
            for before in ENGLISH[charset.startswith("utf-") :]:
                text = before + word
                try:
                    body = text.encode(charset)
                except UnicodeError:
                    continue
                assert read(body) in (None, text) or is_utf8(body, charset), (charset, text)


@given(st.text(st.characters(exclude_categories=("Cs", "Cc"))), st.sampled_from(("utf-8-sig", "utf-16", "utf-32")))
def test_what_is_marked_is_read(text: str, charset: str) -> None:
    assert decode(text.encode(charset)) == text


@given(st.text(st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufeff")))
def test_utf8_is_read(text: str) -> None:
    assert decode(text.encode()) == text


@pytest.mark.parametrize(
    ("text", "charset"), [("CAFÉ» É°", "cp1252"), ("CAFÉ»", "cp1252"), ("CT 头痛", "gbk"), ("ลง", "cp874")]
)
def test_a_few_odd_characters_of_utf8_are_the_deployments_charset(text: str, charset: str) -> None:
    assert decode(text.encode(charset), "", charset) == text
    assert decode("Ödem: żółć, ż".encode(), "", charset) == "Ödem: żółć, ż"
    assert decode("α".encode(), "", charset) == "α"


@pytest.mark.parametrize("charset", ["cp1252", "cp1250", "latin-1", "iso8859-15"])
@pytest.mark.parametrize(
    "text",
    [
        "Größe 180 cm, Gefäß o. B., Übelkeit, Maßnahmen für Ödeme",
        "Temperature 38.5°C, 5 µg (µmol/L), ±2, § 5",
        "The fiancé was seen.",
    ],
)
def test_what_reads_the_same_everywhere_is_read(text: str, charset: str) -> None:
    assert decode(text.encode(charset)) == text


def test_what_windows_puts_in_english_is_read() -> None:
    text = "The patient\u2019s “good” day – he didn\u2019t cough; 5–6 days. O\u2019Brien\n\u2022 rest, 50 €, 5\xa0mg"
    assert decode(text.encode("cp1252")) == text


@pytest.mark.parametrize("text", ["à jeun", "fièvre", "coraz\u2014n", "d\u2019a", "m\xfc", "5 \xf3", "Fu\xa7"])
def test_what_may_be_something_else_is_refused_until_the_deployment_says(text: str) -> None:
    body = text.encode("cp1252")
    with pytest.raises(InputError, match="NoteEncoding"):
        decode(body)
    assert decode(body, "", "cp1252") == text
    assert decode(body, "", "iso8859-1") == text


def test_a_declaration_counts_unless_the_bytes_cannot_be_of_it() -> None:
    assert decode("żołądek".encode("cp1250"), "windows-1250") == "żołądek"
    assert decode("“Ödem”".encode("cp1252"), "ISO-8859-1") == "“Ödem”"
    assert decode(b"plain", "utf-16") == "plain"  # it was UTF-16 before a program made it something else
    assert decode("Ödem".encode(), "no such charset") == "Ödem"
    assert decode("Ödem".encode(), "us-ascii") == "Ödem"
    for declared in ("utf-8", "cp932"):
        with pytest.raises(InputError, match="it says that its charset"):
            decode(b"\x81", declared)


def test_what_is_no_charset_is_none() -> None:
    for name in (
        "",
        " ",
        "rot13",
        "zip",
        "base64",
        "idna",
        "punycode",
        "unicode_escape",
        "undefined",
        "x\0y",
        "é",
        "a b",
    ):
        assert known(name) == ""
    assert (known("Latin1"), known(" UTF8 ")) == ("iso8859-1", "utf-8")
    assert read_encoding("") == ""
    with pytest.raises(ValueError, match="as Python calls it"):
        read_encoding("rot13")


@given(
    st.binary(max_size=200),
    st.sampled_from(("", "utf-8", "utf-16", "cp932", "hz", "utf-7")),
    st.sampled_from(("", "cp1252")),
)
def test_any_bytes_are_text_or_refused(body: bytes, declared: str, encoding: str) -> None:
    try:
        name = encoding_of(body, declared, encoding)
    except InputError:
        return
    assert open_text(body, declared, encoding).read() == body.decode(name)
    assert codecs.lookup(name)


@pytest.mark.parametrize(
    "piece", [b"\xe4", b"\x93", b"\x84a", b"\xabb ", b"1 \xb0", b"a\xe4b", b"\xc9\xb0", b"\xb5", b"n\x92"]
)
def test_no_bytes_take_long(piece: bytes) -> None:
    body, began = piece * (1_000_000 // len(piece)), time.process_time()
    read(body)
    assert time.process_time() - began < 10
