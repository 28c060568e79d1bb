"""MDM: documents and their ids; and documents of other formats inside of messages."""

import base64

import pytest
from tests.unit.hl7_examples import DOCUMENT, codes, document, kinds, message, note_of, read, report, text_lines, texts

PLAIN = base64.b64encode("Seen today. Größe 1,80 m.".encode()).decode()
PDF = base64.b64encode(b"%PDF-1.4\n" + b"1 0 obj << >> endobj\n" * 20).decode()


def encapsulated(data: str, kind: str = "text", subtype: str = "plain", encoding: str = "Base64") -> str:
    return f"OBX|1|ED|1^Note||^{kind}^{subtype}^{encoding}^{data}||||||F"


def test_a_document_is_a_note_with_its_facts() -> None:
    note = note_of(document(*text_lines("Seen today.", "Better.")))
    assert note.text == "Seen today.\nBetter."
    assert (note.note_id, note.patient_id, note.encounter_id) == ("D-5", "77", "V-9")
    assert (note.note_type, note.authored_at) == ("Progress note", "2031-05-02T14:10")


def test_a_replacement_has_the_id_of_what_it_replaces_and_an_addendum_its_own() -> None:
    txa = DOCUMENT.replace("|D-5^NORTH|", "|D-6^NORTH|D-5^NORTH")
    ids = {kind: note_of(document(*text_lines("New."), kind=f"MDM^{kind}", txa=txa)).note_id for kind in KINDS}
    assert ids == {"T02": "D-6", "T04": "D-6", "T06": "D-6", "T08": "D-6", "T10": "D-5", "T09": "D-5", "T01": "D-6"}
    assert note_of(document(*text_lines("New."), kind="MDM^T10")).note_id == "D-5"
    behind = DOCUMENT.replace("|D-5^NORTH|", "|^^D-7|")
    assert note_of(document(*text_lines("New."), txa=behind)).note_id == "D-7"


KINDS = ("T02", "T04", "T06", "T08", "T10", "T09", "T01")


@pytest.mark.parametrize(
    ("txa", "expected"),
    [
        ("TXA|1|DS", "Discharge summary"),
        ("TXA|1|34117-2^X^LN", "History and physical"),
        ("TXA|1|CLIN^Clinic letter^L", "Clinic letter"),
        ("TXA|1|CLIN", "Progress note"),
        ("TXA|1", "Progress note"),
    ],
)
def test_what_a_document_is_called(txa: str, expected: str) -> None:
    assert note_of(document(*text_lines("Seen.", name="11506-3^Note^LN"), txa=txa)).note_type == expected


def test_notifications_are_ignored_and_a_document_without_content_is_a_reject() -> None:
    assert kinds(read(document(kind="MDM^T01"))) == [(1, "MDM^T01")]
    assert codes(read(document(kind="MDM^T02"))) == [(1, "EmptyNote")]
    assert codes(read(document(*text_lines("", '""')))) == [(1, "EmptyNote")]
    assert kinds(read(document(*text_lines("Void."), kind="MDM^T11"))) == [(1, "MDM^T11")]


def test_a_document_that_its_sender_deleted_is_a_reject() -> None:
    deleted = "TXA|1|PN" + "|" * 17 + "CA"
    assert codes(read(document(*text_lines("Void."), txa=deleted))) == [(1, "WithdrawnNote")]
    assert codes(read(document(kind="MDM^T03", txa=deleted))) == [(1, "WithdrawnNote")]
    assert note_of(document(*text_lines("Seen."), txa=deleted.replace("CA", "AV"))).text == "Seen."


def test_the_event_may_be_named_by_its_segment_alone() -> None:
    assert kinds(read(message("EVN|T01", DOCUMENT, kind="MDM"))) == [(1, "MDM^T01")]


def test_several_documents_of_a_message_are_several_notes() -> None:
    second = DOCUMENT.replace("D-5", "D-6")
    found = read(document(*text_lines("One."), second, *text_lines("Two.")))
    assert texts(found) == ["One.", "Two."]
    early = message("PID|1||77", *text_lines("One."), DOCUMENT, *text_lines("Two."), kind="MDM^T02")
    assert note_of(early).text == "One.\nTwo."
    assert note_of(message("PID|1||77", *text_lines("One."), kind="MDM^T02")).note_id == "M-1"


@pytest.mark.parametrize(
    "observation",
    [
        encapsulated(PLAIN),
        encapsulated(PLAIN, "TEXT", ""),
        encapsulated(PLAIN, "", "TXT"),
        encapsulated(PLAIN, "application", "octet-stream"),
        encapsulated(PLAIN, encoding="BASE64"),
        encapsulated(PLAIN, "text/plain", ""),
        encapsulated(PLAIN[:8] + "\\.br\\" + PLAIN[8:20] + "\n" + PLAIN[20:]),
        encapsulated("Seen today. Größe 1,80 m.".encode().hex(), encoding="Hex"),
        encapsulated("Seen today. Größe 1,80 m.", encoding="A"),
        encapsulated("Seen today. Größe 1,80 m.", encoding=""),
        f"OBX|1|TX|1^Note||^text^plain^Base64^{PLAIN}||||||F",
        "OBX|1|ED|1^Note||Seen today. Größe 1,80 m.||||||F",
    ],
)
def test_encapsulated_text_is_read(observation: str) -> None:
    assert note_of(document(observation)).text == "Seen today. Größe 1,80 m."


RTF = "{\\rtf1\\ansi Seen \\b today\\b0 .}"
HTML = "<html><head><meta charset='latin1'></head><body><p>Seen <b>today</b>.</p></body></html>"
CDA = """<?xml version="1.0" encoding="ISO-8859-1"?><ClinicalDocument xmlns="urn:hl7-org:v3"><recordTarget><patientRole>
<id extension="55" root="1.2.3"/></patientRole></recordTarget><component><structuredBody><component><section>
<text>Seen today.</text></section></component></structuredBody></component></ClinicalDocument>"""
ESCAPED = str.maketrans({"\\": "\\E\\", "|": "\\F\\", "^": "\\S\\", "&": "\\T\\", "\n": "\\X0A\\"})


@pytest.mark.parametrize("text", [RTF, HTML, CDA])
def test_documents_of_other_formats_are_read_wherever_they_stand(text: str) -> None:
    packed, escaped = base64.b64encode(text.encode()).decode(), text.translate(ESCAPED)
    raw = [escaped, text.replace("\n", " ")] if text == RTF else [escaped]
    fields = [encapsulated(packed, "text", "x"), encapsulated(escaped, encoding="A")]
    for observation in (*fields, *(f"OBX|1|TX|1^Note||{value}||||||F" for value in raw)):
        assert note_of(document(observation)).text == "Seen today."


def test_what_a_document_inside_says_counts_where_the_message_says_nothing() -> None:
    body = message("OBX|1|ED|1^Note||^text^xml^A^" + CDA.translate(ESCAPED), kind="MDM^T02")
    note = note_of(body)
    assert (note.patient_id, note.note_type, note.authored_at) == ("55", "Note", "2031-05-02T14:20")
    assert note_of(document("OBX|1|ED|1^Note||^text^xml^A^" + CDA.translate(ESCAPED))).patient_id == "77"


def test_bytes_in_a_text_are_a_document() -> None:
    packed = base64.b64encode(("Seen today. " * 30).encode()).decode()
    assert note_of(document(f"OBX|1|TX|1||{packed}||||||F")).text == ("Seen today. " * 30).strip()
    lines = [packed[start : start + 76] for start in range(0, len(packed), 76)]
    assert note_of(document(*text_lines(*lines))).text == ("Seen today. " * 30).strip()
    words = ["Negative"] * 40
    assert note_of(document(*text_lines(*words))).text == "\n".join(words)


def test_a_document_that_names_no_charset_is_of_the_messages() -> None:
    body = document(encapsulated(base64.b64encode("à jeun".encode("latin-1")).decode()))
    assert codes(read(body)) == [(1, "NotText")]
    assert note_of(body.replace("|2.5.1", "|2.5.1||||||8859/1", 1)).text == "à jeun"


@pytest.mark.parametrize(
    ("observation", "code"),
    [
        (encapsulated(PDF, "application", "pdf"), "PdfNotRead"),
        (encapsulated(PDF, "", ""), "PdfNotRead"),
        (f"OBX|1|TX|1||{PDF}||||||F", "PdfNotRead"),
        (encapsulated("iVBORw0KGgo=", "image", "png"), "UnreadableAttachment"),
        (encapsulated(base64.b64encode(b"PK\x03\x04docx").decode(), "application", "docx"), "UnreadableAttachment"),
        (encapsulated(base64.b64encode(b"\0\1\2\3").decode()), "NotText"),
        (encapsulated(PLAIN, "IM", "JPEG"), "UnreadableAttachment"),
        (encapsulated(PDF, "application/pdf", ""), "PdfNotRead"),
        ("OBX|1|ED|||App^NS^Octet-stream^Base64|", "EmptyNote"),
        (encapsulated("not Base64!"), "BrokenAttachment"),
        (encapsulated("4x", encoding="Hex"), "BrokenAttachment"),
        (encapsulated("no parts", "multipart", "related", "A"), "BrokenAttachment"),
        (encapsulated(""), "EmptyNote"),
        ("OBX|1|ED|1^Note||^application^pdf||||||F", "EmptyNote"),
        ("OBX|1|ED|1^Note||||||||F", "EmptyNote"),
        ("OBX|1|RP|1^Note||https://pacs/1^^HTML||||||F", "AttachmentElsewhere"),
    ],
)
def test_a_document_that_cannot_be_read_is_a_reject_and_text_beside_it_a_note(observation: str, code: str) -> None:
    assert codes(read(document(observation))) == [(1, code)]
    assert codes(read(report(observation, "NTE|1||See the document."))) == [(1, code)]
    assert note_of(report(*text_lines("Clear."), observation)).text == "Clear."


def test_the_document_of_a_mime_message_is_read() -> None:
    parts = [
        ("image/png", "iVBORw0KGgo="),
        ("text/plain; charset=utf-8", PLAIN),
    ]
    body = "".join(
        f"--x\r\nContent-Type: {kind}\r\nContent-Transfer-Encoding: base64\r\n\r\n{data}\r\n" for kind, data in parts
    )
    mime = f"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=x\r\n\r\n{body}--x--\r\n"
    note = note_of(document(encapsulated(mime.replace("\r\n", "\\X0D0A\\"), "multipart", "related", "A")))
    assert note.text == "Seen today. Größe 1,80 m."


def test_a_mime_message_that_lost_its_line_ends_is_read_all_the_same() -> None:
    packed = base64.b64encode(("Seen today. " * 9).encode()).decode()
    line = f"MIME-Version: 1.0 Content-Type: multipart/mixed; boundary=x --x Content-Type: text/plain {packed} --x"
    assert note_of(document(encapsulated(line, "multipart", "x-hl7", "A"))).text.startswith("Seen today. Seen")


def test_reasons_hold_no_words_of_the_file() -> None:
    (found,) = read(document(encapsulated("SECRET!", "secret", "secret")))
    assert "ecret" not in str(found).lower().replace("wardsecret", "")
