"""Amazon Comprehend Medical: conditions in a text, linked to ICD-10-CM codes (InferICD10CM)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from notes_pipeline.aws import clients
from notes_pipeline.aws.error_map import translated
from notes_pipeline.core.icd10.chunks import split_chunks

# A request's text may have 1 to 10,000 characters (API reference, InferICD10CM, Text). An account's quota is 100
# requests and 40,000 characters a second (Comprehend Medical, Guidelines and quotas), and the service is not in every
# region.
MOST_CHARACTERS = 10_000
# What the patient does not have, a relative has, or may be (Comprehend Medical, ICD-10-CM linking, traits).
_NOT_CODED = frozenset(["NEGATION", "PERTAINS_TO_FAMILY", "HYPOTHETICAL", "LOW_CONFIDENCE"])
_DIAGNOSIS = "DX_NAME"


@dataclass(frozen=True)
class InferredCode:
    """The likeliest code of a condition at `text[start:end]`, in code points, and how sure the service is, 0 to 1."""

    code: str
    title: str
    start: int
    end: int
    score: float


def infer_codes(text: str) -> list[InferredCode]:
    """Return the codes of what a text says of its patient, in its order.

    Raises:
        BusyError: throttled, or the service is not available.
        InferenceError: the service cannot read the text.
    """
    return [
        inferred
        for start, chunk in split_chunks(text, MOST_CHARACTERS)
        if chunk.strip()
        for inferred in _infer(chunk, start)
    ]


def _infer(chunk: str, offset: int) -> Iterator[InferredCode]:
    with translated("ComprehendMedical InferICD10CM"):
        # An answer names no next page that a request could ask for: the request has no token.
        answer = clients.comprehendmedical().infer_icd10_cm(Text=chunk)
    for entity in answer["Entities"]:
        if entity.get("Type") == _DIAGNOSIS and _NOT_CODED.isdisjoint(_traits(entity)):
            yield from _best(entity, offset)


def _traits(entity: Mapping[str, Any]) -> set[str]:
    return {trait["Name"] for trait in entity.get("Traits", ())}


def _best(entity: Mapping[str, Any], offset: int) -> Iterator[InferredCode]:
    concepts = entity.get("ICD10CMConcepts", ())
    if concepts:
        best = max(concepts, key=lambda concept: concept["Score"])
        start, end = offset + entity["BeginOffset"], offset + entity["EndOffset"]
        yield InferredCode(best["Code"], best["Description"], start, end, entity["Score"] * best["Score"])
