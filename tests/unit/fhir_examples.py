"""Small FHIR resources, and what the reader makes of them."""

from __future__ import annotations

import base64
import json
from typing import Any

from notes_pipeline.core.formats.parse_file import Record, parse_file
from notes_pipeline.core.formats.reading import Ignored, NoSiblings, ReadingRules, Siblings
from notes_pipeline.models import ParsedNote, Reject

Resource = dict[str, Any]
UUID = "urn:uuid:0f0a5a0e-7f0c-4c5b-9f2e-2f1c5f0e1d2c"


def encoded(text: str | bytes) -> str:
    return base64.b64encode(text.encode() if isinstance(text, str) else text).decode()


def attachment(text: str | bytes, content_type: str = "text/plain", **elements: Any) -> Resource:
    return {"attachment": {"contentType": content_type, "data": encoded(text), **elements}}


def document(**elements: Any) -> Resource:
    """A DocumentReference that can be read, but for what a test says otherwise; None leaves an element out."""
    whole = {
        "resourceType": "DocumentReference",
        "id": "d1",
        "status": "current",
        "subject": {"reference": "Patient/p1"},
        "content": [attachment("Slept well.")],
        **elements,
    }
    return {name: value for name, value in whole.items() if value is not None}


def narrative(text: str, status: str = "additional") -> Resource:
    return {"status": status, "div": f'<div xmlns="http://www.w3.org/1999/xhtml">{text}</div>'}


def entry(resource: Resource, full_url: str | None = None, **elements: Any) -> Resource:
    return {"resource": resource, **elements} | ({"fullUrl": full_url} if full_url else {})


def bundle(*entries: Any, kind: str = "collection") -> Resource:
    return {"resourceType": "Bundle", "type": kind, "entry": list(entries)}


def read(resource: Any, siblings: Siblings | None = None, name: str = "a.json") -> list[Record]:
    body = json.dumps(resource).encode()
    return list(parse_file(f"incoming/ehr/{name}", body, ReadingRules(), "", siblings or NoSiblings()))


def note_of(resource: Any, siblings: Siblings | None = None) -> ParsedNote:
    (record,) = [record for record in read(resource, siblings) if not isinstance(record, Ignored)]
    assert isinstance(record, ParsedNote), record
    return record


def reject_of(resource: Any) -> Reject:
    (record,) = [record for record in read(resource) if not isinstance(record, Ignored)]
    assert isinstance(record, Reject), record
    return record


def kinds_of(resource: Any) -> list[str]:
    """The records, each by what it came to: `note`, a reject's code, or a kind that is ignored."""
    return [_kind(record) for record in read(resource)]


def _kind(record: Record) -> str:
    if isinstance(record, ParsedNote):
        return "note"
    return record.code if isinstance(record, Reject) else record.kind
