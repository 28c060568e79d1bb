"""End to end from text: synthetic notes of patients with planted diagnoses, coded by the lexical engine, grouped."""

from __future__ import annotations

import csv
import hashlib
import time
from collections.abc import Iterator
from random import Random
from typing import Any

from benchmarks.codes.measure import as_record
from benchmarks.codes.truth import CONDITIONS
from benchmarks.groups.agreement import adjusted_rand, pair_shares
from benchmarks.groups.plant import SYSTEM
from benchmarks.groups.store import MemoryBucket

from note_summarizer.synthetic.entities import EntityDraw
from note_summarizer.synthetic.fact_kinds import KINDS, NoteDraw
from note_summarizer.synthetic.phrases import STYLES, templates
from note_summarizer.synthetic.surface import join_list, write_sentence
from notes_pipeline.core.code_summaries import code_note
from notes_pipeline.core.identify import patient_uid
from notes_pipeline.core.patient_groups.state import read_state
from notes_pipeline.records import NoteCodes, SummaryRecord
from notes_pipeline.steps.regroup import regroup

_GROUPS, _MEMBERS, _ALONE, _NOTES_EACH, _SEED = 40, (5, 40), 150, 3, 20310301
# Chance that a note states a condition of its patient, and that it states one more of any kind.
_STATED, _BY_CHANCE = 0.7, 0.3
_SPLIT = "train"
# What surrounds the diagnoses; the last two say what the patient does not have, or a relative has.
_AROUND = ("intro_plain", "vitals", "exam_normal", "treatment", "denies", "family")
Notes = list[tuple[SummaryRecord, str]]


def measure_notes() -> dict[str, Any]:
    """Return how well planted groups are found from notes' text."""
    rng = Random(_SEED)
    planted: dict[str, str] = {}
    notes: Notes = []
    for group, conditions in _patients(rng):
        patient = str(len(planted))
        planted[patient_uid(SYSTEM, patient)] = group
        notes += _notes_of(rng, patient, conditions)
    began = time.process_time()
    coded: list[tuple[SummaryRecord, NoteCodes]] = [(record, code_note(record, text)) for record, text in notes]
    coded_at, bucket = time.process_time(), MemoryBucket()
    regroup(bucket, coded, "cb-1")
    grouped_at = time.process_time()
    state = read_state(bucket.objects["groups/state.jsonl.gz"])
    found = {uid: state.patients[uid].group_id or uid for uid in planted}
    right, together = pair_shares(planted, found)
    return {
        "patients": len(planted),
        "notes": len(notes),
        "planted_groups": _GROUPS,
        "ari": round(adjusted_rand(planted, found), 4),
        "pairs_right": round(right, 4),
        "pairs_found": round(together, 4),
        "found_groups": len(set(state.group_ids().values())),
        "cpu_seconds_coding": round(coded_at - began, 1),
        "cpu_seconds_grouping": round(grouped_at - coded_at, 1),
    }


def _patients(rng: Random) -> Iterator[tuple[str, list[str]]]:
    """Yield each patient's planted group and conditions: those of its group, or 2 to 4 by chance."""
    conditions = _conditions()
    for group in range(_GROUPS):
        core = rng.sample(conditions, rng.randint(3, 5))
        for _ in range(rng.randint(*_MEMBERS)):
            yield f"group {group}", core
    for alone in range(_ALONE):
        yield f"alone {alone}", rng.sample(conditions, rng.randint(2, 4))


def _conditions() -> list[str]:
    """Return one condition for each category of the list of conditions with known codes."""
    with CONDITIONS.open(encoding="utf-8", newline="") as file:
        rows = [(row["condition"], row["codes"].split()[0][:3]) for row in csv.DictReader(file)]
    named = {category: name for name, category in reversed(rows) if "{" not in name and category[0] not in "RVWXY"}
    return [named[category] for category in sorted(named)]


def _notes_of(rng: Random, patient: str, conditions: list[str]) -> Notes:
    return [_note(rng, f"{patient}/{at}", patient, conditions) for at in range(_NOTES_EACH)]


def _note(rng: Random, name: str, patient: str, conditions: list[str]) -> tuple[SummaryRecord, str]:
    stated = [each for each in conditions if rng.random() < _STATED] or [rng.choice(conditions)]
    stated += rng.sample(_conditions(), int(rng.random() < _BY_CHANCE))
    style = rng.choice(STYLES)
    sentences = [_sentence(rng, kind, style, KINDS[kind](NoteDraw(EntityDraw(rng, _SPLIT)))[0]) for kind in _AROUND]
    sentences.insert(rng.randint(1, 4), _sentence(rng, "diagnosis", style, {"dx": join_list(stated, rng)}))
    text = "\n".join(sentences)
    record = as_record(f"{', '.join(stated).capitalize()}.")
    changes = {
        "note_uid": hashlib.sha256(name.encode()).hexdigest()[:32],
        "content_sha256": hashlib.sha256(text.encode()).hexdigest(),
        "patient_id": patient,
        "source": record.source.model_copy(update={"key": f"incoming/{SYSTEM}/notes.csv"}),
    }
    return record.model_copy(update=changes), text


def _sentence(rng: Random, kind: str, style: str, slots: dict[str, str]) -> str:
    return write_sentence(rng.choice(templates(kind, style, _SPLIT)), slots, rng, style)
