"""Vital signs and laboratory values: free numbers, many ways to write them, one way to summarize them."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from note_summarizer.synthetic.lexicons import LabTest, lab_tests

_LINKS = (" ", " ", " ", ": ", " of ", " is ", " was ", " at ", "=")


@dataclass(frozen=True)
class Reading:
    """One value as the note writes it and as the summary writes it."""

    written: str
    summary: str


def vital_signs(rng: Random, count: int) -> list[Reading]:
    """Draw `count` different vital signs, in the order the note gives them."""
    makers = (
        _heart_rate,
        _blood_pressure,
        _respirations,
        _temperature,
        _saturation,
        _heart_rate,
        _blood_pressure,
    )
    extra = (_pain, _weight)
    chosen = list(dict.fromkeys(rng.sample(makers, k=len(makers))))[:count]
    if rng.random() < 0.15:
        chosen[-1] = rng.choice(extra)
    return [maker(rng) for maker in chosen]


def lab_values(rng: Random, count: int) -> list[Reading]:
    """Draw `count` laboratory results."""
    return [_lab(rng, test) for test in rng.sample(lab_tests(), k=count)]


def _link(rng: Random, label: str, value: str) -> str:
    return f"{label}{rng.choice(_LINKS)}{value}"


def _heart_rate(rng: Random) -> Reading:
    value = str(rng.randint(34, 199))
    label = rng.choice(("HR", "HR", "heart rate", "heart rate", "pulse", "P", "Pulse rate", "heart rate (bpm)"))
    unit = rng.choice(("", "", "", " bpm", " beats per minute", "/min"))
    return Reading(_link(rng, label, value + unit), f"HR {value}")


def _blood_pressure(rng: Random) -> Reading:
    systolic, diastolic = rng.randint(62, 239), rng.randint(30, 129)
    slash = rng.choice(("/", "/", "/", " over "))
    label = rng.choice(("BP", "BP", "blood pressure", "blood pressure", "B/P", "bp"))
    unit = rng.choice(("", "", "", " mmHg", " mm Hg"))
    return Reading(_link(rng, label, f"{systolic}{slash}{diastolic}{unit}"), f"BP {systolic}/{diastolic}")


def _respirations(rng: Random) -> Reading:
    value = str(rng.randint(7, 49))
    label = rng.choice(("RR", "RR", "respiratory rate", "respirations", "resp", "resp rate", "R"))
    unit = rng.choice(("", "", "", "/min", " breaths per minute"))
    return Reading(_link(rng, label, value + unit), f"RR {value}")


def _temperature(rng: Random) -> Reading:
    fahrenheit = rng.random() < 0.5
    number = rng.uniform(94.0, 105.9) if fahrenheit else rng.uniform(34.5, 41.2)
    value = f"{number:.1f}" if rng.random() < 0.85 else f"{number:.0f}"
    scale = rng.choice((" F", "F", " degrees F", "°F")) if fahrenheit else rng.choice((" C", "C", " degrees C", "°C"))
    unit = rng.choice(("", scale, " degrees"))
    label = rng.choice(("T", "temp", "temp", "temperature", "temperature", "Temp", "Tmax"))
    return Reading(_link(rng, label, value + unit), f"T {value}")


def _saturation(rng: Random) -> Reading:
    value = str(rng.randint(70, 100))
    label = rng.choice(
        (
            "SpO2",
            "SpO2",
            "O2 sat",
            "oxygen saturation",
            "sats",
            "saturation",
            "sat",
            "pulse ox",
            "pulse oximetry",
            "O2 sats",
        )
    )
    percent = rng.choice(("%", "%", "%", " %", " percent", ""))
    source = rng.choice(("", "", " on room air", " on RA", f" on {rng.randint(1, 6)} L", " on oxygen"))
    return Reading(_link(rng, label, f"{value}{percent}{source}"), f"SpO2 {value}%")


def _pain(rng: Random) -> Reading:
    value = str(rng.randint(1, 10))
    label = rng.choice(("pain", "pain score", "pain level"))
    scale = rng.choice(("/10", "/10", " out of 10"))
    return Reading(_link(rng, label, value + scale), f"pain {value}/10")


def _weight(rng: Random) -> Reading:
    value = f"{rng.uniform(3, 160):.1f}" if rng.random() < 0.5 else str(rng.randint(3, 160))
    return Reading(_link(rng, rng.choice(("weight", "Wt", "wt")), f"{value} kg"), f"weight {value} kg")


def _lab(rng: Random, test: LabTest) -> Reading:
    value = f"{rng.uniform(test.low, test.high):.{test.decimals}f}"
    unit = f" {test.unit}" if test.unit and rng.random() < 0.35 else ""
    return Reading(_link(rng, test.name, value + unit), f"{test.name} {value}")
