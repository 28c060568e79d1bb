"""Two patients in exports of every format, and every byte of a stack to look for one of them in."""

import base64
import gzip
import io
import json
import zipfile
from typing import Any

from tests.functional.erased import everything
from tests.functional.stack import Stack

JANE, OTHER = "jane-7f3", "omar-9c1"
# What is Jane's and nobody else's: words of her texts, her ids, her name, her visit.
SECRETS = (JANE, "Quillfeather", "gallstones", "gangrenous", "visit-j77", "mrn-550077")
TEXTS = {
    JANE: "Quillfeather was seen for gallstones. Ultrasound confirmed them. Surgery is planned.",
    OTHER: "Seen for asthma with wheezing. Salbutamol was given twice. Better since.",
}


def data(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def document(patient: str, number: int = 1, text: str = "", **more: Any) -> dict[str, Any]:
    """A DocumentReference with its text attached."""
    content = [{"attachment": {"contentType": "text/plain", "data": data(text or TEXTS[patient])}}]
    return {
        "resourceType": "DocumentReference",
        "id": f"doc-{patient}-{number}",
        "status": "current",
        "subject": {"reference": f"Patient/{patient}"},
        "content": content,
        **more,
    }


def person(patient: str) -> dict[str, Any]:
    family = "Quillfeather" if patient == JANE else "Haddad"
    number = "mrn-550077" if patient == JANE else "mrn-660088"
    identifier = [{"system": "urn:oid:1.2.3", "value": number}]
    return {"resourceType": "Patient", "id": patient, "identifier": identifier, "name": [{"family": family}]}


def observation(patient: str) -> dict[str, Any]:
    value = "gangrenous" if patient == JANE else "normal"
    subject = {"reference": f"Patient/{patient}"}
    return {"resourceType": "Observation", "id": f"obs-{patient}", "subject": subject, "valueString": value}


ORGANIZATION = {"resourceType": "Organization", "id": "org-1", "name": "General Hospital"}


def lines(*resources: Any) -> bytes:
    return "".join(json.dumps(resource) + "\n" for resource in resources).encode()


def bundle(*resources: dict[str, Any], **more: Any) -> bytes:
    """A bundle as a server answers a search, written for people to read."""
    entries = [
        {"fullUrl": f"https://fhir.example.org/{each['resourceType']}/{each['id']}", "resource": each}
        for each in resources
    ]
    return json.dumps({"resourceType": "Bundle", "type": "searchset", "entry": entries, **more}, indent=1).encode()


def xml_bundle(*entries: str) -> bytes:
    """A bundle in XML."""
    inside = "".join(f"<entry><resource>{entry}</resource></entry>\n" for entry in entries)
    head = '<?xml version="1.0" encoding="UTF-8"?>\n<Bundle xmlns="http://hl7.org/fhir"><type value="searchset"/>\n'
    return f"{head}{inside}</Bundle>".encode()


def xml_document(patient: str) -> str:
    return (
        f'<DocumentReference><id value="doc-{patient}-1"/><status value="current"/>'
        f'<subject><reference value="Patient/{patient}"/></subject><content><attachment>'
        f'<contentType value="text/plain"/><data value="{data(TEXTS[patient])}"/>'
        "</attachment></content></DocumentReference>"
    )


def header(kind: str, number: str) -> str:
    return f"MSH|^~\\&|EHR|GH|CB|GH|20310502080000||{kind}|{number}|P|2.5.1"


def identity(patient: str) -> str:
    name = "Quillfeather^Ada" if patient == JANE else "Haddad^Omar"
    return f"PID|1||{patient}^^^GH^MR||{name}\rPV1|1|I|||||||||||||||||{'visit-j77' if patient == JANE else 'visit-o1'}"


def report(patient: str, *texts: str) -> str:
    """A message of results with a report for each text."""
    number = f"ORU-{patient}"
    reports = "".join(
        f"\rOBR|{at}||{number}-{at}|18748-4^Diagnostic imaging study^LN|||20310502||||||||||||||||||F"
        f"\rOBX|1|TX|18748-4^Report^LN||{text}||||||F"
        for at, text in enumerate(texts, start=1)
    )
    return f"{header('ORU^R01^ORU_R01', number)}\r{identity(patient)}{reports}\r"


def admission(patient: str) -> str:
    return f"{header('ADT^A01', 'ADT-' + patient)}\rEVN|A01|20310502\r{identity(patient)}\r"


def batch(*messages: str) -> bytes:
    sender = "|^~\\&|EHR|GH|CB|GH|20310502080000"
    return f"FHS{sender}\rBHS{sender}\r{''.join(messages)}BTS|{len(messages)}\rFTS|1\r".encode()


def framed(*messages: str) -> bytes:
    """Messages as they were recorded from a wire."""
    return "".join(f"\x0b{message}\x1c\r" for message in messages).encode()


def archive(members: dict[str, bytes]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as written:
        for name, body in members.items():
            written.writestr(name, body)
    return held.getvalue()


def holders_of_jane(stack: Stack) -> list[str]:
    """Where anything of her stands, whatever it is packed or encoded in."""
    found = set()
    for place, body in everything(stack).items():
        for text in (place.encode(), *unpacked(body)):
            found |= {place for secret in SECRETS for form in forms(secret) if form in text}
    return sorted(found)


def forms(secret: str) -> list[bytes]:
    """A word as itself, and as base64 at each of the three places where it can begin in a group."""
    encoded = [base64.b64encode(b"\0" * before + secret.encode()) for before in range(3)]
    return [secret.encode(), *(each[(0, 2, 3)[before] : -4] for before, each in enumerate(encoded))]


def unpacked(body: bytes) -> list[bytes]:
    if body[:2] == b"\x1f\x8b":
        body = gzip.decompress(body)
    if body[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(body)) as held:
            return [held.comment, *(name.encode() for name in held.namelist()), *map(held.read, held.namelist())]
    return [body]
