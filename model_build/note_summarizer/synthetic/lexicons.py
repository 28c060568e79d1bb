"""The open sets of entities: lists kept in `lexicon/`, and the titles of ICD-10-CM."""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass
from functools import cache
from importlib import resources

from note_summarizer.synthetic.partition import Split, keep

NAMES = (
    "activities",
    "allergens",
    "conditions",
    "consults",
    "drugs",
    "exam_findings",
    "family_history",
    "imaging_findings",
    "interventions",
    "normal_exam",
    "occupations_social",
    "procedures",
    "studies",
    "symptoms",
)
# Small or closed sets whose members are context rather than content: every split may use all of them.
_SHARED = frozenset({"activities", "family_history", "normal_exam", "occupations_social"})
_MAX_TITLE_WORDS = 9
_NOT_A_DIAGNOSIS = (
    "encounter",
    "personal history",
    "family history",
    "need",
    "exposure",
    "contact",
    "status",
)
_DANGLING = frozenset(["of", "in", "or", "and", "with", "without", "due", "to", "by", "from", "at", "the", "for", "on"])
_TITLE_NOISE = re.compile(
    r"(, |\b)(unspecified|initial encounter|subsequent encounter|sequela|not elsewhere classified|"
    r"accidental \(unintentional\)|without complications?|with routine healing)\b.*$",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class LabTest:
    """A laboratory test: the name a note uses, its unit, and the range (normal and not) its values come from."""

    name: str
    unit: str
    low: float
    high: float
    decimals: int


@cache
def read_lines(folder: str, name: str) -> tuple[str, ...]:
    """Return the non-empty lines of a packaged text file."""
    text = resources.files("note_summarizer.synthetic").joinpath(folder, f"{name}.txt").read_text("utf-8")
    return tuple(line.strip() for line in text.splitlines() if line.strip())


@cache
def entities(name: str, split: Split) -> tuple[str, ...]:
    """Return the entities of one lexicon that belong to a split (shared lexicons belong to all)."""
    lines = read_lines("lexicon", name)
    return lines if name in _SHARED else keep(lines, split)


@cache
def lab_tests() -> tuple[LabTest, ...]:
    """Return the laboratory tests; their names are a closed set, their values are not."""
    rows = [line.split("|") for line in read_lines("lexicon", "labs")]
    return tuple(LabTest(r[0], r[1], float(r[2]), float(r[3]), int(r[4])) for r in rows)


@cache
def icd_titles(split: Split) -> tuple[str, ...]:
    """Return short ICD-10-CM titles of a split, lower-cased, without coding boilerplate.

    Source: the ICD-10-CM table in the `simple-icd-10-cm` package.
    """
    with warnings.catch_warnings():
        # The package reads its table through an importlib function that Python has deprecated.
        warnings.simplefilter("ignore", DeprecationWarning)
        import simple_icd_10_cm as icd

    titles = (clean_title(icd.get_description(code)) for code in icd.get_all_codes(with_dots=True))
    return keep((title for title in titles if title), split)


def clean_title(title: str) -> str:
    """Cut coding boilerplate off an ICD-10-CM title; return "" for one that no clinician would write."""
    short = _TITLE_NOISE.sub("", title.split("[")[0].split("(")[0]).strip(" ,;").lower()
    words = short.split()
    if not 1 <= len(words) <= _MAX_TITLE_WORDS or "," in short or "other" in words or words[-1] in _DANGLING:
        return ""
    return "" if short.startswith(_NOT_A_DIAGNOSIS) or short.endswith("status") else short
