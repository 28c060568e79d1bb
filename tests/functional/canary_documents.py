"""Messages of HL7 v2 and single documents, good and broken, each place of which has a mark of its own."""

import base64

from tests.functional.canaries import Canaries

Files = dict[str, bytes]


def pdf_file(canaries: Canaries, place: str) -> bytes:
    """What begins as a PDF does, with a mark in its title and its text."""
    text = canaries.text(place)
    return f"%PDF-1.4\n1 0 obj << /Title ({text}) /Author ({text} >>\nstream\n{text}\nxref\ntrailer\n".encode()


def _message(canaries: Canaries, name: str, *segments: str, kind: str = "MDM^T02", charset: str = "") -> str:
    mark = canaries.mark
    sender = f"{mark(f'app-{name}')}|{mark(f'facility-{name}')}"
    header = f"MSH|^~\\&|{sender}|||20310502||{kind}|{mark(f'control-{name}')}|P|2.5"
    number = f"{mark(f'pid-{name}')}^^^{mark(f'authority-{name}')}^MR"
    patient = f"PID|1||{number}||{mark(f'name-{name}')}^{mark(f'first-{name}')}"
    visit = f"PV1|1|I|{'|' * 16}{mark(f'visit-{name}')}"
    return "\r".join([header + "|" * 6 + charset, "EVN|T02|20310502", patient, visit, *segments]) + "\r"


def _messages(canaries: Canaries) -> list[str]:
    mark, text = canaries.mark, canaries.text

    def document(name: str, kind: str, value: str, charset: str = "") -> str:
        txa = f"TXA|1|{mark(f'document-type-{name}')}^x|TX|{mark(f'time-{name}')}||||||||{mark(f'note_id-{name}')}"
        obx = f"OBX|1|{kind}|{mark(f'code-{name}')}^{mark(f'coded-{name}')}||{value}||||||F"
        return _message(canaries, name, txa, obx, charset=charset)

    scan = base64.b64encode(pdf_file(canaries, "hl7-pdf")).decode()
    return [
        document("hl7", "TX", text("note-hl7")),
        document("empty", "TX", ""),
        document("kind", mark("value-type"), text("value-type-text")),
        document("data", "ED", f"x^{mark('ed-type')}^{mark('ed-sub')}^Base64^*{text('ed')}*"),
        document("ed-pdf", "ED", f"^AP^PDF^Base64^{scan}"),
        document("pointer", "RP", f"\\\\{mark('server')}\\{mark('share')}^^^TX"),
        document("gone", "TX", f"\\C{mark('note-escape')}\\{text('note-escaped')}\\Z{mark('note-z')}\\"),
        document("set", "TX", text("note-set") + " é", charset=mark("hl7-charset")),
        _message(canaries, "other", f"ZZ1|{text('site')}", kind=f"{mark('message-type')}^{mark('trigger')}"),
        _message(canaries, "admission", f"NK1|1|{mark('kin')}", kind="ADT^A01"),
        _message(canaries, "none", kind=""),
    ]


def hl7_files(canaries: Canaries) -> Files:
    """Batches, recordings of a wire, and what is none."""
    mark, text, messages = canaries.mark, canaries.text, _messages(canaries)
    envelope = f"|^~\\&|{mark('sender')}|{mark('sent-by')}|||20310502||{mark('batch-name')}\r"
    return {
        "batch.hl7": f"FHS{envelope}BHS{envelope}{''.join(messages)}BTS|99|{mark('comment')}\rFTS|1\r".encode(),
        "headless.hl7": f"PID|1||{mark('headless')}\rOBX|1|TX|||{text('headless-text')}\r".encode(),
        "stray.hl7": f"{text('stray')}\r{messages[0]}PID|1||{mark('stray-pid')}".encode(),
        "separators.hl7": f"MSH{mark('separators')}|{mark('msh')}\rPID|1||{mark('no-separators')}\r".encode(),
        "bytes.hl7": messages[1].replace("||F", "|F").encode() + text("bytes").encode() + b"\xe9\x81\xff\r",
        "wire.mllp": f"\x0b{messages[1]}\x1c\r\x0b{messages[2][:-30]}".encode(),
    }


def documents(canaries: Canaries) -> Files:
    """Files that are one document, or no text at all."""
    mark, text = canaries.mark, canaries.text
    scan = base64.b64encode(pdf_file(canaries, "cda-scan")).decode()
    return {
        "good.cda": _cda(canaries, "cda", f"<structuredBody>{_section(canaries, 'cda')}</structuredBody>"),
        "pdf.cda": _cda(canaries, "cda-pdf", _other_body(canaries, scan)),
        "broken-body.cda": _cda(canaries, "cda-data", _other_body(canaries, f"*{text('cda-data')}*")),
        "empty.cda": _cda(canaries, "cda-empty", f"<structuredBody><{mark('cda-tag')}/></structuredBody>"),
        "cut.cda": _cda(canaries, "cda-cut", text("cda-cut-text"))[:-40],
        "good.rtf": rf"{{\rtf1\ansi{{\info{{\author {mark('author')}}}}} {text('note-rtf')}}}".encode(),
        "cut.rtf": rf"{{\rtf1\ansi{{\fonttbl{{\f0 {mark('font')};}}}} {text('rtf-cut')} \{mark('control')}".encode(),
        "odd.rtf": rf"{{\rtf1\ansi\ansicpg9999 {text('rtf-odd')} \'ff\u-9999999 \bin99999 {mark('bin')}}}".encode(),
        "good.html": f"<html><head><title>{mark('title')}</title></head><p>{text('note-html')}</p></html>".encode(),
        "empty.html": f'<html><meta name="{mark("meta")}"><!-- {text("comment-html")} -->'.encode(),
        "charset.html": f'<html><meta charset="{mark("html-charset")}"><p>{text("html-text")} '.encode() + b"\xe9\x81",
        "scan.pdf": pdf_file(canaries, "pdf"),
        "picture": b"\x89PNG\r\n\x1a\n" + text("png").encode(),
        "report.dcm": b"\0" * 128 + b"DICM" + text("dicom").encode(),
        "unknown": b"\x01\x02" + text("unknown").encode(),
    }


def _cda(canaries: Canaries, name: str, body: str) -> bytes:
    mark = canaries.mark
    person = f"<name><given>{mark(f'given-{name}')}</given><family>{mark(f'family-{name}')}</family></name>"
    return (
        f'<?xml version="1.0"?><ClinicalDocument xmlns="urn:hl7-org:v3">'
        f'<id root="1.2" extension="{mark(f"note_id-{name}")}"/>'
        f'<code code="{mark(f"code-{name}")}" displayName="{mark(f"display-{name}")}"/>'
        f"<title>{mark(f'title-{name}')}</title>"
        f'<effectiveTime value="{mark(f"time-{name}")}"/><recordTarget><patientRole>'
        f'<id root="1.3" extension="{mark(f"patient-{name}")}"/><patient>{person}</patient>'
        "</patientRole></recordTarget>"
        f"<component>{body}</component></ClinicalDocument>"
    ).encode()


def _section(canaries: Canaries, name: str) -> str:
    narrative = f"<text>{canaries.text(f'note-{name}')}</text>"
    return f"<component><section><title>{canaries.mark(f'note-title-{name}')}</title>{narrative}</section></component>"


def _other_body(canaries: Canaries, text: str) -> str:
    return f'<nonXMLBody><text mediaType="{canaries.mark("media")}" representation="B64">{text}</text></nonXMLBody>'
