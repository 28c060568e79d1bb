"""The kinds of facts: for each, what fills the slots of its templates and which items it gives the summary."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import TYPE_CHECKING

from note_summarizer.synthetic.lexicons import entities
from note_summarizer.synthetic.summary_style import Category, Item, join_with_and
from note_summarizer.synthetic.surface import join_list
from note_summarizer.synthetic.vitals import Reading, lab_values, vital_signs

if TYPE_CHECKING:
    from note_summarizer.synthetic.facts import FactWriter

Slots = dict[str, str]
Filled = tuple[Slots, list[Item]]


def _nothing(_: FactWriter) -> Filled:
    return {}, []


def _listed(
    slot: str, lexicon: str, category: Category, form: str = "{}", most: int = 3
) -> Callable[[FactWriter], Filled]:
    def build(writer: FactWriter) -> Filled:
        found = writer.listed(lexicon, most)
        return {slot: join_list(found, writer.rng)}, [Item(category, form.format(text)) for text in found]

    return build


def _negated(*lexicons: str) -> Callable[[FactWriter], Filled]:
    def build(writer: FactWriter) -> Filled:
        found = writer.listed(writer.rng.choice(lexicons), most=4)
        return {"negated": join_list(found, writer.rng, conjunctions=(" or ", " and ", ", "))}, []

    return build


def _diagnosis(form: str = "{}") -> Callable[[FactWriter], Filled]:
    def build(writer: FactWriter) -> Filled:
        if writer.diagnoses and writer.rng.random() < 0.15:
            found = [writer.rng.choice(writer.diagnoses)]
        else:
            found = writer.listed("conditions", most=2, icd_odds=0.4)
            writer.diagnoses.extend(found if form == "{}" else [])
        return {"dx": join_list(found, writer.rng)}, [Item(Category.DIAGNOSIS, form.format(text)) for text in found]

    return build


def _history(writer: FactWriter) -> Filled:
    found = writer.listed("conditions", most=4, icd_odds=0.2)
    return {"history": join_list(found, writer.rng)}, [Item(Category.HISTORY, f"history of {join_with_and(found)}")]


def _drugs(writer: FactWriter) -> Filled:
    found = list(dict.fromkeys(writer.draw.drug() for _ in range(writer.rng.choice((1, 1, 2, 3)))))
    return {"drugs": join_list(found, writer.rng)}, [Item(Category.TREATMENT, text) for text in found]


def _stopped(writer: FactWriter) -> Filled:
    found = writer.listed("drugs", most=2)
    return {"drugs": join_list(found, writer.rng)}, [Item(Category.TREATMENT, f"{text} stopped") for text in found]


def _home_drugs(writer: FactWriter) -> Filled:
    return _drugs(writer)[0], []


def _imaging(writer: FactWriter) -> Filled:
    study, found = writer.draw.one("studies"), writer.listed("imaging_findings", most=2)
    text = f"{join_with_and(found)} on {study}"
    return {"study": study, "finding": join_list(found, writer.rng)}, [Item(Category.FINDING, text)]


def _imaging_normal(writer: FactWriter) -> Filled:
    study = writer.draw.one("studies")
    return {"study": study}, [Item(Category.FINDING, f"normal {study}")]


def _imaging_negative(writer: FactWriter) -> Filled:
    slots, _ = _negated("imaging_findings", "conditions")(writer)
    return {**slots, "study": writer.draw.one("studies")}, []


def _readings(
    slot: str, category: Category, make: Callable[[Random, int], list[Reading]], most: int
) -> Callable[[FactWriter], Filled]:
    def build(writer: FactWriter) -> Filled:
        readings = make(writer.rng, writer.rng.randint(1, most))
        separator = writer.rng.choice((", ", ", ", ", ", "; ", " "))
        written = separator.join(reading.written for reading in readings)
        if len(readings) > 1 and writer.rng.random() < 0.35:
            written = ", ".join(r.written for r in readings[:-1]) + ", and " + readings[-1].written
        return {slot: written}, [Item(category, reading.summary) for reading in readings]

    return build


def _consult(form: str) -> Callable[[FactWriter], Filled]:
    def build(writer: FactWriter) -> Filled:
        name = writer.draw.one("consults")
        return {"consult": name}, [Item(Category.COURSE, form.format(name))] if form else []

    return build


def _together(*builders: Callable[[FactWriter], Filled]) -> Callable[[FactWriter], Filled]:
    """Combine builders with different slots, for templates that state several facts in one sentence."""

    def build(writer: FactWriter) -> Filled:
        parts = [builder(writer) for builder in builders]
        slots = {slot: text for filled, _ in parts for slot, text in filled.items()}
        return slots, [item for _, items in parts for item in items]

    return build


def _shared(slot: str, lexicon: str) -> Callable[[FactWriter], Filled]:
    return lambda writer: (
        {slot: writer.draw.numbered(writer.rng.choice(entities(lexicon, writer.draw.split)))},
        [],
    )


_complaint = _listed("complaint", "symptoms", Category.COMPLAINT, most=2)
_symptoms = _listed("symptoms", "symptoms", Category.COMPLAINT)
_procedures = _listed("procedure", "procedures", Category.PROCEDURE, most=2)

KINDS: dict[str, Callable[[FactWriter], Filled]] = {
    "intro": _complaint,
    "intro_rich": _together(_complaint, _symptoms),
    "intro_history": _together(_history, _complaint),
    "intro_plain": _nothing,
    "complaint": _complaint,
    "symptoms": _symptoms,
    "denies": _negated("symptoms", "symptoms", "conditions"),
    "onset": _nothing,
    "history": _history,
    "allergy": _listed("allergen", "allergens", Category.ALLERGY, "allergic to {}", most=2),
    "no_allergy": _nothing,
    "home_meds": _home_drugs,
    "vitals": _readings("vitals", Category.VITAL_SIGN, vital_signs, most=5),
    "labs": _readings("labs", Category.LAB, lab_values, most=3),
    "exam": _listed("exam", "exam_findings", Category.FINDING),
    "exam_normal": _shared("normal", "normal_exam"),
    "imaging": _imaging,
    "imaging_diagnosis": _together(_imaging, _diagnosis()),
    "imaging_normal": _imaging_normal,
    "imaging_negative": _imaging_negative,
    "imaging_report": _listed("finding", "imaging_findings", Category.FINDING),
    "diagnosis": _diagnosis(),
    "diagnosis_possible": _diagnosis("possible {}"),
    "diagnosis_excluded": _negated("conditions"),
    "treatment": _drugs,
    "treatment_for": _together(_drugs, _diagnosis()),
    "stopped": _stopped,
    "procedure": _procedures,
    "procedure_for": _together(_procedures, _diagnosis()),
    "planned": _listed("procedure", "procedures", Category.PROCEDURE, "planned {}", most=2),
    "intervention": _listed("interventions", "interventions", Category.TREATMENT),
    "observation": _listed("exam", "exam_findings", Category.FINDING),
    "notified": _consult("{} notified"),
    "course": _consult(""),
    "filler": _nothing,
    "social": _shared("social", "occupations_social"),
    "family": _shared("family", "family_history"),
}
