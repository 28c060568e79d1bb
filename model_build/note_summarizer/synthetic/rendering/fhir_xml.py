"""FHIR as XML (https://hl7.org/fhir/R4/xml.html), from what JSON would hold."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from note_summarizer.synthetic.rendering import fhir_resources as fhir
from note_summarizer.synthetic.rendering.chart_note import Renderer, one_each
from note_summarizer.synthetic.rendering.fhir_json import composition_bundle

_NAMESPACE = "http://hl7.org/fhir"


def as_xml(resource: fhir.Resource) -> str:
    """Return a resource as an XML document."""
    body = "".join(_resource(resource, f' xmlns="{_NAMESPACE}"'))
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{body}\n'


def _resource(resource: fhir.Resource, attributes: str = "") -> Iterator[str]:
    name = resource["resourceType"]
    yield f"<{name}{attributes}>"
    for key, value in resource.items():
        if key != "resourceType":
            yield from _element(key, value)
    yield f"</{name}>"


def _element(name: str, value: object) -> Iterator[str]:
    if isinstance(value, list):
        for each in value:
            yield from _element(name, each)
    elif isinstance(value, dict):
        yield f"<{name}>"
        if "resourceType" in value:
            yield from _resource(value)
        else:
            for key, held in value.items():
                yield from _element(key, held)
        yield f"</{name}>"
    elif name == "div":
        yield str(value)
    else:
        # Line ends and tabs in attributes are one space to a parser, unless they are written by number.
        text = escape(str(value)).replace("\t", "&#9;").replace("\n", "&#10;")
        yield f'<{name} value="{text}"/>'


def _files(build: fhir.Builder) -> Renderer:
    return one_each(".xml", lambda note: as_xml(build(note)))


render_document_references = _files(fhir.document_reference)
render_clinical_impressions = _files(fhir.clinical_impression)
render_compositions = _files(composition_bundle)
