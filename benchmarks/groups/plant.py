"""Synthetic patients in planted groups: codes of a shared core, comorbidities that anybody has, and codes by chance."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from random import Random

from notes_pipeline.core.icd10.table import codes
from notes_pipeline.core.identify import patient_uid
from notes_pipeline.core.patient_groups.contributions import Patient, Weights
from notes_pipeline.core.patient_groups.profiles import Profile

# What anybody in a hospital may have, most frequent first; a patient has the first of them with a chance of 22 %, the
# last with 3 %.
COMMON = "I10 E78 E11 K21 Z79 F41 M54 J45 N18 I25 E66 F32 Z87 D64 I48 J44 E03 G47 M19 N39".split()  # noqa: SIM905
_MOST_COMMON, _FALL = 0.225, 0.35
_COMMON_IN_CORE = 0.2
_SMALLEST = 8
SYSTEM = "ehr"


@dataclass(frozen=True)
class Planting:
    """How patients are planted.

    Attributes:
        patients: in all.
        alone: share of them that belong to no group.
        present: chance of a member to have each code of its group's core (of which it has two at least).
        by_chance: codes that a member has besides, drawn from all categories, frequent ones more often.
    """

    patients: int
    alone: float = 0.2
    present: float = 0.8
    by_chance: int = 2
    seed: int = 20310301


@dataclass(frozen=True)
class Planted:
    """Profiles, and the planted group of each patient by uid; who belongs to none is a group of its own."""

    profiles: list[Profile]
    groups: dict[str, str]


def plant(planting: Planting) -> Planted:
    """Return patients: groups of Pareto sizes, cores of 3 to 6 categories that may overlap, and patients alone."""
    rng = Random(planting.seed)
    profiles, groups = [], {}
    for group, weights in _patients(rng, planting):
        name = str(len(profiles))
        patient = Patient(patient_uid(SYSTEM, name), name, SYSTEM)
        profiles.append(Profile(patient, _in_notes(rng, patient.uid, weights)))
        groups[patient.uid] = group
    return Planted(profiles, groups)


def _patients(rng: Random, planting: Planting) -> Iterator[tuple[str, Weights]]:
    grouped = round(planting.patients * (1 - planting.alone))
    made = group = 0
    while made < grouped:
        size = min(_size(rng, planting.patients), grouped - made)
        core = _core(rng)
        for _ in range(size):
            yield f"group {group}", _member(rng, core, planting)
        made, group = made + size, group + 1
    for at in range(planting.patients - grouped):
        yield f"alone {at}", _anybody(rng, {}, rng.randint(2, 6))


def _size(rng: Random, patients: int) -> int:
    return min(int(rng.paretovariate(1.0) * max(_SMALLEST, patients // 4000)), max(_SMALLEST, patients // 50))


def _core(rng: Random) -> list[str]:
    core: set[str] = set()
    wanted = rng.randint(3, 6)
    while len(core) < wanted:
        core.add(rng.choice(COMMON) if rng.random() < _COMMON_IN_CORE else _any_category(rng))
    return sorted(core)


def _member(rng: Random, core: list[str], planting: Planting) -> Weights:
    has = [name for name in core if rng.random() < planting.present]
    has = has if len(has) > 1 else rng.sample(core, 2)
    return _anybody(rng, {_code(rng, name): rng.uniform(0.5, 1) for name in has}, planting.by_chance)


def _anybody(rng: Random, weights: Weights, by_chance: int) -> Weights:
    for at, name in enumerate(COMMON):
        if rng.random() < _MOST_COMMON / (1 + at * _FALL):
            weights.setdefault(_code(rng, name), rng.uniform(0.2, 1))
    for _ in range(by_chance):
        weights.setdefault(_code(rng, _any_category(rng)), rng.uniform(0.2, 0.9))
    return {code: round(weight, 4) for code, weight in weights.items()}


def _in_notes(rng: Random, uid: str, weights: Weights) -> dict[str, Weights]:
    """Spread a patient's codes over three notes."""
    notes: dict[str, Weights] = {f"{at}{uid[1:]}": {} for at in range(3)}
    for code, weight in weights.items():
        notes[rng.choice(list(notes))][code] = weight
    return notes


def _any_category(rng: Random) -> str:
    names, weights = _categories()
    return rng.choices(names, cum_weights=weights)[0]


def _code(rng: Random, category: str) -> str:
    return rng.choice(_codes_of()[category])


@cache
def _categories() -> tuple[list[str], list[float]]:
    """Return all other categories, in an order by chance, with Zipf weights summed up."""
    names = sorted(_codes_of().keys() - set(COMMON))
    Random(1).shuffle(names)
    total, summed = 0.0, []
    for at in range(len(names)):
        total += 1 / (at + 10)
        summed.append(total)
    return names, summed


@cache
def _codes_of() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for code in codes():
        found.setdefault(code[:3], []).append(code)
    return found
