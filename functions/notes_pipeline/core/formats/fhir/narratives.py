"""Narratives (https://hl7.org/fhir/R4/narrative.html) → text, and the sections of a composition in their order."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from notes_pipeline.core.formats.detect import Form
from notes_pipeline.core.formats.fhir.identities import Held
from notes_pipeline.core.formats.fhir.values import Element, objects_of, text_of
from notes_pipeline.core.formats.normalise import usable_identifier
from notes_pipeline.core.formats.registry import read_embedded

# A narrative that was made from the data beside it says nothing that they do not.
_MADE_FROM_DATA = ("generated", "extensions", "empty")


class _Section(NamedTuple):
    depth: int
    title: str
    text: str


def is_generated(resource: Element) -> bool:
    """Say whether a resource's narrative says no more than its data."""
    return text_of(resource, "text", "status") in _MADE_FROM_DATA


def narrative_of(holder: Element, held: Held) -> str:
    """Return the text of the narrative of a resource or a section, "" if it has none.

    Raises:
        InputError: the narrative cannot be read.
    """
    div = usable_identifier(text_of(holder, "text", "div"), "its narrative")
    if not div:
        return ""
    hints = replace(held.hints, path="", media_type="application/xhtml+xml; charset=utf-8")
    return read_embedded(Form.HTML, div.encode(), hints).text.strip()


def sections_text(composition: Element, held: Held) -> str:
    """Return the narratives of all sections, each under its title; what holds no narrative has no title either.

    Raises:
        InputError: a narrative cannot be read.
    """
    told: list[_Section] = []
    for section in reversed(_sections(composition, held)):
        # Sections stand in the order in which they are read, so the next one that tells something is inside if deeper.
        if section.text or (told and told[-1].depth > section.depth):
            told.append(section)
    return "\n\n".join(_under_title(section) for section in reversed(told))


def displayed(concept: Element) -> str:
    """Return what a coded concept is called: as it was written, or else as its code is displayed."""
    return text_of(concept, "text") or text_of(concept, "coding", "display")


def _sections(composition: Element, held: Held) -> list[_Section]:
    """Return sections at all depths, in their order; a list of what waits stands for recursion, which has limits."""
    found: list[_Section] = []
    waiting = [(0, one) for one in reversed(objects_of(composition, "section"))]
    while waiting:
        depth, section = waiting.pop()
        title = text_of(section, "title") or _first(section, "code")
        found.append(_Section(depth, title, narrative_of(section, held) or _first(section, "emptyReason")))
        waiting.extend((depth + 1, one) for one in reversed(objects_of(section, "section")))
    return found


def _first(section: Element, name: str) -> str:
    return next((text for text in map(displayed, objects_of(section, name)) if text), "")


def _under_title(section: _Section) -> str:
    first = section.text.partition("\n")[0].strip(" :").casefold()
    titled = section.title and section.title.strip(" :").casefold() != first
    return "\n".join(part for part in (section.title if titled else "", section.text) if part)
