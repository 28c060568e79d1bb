"""Files that are valid, or nearly, and unlike what a renderer writes: what hospitals' systems send, in small."""

import base64
import gzip
import io
import json
import zipfile

from tests.fuzz.checks import CANARIES
from tests.fuzz.mutate import Seed

_NAME, _PLACE, _DRUG, _NUMBER = CANARIES
_RTF = rf"{{\rtf1\ansi\ansicpg1252{{\*\generator {_NAME};}}\b Plan\b0\par {_DRUG}\tab 5\'b5g \u8211? daily\par}}"
_HTML = (
    f"<!DOCTYPE html><html><head><meta charset='utf-8'><title>{_NAME}</title><style>p{{}}</style></head><body>"
    f"<script>var a = '{_PLACE}';</script><h1>Visit</h1><table><tr><th>HR</th><td>80&nbsp;/min</td></tr></table>"
    f"<ul><li>{_DRUG} &lt; 5 &mu;g</li><li>rest</ul><br/><p>{_NAME}<!-- {_NUMBER} --></body></html>"
)
_PDF = f"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Count 2>>endobj\n% {_NAME}\n%%EOF"


def _b64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


TEXT = (
    Seed("a.txt", f"{_NAME}: à jeun, 5 µg {_DRUG}".encode("cp1252")),
    Seed("b.txt", f"{_NAME}: {_DRUG} 5 µg".encode("utf-16")),
    Seed("c.txt", f"{_NAME}: {_DRUG} 5 mg".encode("utf-16-le")),
)
CSV = (
    Seed("a.csv", f'NOTE_ID;Note;patient_id\r\n{_NAME};"{_DRUG} ""5"";\r\ndaily";{_NUMBER}\r\n2;;\r\n'.encode()),
    Seed("b.tsv", f"note\tnote_id\n{_DRUG}\t{_NAME}\n".encode("utf-16")),
)
JSON = (
    Seed("a.json", json.dumps([{"note": _DRUG, "note_id": 7, "encounter_id": None}, {"text": _NAME}, 7]).encode()),
    Seed("b.json", json.dumps({"note": f"{_NAME} {_DRUG}", "Patient_ID": _NUMBER}, indent=2).encode("utf-8-sig")),
)
_ATTACHED = {"contentType": "text/rtf", "data": _b64(_RTF)}
_REFERENCE = {
    "resourceType": "DocumentReference",
    "id": _NAME,
    "contained": [{"resourceType": "Binary", "id": "b", "contentType": "text/html", "data": _b64(_HTML)}],
    "subject": {"reference": f"Patient?identifier=urn:mrn|{_NUMBER}", "display": _NAME},
    "content": [{"attachment": _ATTACHED}, {"attachment": {"url": "#b"}}, {"attachment": {"url": "Binary/c"}}],
    "context": {"encounter": [{"reference": "Encounter/e"}], "period": {"start": "2031-05-02"}},
}
_REPORT = {
    "resourceType": "DiagnosticReport",
    "text": {"status": "generated", "div": f"<div xmlns='http://www.w3.org/1999/xhtml'><p>{_DRUG}</p></div>"},
    "presentedForm": [{"contentType": "application/pdf", "data": _b64(_PDF)}],
    "subject": {"identifier": {"value": _NUMBER}},
}
_BUNDLE = {
    "resourceType": "Bundle",
    "type": "batch",
    "entry": [
        {"resource": _REFERENCE, "fullUrl": f"urn:uuid:{_NAME}", "request": {"method": "POST", "url": "x"}},
        {"resource": _REPORT},
        {"resource": {"resourceType": "Patient", "id": "p", "identifier": [{"system": "urn:mrn", "value": _NUMBER}]}},
        {"resource": {"resourceType": "Bundle", "entry": [{"resource": {"resourceType": "Observation"}}]}},
        {"resource": {"resourceType": "Binary", "id": "c", "contentType": "text/plain", "data": _b64(_DRUG)}},
        {"request": {"method": "DELETE"}},
    ],
}
FHIR_JSON = (Seed("a.json", json.dumps(_BUNDLE).encode()), Seed("b.json", json.dumps([_REFERENCE, _REPORT]).encode()))
FHIR_XML = (
    Seed(
        "a.xml",
        f'<?xml version="1.0"?><Bundle xmlns="http://hl7.org/fhir"><type value="batch"/><entry><resource>'
        f'<DiagnosticReport><id value="{_NAME}"/><text><div xmlns="http://www.w3.org/1999/xhtml"><b>{_DRUG}</b></div>'
        f'</text><presentedForm><contentType value="text/plain"/><data value="{_b64(_NAME)}"/></presentedForm>'
        "</DiagnosticReport></resource></entry></Bundle>".encode(),
    ),
)
_CDA_HEAD = f'<ClinicalDocument xmlns="urn:hl7-org:v3"><id root="1.2.3" extension="{_NAME}"/><code code="34133-9"/>'
CDA = (
    Seed(
        "a.xml",
        f"{_CDA_HEAD}<effectiveTime value='20310502142000+0100'/><component><structuredBody><component><section>"
        f"<title>Drugs</title><text><table border='1'><thead><tr><th>Drug</th></tr></thead><tr><td ID='d1'>"
        f"{_DRUG}<br/>5 mg</td></tr></table><list><caption>{_PLACE}</caption><item>a</item></list><renderMultiMedia/>"
        "<content styleCode='xBold'>x<sub>2</sub></content></text><entry><observation><text><reference value='#d1'/>"
        "</text></observation></entry><component><section nullFlavor='NI'><text/></section></component></section>"
        "</component></structuredBody></component></ClinicalDocument>".encode(),
    ),
    Seed(
        "b.xml",
        f"<?xml version='1.0' encoding='ISO-8859-1'?><!-- {_PLACE} --><?xml-stylesheet href='CDA.xsl'?>{_CDA_HEAD}"
        f"<component><nonXMLBody><text mediaType='text/rtf' representation='B64'>{_b64(_RTF)}</text></nonXMLBody>"
        "</component></ClinicalDocument>".encode("latin-1"),
    ),
)
_MSH = "MSH|^~\\&|A|B|C|D|20310502142000+0100||{}|7|P|2.5.1\r"
_PID = f"PID|1||{_NUMBER}^^^H&1.2&ISO^MR~8^^^S||{_NAME}^{_PLACE}||19800101|F\r"
HL7 = (
    Seed(
        "a.hl7",
        f"{_MSH.format('MDM^T02')}EVN||20310502\r{_PID}PV1|1|I|||||||||||||||||{_NAME}\rTXA|1|DS^Discharge^L|TX|2031||||"
        f"||||{_NAME}^A||||||AU\rOBX|1|ED|18842-5^x^LN||^application^rtf^Base64^{_b64(_RTF)}||||||F\r"
        f"OBX|2|FT|||\\H\\Plan\\N\\\\.br\\{_DRUG}\\X0A\\~more\\.sp2\\\\.in+4\\||||||F\rNTE|1||{_NAME}\r".encode(),
    ),
    Seed(
        "b.hl7",
        f"{_MSH.format('ORU^R01')}{_PID}OBR|1|{_NAME}||11526-1^Pathology^LN|||20310502||||||||||||||||||F\r"
        f"OBX|1|ST|a^b||{_DRUG}||||||F\rOBX|2|NM|c||4.1|mmol/L\rOBR|2|||24627-2^CT^LN\rOBX|1|ED|||^TEXT^HTML^A^{_HTML}\r"
        "OBX|1|RP|||x^y^z\r".encode(),
    ),
    Seed(
        "c.hl7", f"MSH#*!@%#A#B#C#D#2031##MDM*T02#7#P#2.3\nPID###{_NUMBER}\nOBX#1#TX###{_DRUG}!x\nwrapped line".encode()
    ),
    Seed("d.hl7", f"\x0b{_MSH.format('ADT^A01')}{_PID}\x1c\r\x0b{_MSH.format('ORU^R01')}{_PID}\x1c\r".encode("utf-16")),
)
HTML = (Seed("a.html", _HTML.encode()), Seed("b.htm", f"<div>{_NAME}<pre>\n {_DRUG}\n</pre></div>".encode()))
RTF = (
    Seed("a.rtf", _RTF.encode()),
    Seed(
        "b.rtf",
        rf"{{\rtf1\mac\deff0\uc2{{\fonttbl{{\f0\fcharset161 A;}}}}{{\*\bkmkstart x}}{{\field{{\*\fldinst HYPERLINK}}"
        rf"{{\fldrslt {_NAME}}}}}\trowd\intbl {_DRUG}\cell\row{{\pict\bin3 abc}}\u-4051??\u960?x\line\~\_\-"
        rf"\{{\}}}}".encode(),
    ),
)


def _zip(members: dict[str, bytes]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in members.items():
            archive.writestr(zipfile.ZipInfo(name), body, zipfile.ZIP_DEFLATED)
    return held.getvalue()


ZIP = (
    Seed(
        "a.zip",
        _zip(
            {
                f"{_NAME}/": b"",
                f"{_NAME}/a.rtf": RTF[0].body,
                "b.csv": CSV[0].body,
                "c.txt.gz": gzip.compress(_DRUG.encode(), mtime=0),
                "DocumentReference.ndjson": json.dumps(_REFERENCE).encode(),
                "Patient.ndjson": json.dumps(_BUNDLE["entry"][2]["resource"]).encode(),  # type: ignore[index]
                "__MACOSX/._a": b"x",
            }
        ),
    ),
    Seed("b.zip", _zip({"INDEX.HTM": HTML[0].body, "IHE_XDM/1/METADATA.XML": b"<x/>", "IHE_XDM/1/D.XML": CDA[0].body})),
    Seed("c.zip", _zip({"a.hl7": HL7[0].body, "in.zip": _zip({"a.txt": b"x"})})),
)
PDF = (Seed("a.pdf", _PDF.encode()),)
