"""The published groups: rows of `patients/patients.parquet` and `groups/groups.parquet` under `groups/current/`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import pyarrow as pa

from notes_pipeline.core.patient_groups.contributions import WORD_MARK
from notes_pipeline.core.patient_groups.labels import label_of, name_of
from notes_pipeline.core.patient_groups.state import GroupedPatient, GroupState
from notes_pipeline.core.patient_groups.vectors import by_category, category, centroid, vectors

CATEGORY, SIMILARITY = "category", "similarity"
ICD10 = "icd10:"
_TOP_CODES = 8
_DIGITS = 4

_TOP = pa.struct([("code", pa.string()), ("title", pa.string()), ("patients", pa.int64())])
GROUPS = pa.schema(
    [
        ("group_id", pa.string()),
        ("kind", pa.string()),
        ("label", pa.string()),
        ("size", pa.int64()),
        ("similarity", pa.float64()),
        ("top_codes", pa.list_(_TOP)),
    ]
)
PATIENTS = pa.schema(
    [
        ("patient_uid", pa.string()),
        ("patient_id", pa.string()),
        ("source_system", pa.string()),
        ("group_id", pa.string()),
        ("kind", pa.string()),
        ("label", pa.string()),
        ("similarity", pa.float64()),
        ("codes", pa.list_(pa.string())),
    ]
)
Row = dict[str, Any]


def group_rows(state: GroupState) -> list[Row]:
    """Return one row a group, largest first, kinds apart."""
    rows = [*_category_groups(state), *_similarity_groups(state)]
    return sorted(rows, key=lambda row: (row["kind"], -row["size"], row["group_id"]))


def patient_rows(state: GroupState, groups: list[Row]) -> Iterator[Row]:
    """Yield one row for each patient in each of its groups, sorted by patient; patients of no group have none."""
    labels = {row["group_id"]: row["label"] for row in groups}
    for _, each in sorted(state.patients.items()):
        identity = dict(zip(("patient_uid", "patient_id", "source_system"), each.patient, strict=True))
        codes = sorted(each.weights, key=lambda code: (-each.weights[code], code))
        weights, inside = by_category(each.weights), dict[str, list[str]]()
        for code in codes:
            inside.setdefault(category(code), []).append(code)
        for name in sorted(inside):
            if not name.startswith(WORD_MARK):
                yield _patient(identity, f"{ICD10}{name}", CATEGORY, labels, weights[name], inside[name])
        if each.group_id:
            yield _patient(identity, each.group_id, SIMILARITY, labels, each.likeness, codes[:_TOP_CODES])


def _patient(
    identity: Row, group_id: str, kind: str, labels: Mapping[str, str], similarity: float, codes: list[str]
) -> Row:
    said = {"group_id": group_id, "kind": kind, "label": labels[group_id], "similarity": round(similarity, _DIGITS)}
    return identity | said | {"codes": [code.removeprefix(WORD_MARK) for code in codes]}


def _category_groups(state: GroupState) -> Iterator[Row]:
    codes: dict[str, Counter[str]] = {}
    sums: dict[str, float] = {}
    sizes: Counter[str] = Counter()
    for each in state.patients.values():
        for code in each.weights:
            codes.setdefault(category(code), Counter())[code] += 1
        for name, weight in by_category(each.weights).items():
            sizes[name] += 1
            sums[name] = sums.get(name, 0.0) + weight
    for name in sorted(codes):
        if not name.startswith(WORD_MARK):
            yield _group(f"{ICD10}{name}", CATEGORY, name_of(name), sizes[name], sums[name], codes[name])


def _similarity_groups(state: GroupState) -> Iterator[Row]:
    members: dict[str, list[GroupedPatient]] = {}
    for _, each in sorted(state.patients.items()):
        if each.group_id:
            members.setdefault(each.group_id, []).append(each)
    all_vectors = vectors({uid: each.weights for uid, each in state.patients.items()})
    for group_id, group in members.items():
        features = Counter(name for each in group for name in by_category(each.weights))
        centre = centroid(all_vectors[each.patient.uid] for each in group)
        label = label_of(centre, {name: count / len(group) for name, count in features.items()})
        likeness = sum(each.likeness for each in group)
        codes = Counter(code for each in group for code in each.weights)
        yield _group(group_id, SIMILARITY, label, len(group), likeness, codes)


def _group(group_id: str, kind: str, label: str, size: int, likeness: float, codes: Counter[str]) -> Row:
    top = sorted(codes, key=lambda code: (-codes[code], code))[:_TOP_CODES]
    return {
        "group_id": group_id,
        "kind": kind,
        "label": label,
        "size": size,
        "similarity": round(likeness / size, _DIGITS),
        "top_codes": [
            {"code": code.removeprefix(WORD_MARK), "title": name_of(code), "patients": codes[code]} for code in top
        ],
    }
