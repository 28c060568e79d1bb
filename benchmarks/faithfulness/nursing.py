"""Nursing facts: what experts observed in a dictation, and what its summary and the evidence say of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from benchmarks.faithfulness.perturbation import grave

from notes_pipeline.core.check_summary import check_summary
from notes_pipeline.core.faithfulness.read_text import ReadText

Row = Mapping[str, Any]
# Observations whose number the summaries write behind a label of their own.
_LABELS = {
    "Oxygen saturation": "SpO2", "Pulse oximetry": "SpO2", "Heart rate": "HR", "Respirations": "RR", "Temperature": "T",
}  # fmt: skip
_ENOUGH = 0.5  # share of a value's content words that must be said


def measure(rows: Sequence[Row], summarize: Callable[[Sequence[str]], Sequence[str]]) -> dict[str, Any]:
    """Return the share of observations that summaries, and summaries with their evidence, support.

    And how many contradictions are flagged: those the model made by itself (another number of a vital sign), and
    planted ones: another number of each vital sign, a denial of each "Yes", an assertion of each "No".
    """
    in_summary, with_evidence, made, planted = [], [], [], []
    for row, summary in zip(rows, summarize([row["note"] for row in rows]), strict=True):
        checked = check_summary(summary, row["note"])
        spans = [span for item in checked.evidence for span in item.note_spans]
        clauses = _clauses_of(ReadText(row["note"]), [span.start for span in spans])
        for item in row["observations"]:
            in_summary.append(_says(checked.summary, item))
            with_evidence.append(in_summary[-1] or _says(clauses, item))
        made += [bool(grave(summary, row["note"])) for _ in _contradicted(summary, row["observations"])]
        planted += [bool(grave(text, row["note"])) for text in _contradictions(row)]
    return {
        "observations": len(in_summary),
        "in_summary": sum(in_summary) / len(in_summary),
        "in_summary_or_evidence": sum(with_evidence) / len(with_evidence),
        "contradictions_made": len(made),
        "contradictions_made_flagged": sum(made),
        "contradictions_planted": len(planted),
        "contradictions_planted_flagged": sum(planted),
    }


def _clauses_of(note: ReadText, places: Iterable[int]) -> str:
    return " ".join(note.clauses[at].text for at in sorted({note.clause_of(place) for place in places}))


def _says(text: str, item: Row) -> bool:
    read, value = ReadText(text), item["value"]
    values = value if isinstance(value, list) else [value]
    wanted = ReadText(item["name"] if values == ["Yes"] else " ".join(map(str, values)))
    words = [any(key in read.all_keys for key in word.keys) for word in wanted.words]
    said = {v for number in read.numbers for v in number.values}
    numbers = [bool(set(number.values) & said) for number in wanted.numbers]
    parts = [*words, *numbers]
    return bool(parts) and sum(parts) >= _ENOUGH * len(parts) and all(numbers)


def _contradicted(summary: str, observations: Sequence[Row]) -> list[str]:
    vitals = {value.vital: set(value.number.values) for value in ReadText(summary, is_items=True).values if value.vital}
    found = []
    for item in observations:
        label = _LABELS.get(item["name"], "").lower()
        expected = {
            float(o["value"]) for o in observations if _is_number(o) and _LABELS.get(o["name"], "").lower() == label
        }
        if label in vitals and _is_number(item) and not vitals[label] & expected:
            found.append(label)
    return sorted(set(found))


def _contradictions(row: Row) -> Iterable[str]:
    for item in row["observations"]:
        if item["name"] in _LABELS and _is_number(item):
            yield f"{_LABELS[item['name']]} {round(float(item['value']) * 0.7 + 1)}."
        elif item["value"] == "Yes" and _says(row["note"], item):
            yield f"No {item['name'].split(' - ')[-1].lower()}."
        elif item["value"] == "No" and _says(row["note"], {**item, "value": "Yes"}):
            yield f"{item['name'].split(' - ')[-1].capitalize()}."


def _is_number(item: Row) -> bool:
    return isinstance(item["value"], int | float)
