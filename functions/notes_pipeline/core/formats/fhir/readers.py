"""What each kind of resource that tells a story says: its text, and what an attached document knows of itself.

A reader gives None for a resource that tells no story and need not.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from notes_pipeline.core.formats.fhir.attachments import read_best
from notes_pipeline.core.formats.fhir.identities import Held
from notes_pipeline.core.formats.fhir.narratives import displayed, is_generated, narrative_of, sections_text
from notes_pipeline.core.formats.fhir.values import Element, object_of, objects_of, text_of, texts_of
from notes_pipeline.core.formats.reading import Document
from notes_pipeline.errors import InputError, RecordError


def _document_reference(held: Held) -> Document:
    return read_best(objects_of(held.resource, "content", "attachment"), held)


def _diagnostic_report(held: Held) -> Document | None:
    """Return a report's own words: what is presented, and its notes and conclusion if they are not in there."""
    report = held.resource
    said = [("Note", text) for text in _notes(report)] + [
        ("Conclusion", text) for text in texts_of(report, "conclusion")
    ]
    forms = objects_of(report, "presentedForm")
    try:
        presented = read_best(forms, held) if forms else Document("")
    except InputError:
        if not said and (is_generated(report) or not _has_narrative(report)):
            raise
        presented = Document("")
    if not said and not presented.text:
        return _unpresented(held)
    parts = [(title, text) for title, text in said if _folded(text) not in _folded(presented.text)]
    if not presented.text and len(parts) == 1:
        return Document(parts[0][1])
    return replace(
        presented, text="\n\n".join([presented.text, *(f"{title}:\n{text}" for title, text in parts)]).strip()
    )


def _unpresented(held: Held) -> Document | None:
    """Return a report's narrative, None if the report is its results and no more."""
    if objects_of(held.resource, "result") and (is_generated(held.resource) or not _has_narrative(held.resource)):
        return None
    text = narrative_of(held.resource, held)
    if not text:
        raise RecordError(
            "NoText", "the report has no conclusion, no presented form and no narrative: send one of them"
        )
    return Document(text)


def _composition(held: Held) -> Document:
    text = sections_text(held.resource, held) or narrative_of(held.resource, held)
    if not text:
        raise RecordError("NoText", "no section of the composition has a narrative: send them with their narratives")
    return Document(text)


def _communication(held: Held) -> Document | None:
    """Return what was said; what was sent along and holds no text is left out, unless it is all there is."""
    parts: list[str] = []
    errors: list[InputError] = []
    for payload in objects_of(held.resource, "payload"):
        parts += texts_of(payload, "contentString")
        attached = objects_of(payload, "contentAttachment")
        try:
            parts += [read_best(attached, held).text] if attached else []
        except InputError as error:
            errors.append(error)
    parts += _notes(held.resource)
    if errors and not parts:
        raise errors[0]
    return _document(parts)


def _clinical_impression(held: Held) -> Document | None:
    impression = held.resource
    parts = texts_of(impression, "description")
    parts += _listed("Investigations", [_investigation(one) for one in objects_of(impression, "investigation")])
    parts += _listed("Findings", [_finding(one) for one in objects_of(impression, "finding")])
    parts += texts_of(impression, "summary")
    parts += _listed("Prognosis", [displayed(one) for one in objects_of(impression, "prognosisCodeableConcept")])
    parts += _notes(impression)
    if not parts and not is_generated(impression):
        parts = [narrative_of(impression, held)]
    return _document(parts)


def _finding(finding: Element) -> str:
    what = displayed(object_of(finding, "itemCodeableConcept")) or text_of(finding, "itemReference", "display")
    return ": ".join(part for part in (what, text_of(finding, "basis")) if part)


def _investigation(investigation: Element) -> str:
    items = "; ".join(texts_of(investigation, "item", "display"))
    return ": ".join(part for part in (displayed(object_of(investigation, "code")), items) if part) if items else ""


def _listed(title: str, lines: list[str]) -> list[str]:
    told = [f"- {line}" for line in lines if line]
    return ["\n".join([f"{title}:", *told])] if told else []


def _notes(resource: Element) -> list[str]:
    return texts_of(resource, "note", "text")


def _document(parts: list[str]) -> Document | None:
    text = "\n\n".join(part.strip() for part in parts if part.strip())
    return Document(text) if text else None


def _has_narrative(resource: Element) -> bool:
    return bool(text_of(resource, "text", "div"))


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()


Reader = Callable[[Held], Document | None]
READERS: dict[str, Reader] = {
    "DocumentReference": _document_reference,
    "DiagnosticReport": _diagnostic_report,
    "Composition": _composition,
    "Communication": _communication,
    "ClinicalImpression": _clinical_impression,
}
