"""Files that are made to break who reads them, of some hundred kilobytes: each by what it tries."""

import os
from collections.abc import Iterator

_N = 400_000
_MSH = "MSH|^~\\&|A|B|C|D|20310502||MDM^T02|7|P|2.5.1\rPID|1||7\rTXA|1|DS|TX|2031||||||||7\r"
_ORU = "MSH|^~\\&|A|B|C|D|20310502||ORU^R01|7|P|2.5.1\rPID|1||7\rOBR|1|x||11526-1^Path^LN\r"
_CDA = '<ClinicalDocument xmlns="urn:hl7-org:v3"><component><structuredBody><component><section><text>'
_CDA_END = "</text></section></component></structuredBody></component></ClinicalDocument>"
_BUNDLE = '{"resourceType":"Bundle","entry":['
_BOMB = '<!DOCTYPE l [<!ENTITY a0 "lol">' + "".join(
    f'<!ENTITY a{level} "{f"&a{level - 1};" * 10}">' for level in range(1, 10)
)
DOCUMENTS = {
    "cda.xml": (_CDA, _CDA_END),
    "fhir.xml": (
        '<DiagnosticReport xmlns="http://hl7.org/fhir"><text><div xmlns="http://www.w3.org/1999/xhtml">',
        "</div></text></DiagnosticReport>",
    ),
    "page.html": ("<html><body>", "</body></html>"),
}
EXTENSIONS = ("txt", "csv", "json", "jsonl", "xml", "hl7", "html", "rtf", "zip", "pdf", "txt.gz")


def many(text: str, head: str = "", tail: str = "") -> bytes:
    """Return so much of a text over and over."""
    return (head + text * (_N // len(text)) + tail).encode()


def plain_files() -> Iterator[tuple[str, bytes]]:
    """Yield the same of every extension: zeros, one long line, blanks, bytes of no charset."""
    for extension in EXTENSIONS:
        yield f"zeros.{extension}", bytes(_N)
        yield f"line.{extension}", b"x" * _N
        yield f"blanks.{extension}", b" " * _N + b"x"
        yield f"brackets.{extension}", b"<" * _N
        yield f"noise.{extension}", b"\xff" * _N


def structured_files() -> Iterator[tuple[str, bytes]]:
    """Yield files that are deep, wide, or open what they never close."""
    yield "deep.json", many("[")
    yield "deep objects.json", many('{"note":')
    yield "deep.jsonl", b'{"note": "Fever"}\n' + many("[")
    yield "big number.json", many("9", '{"note":', "}")
    yield "bundles in bundles.json", ((_BUNDLE + '{"resource":') * 5000 + "{}" + "}]}" * 5000).encode()
    yield "bundles, not too many.json", ((_BUNDLE + '{"resource":') * 200 + "{}" + "}]}" * 200).encode()
    yield (
        "itself.json",
        b'{"resourceType":"DocumentReference","contained":[{"resourceType":"Binary","id":"b",'
        + (
            b'"securityContext":{"reference":"#b"}}],"content":[{"attachment":{"url":"#b"}},{"attachment":{"url":"#"}}]}'
        ),
    )
    yield (
        "contained.json",
        many(
            '{"resourceType":"Binary","id":"b"},',
            '{"resourceType":"DocumentReference","contained":[',
            '{}],"content":[' + '{"attachment":{"url":"#b"}},' * 2000 + "{}]}",
        ),
    )
    yield "division.json", many("<div>", '{"resourceType":"DiagnosticReport","text":{"div":"', '"}}')
    yield "deep fhir.xml", many("<a>", '<Bundle xmlns="http://hl7.org/fhir">')
    yield "wide fhir.xml", many("<a/>", '<Bundle xmlns="http://hl7.org/fhir">', "</Bundle>")
    yield "comments.xml", many("<!--x-->", "", "<a/>")
    yield "deep cda.xml", many("<content>", _CDA, _CDA_END)
    for name, (opened, closed) in DOCUMENTS.items():
        for level in ("<content>", "<div>", "<table><tr><td>", "<list><item>", "<component><section>"):
            ends = "".join(reversed(level.replace("<", "</").replace(">", "> ").split()))
            yield f"{level} {name}", f"{opened}{level * 20_000}x{ends * 20_000}{closed}".encode()
    yield "cells cda.xml", many("<td colspan='9999999'>x</td>", f"{_CDA}<table><tr>", f"</tr></table>{_CDA_END}")
    yield "references cda.xml", many("<reference value='#a'/>", f"{_CDA}<content ID='a'>word</content>", _CDA_END)
    yield "columns.csv", ",".join([*(f"c{number}" for number in range(20_000)), "note\n"]).encode() + b"x\n" * 50_000
    yield "quotes.csv", many('"', "note\n")


def marked_up_files() -> Iterator[tuple[str, bytes]]:
    """Yield HTML, RTF and HL7 that are deep, wide, or open what they never close."""
    for number, text in enumerate(
        ("<div>", "</div>", "<b><i></b></i>", "&", "&#", "<!--", "<![", "<a b='", "<table><tr><td>", "<ul><li>", "<?")
    ):
        yield f"{number}.html", many(text, "<html>")
    yield "spans.html", many("<tr><td rowspan=99999 colspan=99999>x", "<table>")
    for number, text in enumerate(("{", "\\", "\\'e9", "\\u233?", "{\\*\\x", "\\bin999999999 ", "x\\cell\\row", "9")):
        yield f"{number}.rtf", many(text, "{\\rtf1 \\u")
    for number, text in enumerate(("|", "^", "~", "&", "\\", "\\F\\", "\\.br\\", "\\.sp99999999\\", "~1", "a|", "\r")):
        yield f"{number}.hl7", many(text, f"{_MSH}OBX|1|FT|||x")
    yield "observations.hl7", many("OBX|1|TX|||x\r", _ORU)
    yield "orders.hl7", many("OBR|1\r", _ORU)
    yield "messages.hl7", many("MSH|^~\\&|A|B|C|D|2031||ORU^R01|7|P|2.5\r")
    yield "wrapped.hl7", many("wrapped\n", f"{_MSH}OBX|1|TX|||x\n")
    yield "binary.hl7", f"{_MSH}OBX|1|ED|||^AP^PDF^Base64^".encode() + os.urandom(100_000)
    yield "binary text.hl7", f"{_MSH}OBX|1|TX|||".encode() + bytes(range(256)) * 400


def archive_files() -> Iterator[tuple[str, bytes]]:
    """Yield what begins as an archive and goes on with its signatures."""
    for number, sign in enumerate((b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06", b"PK\x06\x07")):
        yield f"{number}.zip", b"PK\x03\x04" + sign * (_N // 4)
    yield "members.txt.gz", b"\x1f\x8b" * (_N // 2)


ENTITIES = {
    "bomb": f"<?xml version='1.0'?>{_BOMB}]>{{open}}&a9;{{close}}",
    "external": "<!DOCTYPE a [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>{open}&e;{close}",
    "parameter": "<!DOCTYPE a [<!ENTITY % p SYSTEM 'file:///etc/passwd'> %p;]>{open}{close}",
    "document type elsewhere": "<!DOCTYPE a SYSTEM 'file:///etc/passwd'>{open}{close}",
    "not declared": "{open}&e;{close}",
    "included": "{open}<i:include xmlns:i='http://www.w3.org/2001/XInclude' href='/etc/passwd'/>{close}",
}
FILES = {
    name: body for files in (plain_files, structured_files, marked_up_files, archive_files) for name, body in files()
}
