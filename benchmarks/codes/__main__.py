"""`.venv/bin/python -m benchmarks.codes`: measure, print, and write benchmarks/results/codes.json."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

from benchmarks.codes.fhir import measure_fhir
from benchmarks.codes.measure import measure_notes, measure_phrases
from benchmarks.codes.notes import KnownNote, write_notes

from note_summarizer.artifact import load_artifact
from note_summarizer.engine import SummaryEngine
from note_summarizer.synthetic.lexicons import entities, icd_titles
from note_summarizer.synthetic.partition import Split

_ROOT = Path(__file__).parent.parent.parent
_RESULTS = _ROOT / "benchmarks" / "results" / "codes.json"
_FHIR = _ROOT.parent / "shared" / "formats" / "fhir_ndjson"
_MODEL = _ROOT / "model_build" / "demo_model" / "served"
_NOTES, _SUMMARIZED, _TITLES, _SEED = 2000, 500, 2000, 20310301
_COLD = """
import time
start = time.perf_counter()
from notes_pipeline.core.icd10.mentions import find_mentions
from notes_pipeline.core.icd10.choose_code import choose_code
imported = time.perf_counter()
mention = find_mentions("acute on chronic systolic heart failure")[0]
choose_code(mention.code, mention.said)
print(imported - start, time.perf_counter() - imported)
"""


def main() -> None:
    """Measure everything and write it down."""
    results: dict[str, Any] = {"cold_load_s": _cold_load()}
    splits: tuple[Split, ...] = ("train", "test")
    for split in splits:
        notes = list(write_notes(split, _NOTES, _SEED))
        results[split] = {
            "summary_and_note": measure_notes(notes, with_summary=True),
            "note_alone": measure_notes(notes, with_summary=False),
            "titles": measure_phrases(_some(icd_titles(split))),
            "conditions": measure_phrases(entities("conditions", split)),
        }
    results["test"]["model_summary_and_note"] = measure_notes(_summarized(notes[:_SUMMARIZED]), with_summary=True)
    if _FHIR.is_dir():
        results["fhir"] = measure_fhir(_FHIR)
    text = json.dumps(results, indent=2)
    _RESULTS.write_text(text + "\n", encoding="utf-8")
    sys.stdout.write(text + "\n")


def _summarized(notes: list[KnownNote]) -> list[KnownNote]:
    """Return the notes with the demonstration model's summaries in place of the reference ones."""
    engine = SummaryEngine.open(load_artifact(_MODEL))
    summaries = engine.summarize([each.note for each in notes])
    engine.close()
    return [replace(each, summary=found.summary_text) for each, found in zip(notes, summaries, strict=True)]


def _some(titles: tuple[str, ...]) -> list[str]:
    return Random(_SEED).sample(titles, min(_TITLES, len(titles)))


def _cold_load() -> dict[str, float]:
    """Return the seconds that a fresh process takes to import the modules, and to code its first mention."""
    command = [sys.executable, "-c", _COLD]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=_ROOT / "functions")  # noqa: S603 - our own interpreter
    imported, first = done.stdout.split()
    return {"import": round(float(imported), 3), "first_mention": round(float(first), 3)}


if __name__ == "__main__":
    main()
