"""Conditions of FHIR patients (SNOMED CT displays), coded by their names and by their patients' notes."""

from __future__ import annotations

import base64
import csv
import json
import re
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

from benchmarks.codes.measure import NO_SUMMARY, as_record

from notes_pipeline.core.code_summaries import code_note

CATEGORIES = Path(__file__).parent.parent / "data" / "fhir_condition_categories.csv"
_SEMANTIC_TAG = re.compile(r"\s*\((?:disorder|finding|situation)\)$")


def measure_fhir(folder: Path) -> dict[str, Any]:
    """Return how many of the conditions get a plausible category, from their names and from their patients' notes.

    Plausible: one that `fhir_condition_categories.csv` names for the display; displays for which a coder has no code
    (employment, education) are counted apart.
    """
    plausible = _plausible()
    noted = _note_categories(folder / "DocumentReference.000.ndjson")
    counts: Counter[str] = Counter()
    missed: Counter[str] = Counter()
    for condition in _resources(folder / "Condition.000.ndjson"):
        display, patient = condition["code"]["text"], condition["subject"]["reference"]
        if not plausible.get(display):
            counts["without_a_code"] += 1
            continue
        counts["conditions"] += 1
        found = bool(plausible[display] & _categories(f"Diagnosis: {_SEMANTIC_TAG.sub('', display)}."))
        counts["found_by_name"] += found
        missed[display] += not found
        counts["found_in_notes"] += bool(plausible[display] & noted[patient])
    return {**counts, "missed_by_name": sorted(display for display, times in missed.items() if times)}


def _plausible() -> dict[str, set[str]]:
    with CATEGORIES.open(encoding="utf-8", newline="") as file:
        return {row["display"]: set(row["categories"].split()) for row in csv.DictReader(file)}


def _note_categories(path: Path) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for document in _resources(path):
        note = base64.b64decode(document["content"][0]["attachment"]["data"]).decode()
        found[document["subject"]["reference"]] |= _categories(note)
    return found


def _categories(text: str) -> set[str]:
    return {candidate.code[:3] for candidate in code_note(as_record(NO_SUMMARY), text).candidates}


def _resources(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
