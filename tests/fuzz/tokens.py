"""Words that mean something in a format, which chance would not write."""

# fmt: off
COMMON: tuple[bytes, ...] = (
    b"", b" ", b"\n", b"\r\n", b"\t", b"\0", b"\x1f\x8b", b"PK\x03\x04", b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf",
    b"\xe9", b"-1", b"0", b"99999999999999999999", b"9" * 5000, b"1e999", b"NaN", b"x" * 1000, "é".encode(),
    "𝄞".encode(), b"\xed\xa0\xbd", b"%PDF-1.4", rb"{\rtf1 x}", b"<html>", b"utf-16", b"rot13", b"2031-13-45T99:00",
    b"20310230",
)
_XML = (
    b"<![CDATA[", b"]]>", b"<!--", b"-->", b"<?xml version='1.0' encoding='utf-16'?>", b"<?x ?>", b"&amp;", b"&lt;",
    b"&#0;", b"&#x110000;", b"&#xD800;", b"&undefined;", b"&f;", b"<!DOCTYPE a SYSTEM 'file:///etc/passwd'>",
    b"<!DOCTYPE a [<!ENTITY e 'x'><!ENTITY f '&e;&e;'>]>", b"<a>" * 200, b"</a>", b"xmlns=''", b"xmlns:x='urn:x'",
    b"x:", b"/>",
)
_FHIR = (
    b"resourceType", b"Bundle", b"Binary", b"DocumentReference", b"DiagnosticReport", b"Composition", b"Communication",
    b"Patient", b"Encounter", b"ClinicalImpression", b"Observation", b"Parameters", b"contained", b"content", b"data",
    b"attachment", b"url", b"#b", b"div", b"text", b"section", b"entry", b"resource", b"contentType", b"value",
    b"contentString", b"text/plain", b"text/html", b"application/pdf", b"text/plain; charset=utf-16", b"Patient/",
    b"Patient/x/_history/1", b"urn:uuid:", b"Encounter?identifier=a|b", b"entered-in-error", b"note",
)
_HTML = (
    b"<script>", b"</script>", b"<style>", b"<pre>", b"<textarea>", b"<title>", b"<br>", b"<table><tr><td>", b"<svg>",
    b"<!DOCTYPE html>", b"&nbsp;", b"&#65;", b"&#xFFFFFFFFF;", b"&bogus;", b"<meta charset=x>", b"<![if", b"<!", b"</",
    b"<plaintext>", b"<div>" * 300,
)
_CDA = (
    b"nonXMLBody", b"structuredBody", b"section", b"text", b"table", b"td", b"list", b"item", b"paragraph", b"content",
    b"reference", b"nullFlavor", b"representation='B64'", b"mediaType='application/pdf'", b"compression='DF'", b"root",
    b"compression='GZ'", b"extension", b"value='20310502'", b"NI", b"<br/>", b"<td colspan='99999'>",
)
_HL7 = (
    b"MSH|^~\\&|", b"\rMSH|", b"FHS|", b"BHS|", b"BTS|1", b"FTS|1", b"\rOBX|1|TX|||", b"\rOBX|1|ED|||^TX^PDF^Base64^",
    b"FT", b"\rTXA|", b"\rPV1|", b"\rPID|", b"\rOBR|", b"\rNTE|", b"\rZZZ|", b"\rADD|", b"\rDSC|x", b"|", b"^", b"~",
    b"&", b"\\", b"\\.br\\", b"\\X0D\\", b"\\XZZ\\", b"\\C2842\\", b"\\F\\", b"\\H\\", b"\x0b", b"\x1c\r", b"\r", b"\n",
    b"MDM^T02", b"ORU^R01", b"MDM^T11", b"Base64", b"Hex", b'""', b"UNICODE UTF-8", b"8859/1", b"ASCII", b"~~~~",
    b"^" * 300,
)
_RTF = (
    b"{", b"}", b"\\", b"\\par", b"\\'e9", b"\\'", b"\\u8211?", b"\\u-1", b"\\u99999", b"\\uc0", b"\\uc9", b"\\bin5 ",
    b"\\bin-1 ", b"\\bin99999999999", b"{\\*\\x", b"{\\pict ", b"\\ansicpg932", b"\\ansicpg99999", b"\\fcharset128",
    b"\\f1", b"{" * 500, b"}" * 9, b"\\cell\\row", b"\\~", b"\\rtf", b"{\\fonttbl{\\f1\\fcharset128 x;}}", b"\\upr",
    b"\\objdata", b"\\deleted",
)
_ZIP = (
    b"PK\x01\x02", b"PK\x05\x06", b"PK\x06\x06", b"PK\x06\x07", b"PK\x07\x08", b"\xff\xff\xff\xff", b"../../x",
    b"/etc/x", b"a\\b", b"x/", b"a.gz", b"a.zip", b"[Content_Types].xml", b"word/", b"mimetype", b"IHE_XDM/",
    b"Patient.ndjson", b"__MACOSX/",
)
TOKENS: dict[str, tuple[bytes, ...]] = {
    "csv": (b'"', b'""', b",", b";", b"\t", b"note", b"note_id", b"patient_id", b'"\n"'),
    "json": (b"[", b"]" * 20, b"{", b"}", b'"', b":", b"null", b"notes", b"note", b"\\ud83d", b"[" * 3000, b"[[{}]]"),
    "jsonl": (b"{", b"}", b"\n\n", b"null", b"note", b"note_id", b"\\u0000", b"[" * 3000),
    "fhir-json": _FHIR,
    "fhir-ndjson": (*_FHIR, b"\n"),
    "fhir-xml": (*_FHIR, *_XML),
    "cda": (*_XML, *_CDA),
    "hl7": _HL7,
    "html": (*_HTML, *_XML),
    "rtf": _RTF,
    "zip": _ZIP,
    "pdf": (b"/Count 99999999", b"/Type/Pages", b"stream", b"endstream", b"/Encrypt", b"trailer", b"xref", b"<<"),
}
# fmt: on
