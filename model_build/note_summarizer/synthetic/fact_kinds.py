"""The kinds of facts: for each, what fills the slots of its templates and which items it gives the summary."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from note_summarizer.synthetic.entities import EntityDraw
from note_summarizer.synthetic.lexicons import entities
from note_summarizer.synthetic.summary_style import Category, Item, join_with_and
from note_summarizer.synthetic.surface import join_list
from note_summarizer.synthetic.vitals import Reading, lab_values, vital_signs

Slots = dict[str, str]
Filled = tuple[Slots, list[Item]]


@dataclass
class NoteDraw:
    """The entities drawn for one note, from one split.

    Attributes:
        diagnoses: those drawn so far; a later fact may name one of them again.
    """

    draw: EntityDraw
    diagnoses: list[str] = field(default_factory=list)

    @property
    def rng(self) -> Random:
        """Return the generator all draws come from."""
        return self.draw.rng

    def listed(self, lexicon: str, most: int = 3, icd_odds: float = 0.0) -> list[str]:
        """Draw a list of entities."""
        return self.draw.several(lexicon, most, icd_odds)


def _nothing(_: NoteDraw) -> Filled:
    return {}, []


def _listed(
    slot: str, lexicon: str, category: Category, form: str = "{}", most: int = 3
) -> Callable[[NoteDraw], Filled]:
    def build(note: NoteDraw) -> Filled:
        found = note.listed(lexicon, most)
        return {slot: join_list(found, note.rng)}, [Item(category, form.format(text), (text,)) for text in found]

    return build


def _negated(*lexicons: str) -> Callable[[NoteDraw], Filled]:
    def build(note: NoteDraw) -> Filled:
        found = note.listed(note.rng.choice(lexicons), most=4)
        return {"negated": join_list(found, note.rng, conjunctions=(" or ", " and ", ", "))}, []

    return build


def _diagnosis(form: str = "{}") -> Callable[[NoteDraw], Filled]:
    def build(note: NoteDraw) -> Filled:
        if note.diagnoses and note.rng.random() < 0.15:
            found = [note.rng.choice(note.diagnoses)]
        else:
            found = note.listed("conditions", most=2, icd_odds=0.4)
            note.diagnoses.extend(found if form == "{}" else [])
        return {"dx": join_list(found, note.rng)}, [
            Item(Category.DIAGNOSIS, form.format(text), (text,)) for text in found
        ]

    return build


def _history(note: NoteDraw) -> Filled:
    found = note.listed("conditions", most=4, icd_odds=0.2)
    text = f"history of {join_with_and(found)}"
    return {"history": join_list(found, note.rng)}, [Item(Category.HISTORY, text, tuple(found))]


def _drugs(note: NoteDraw) -> Filled:
    found = list(dict.fromkeys(note.draw.drug() for _ in range(note.rng.choice((1, 1, 2, 3)))))
    return {"drugs": join_list(found, note.rng)}, [Item(Category.TREATMENT, text, (text,)) for text in found]


def _stopped(note: NoteDraw) -> Filled:
    found = note.listed("drugs", most=2)
    return {"drugs": join_list(found, note.rng)}, [
        Item(Category.TREATMENT, f"{text} stopped", (text,)) for text in found
    ]


def _home_drugs(note: NoteDraw) -> Filled:
    return _drugs(note)[0], []


def _imaging(note: NoteDraw) -> Filled:
    study, found = note.draw.one("studies"), note.listed("imaging_findings", most=2)
    text = f"{join_with_and(found)} on {study}"
    return {"study": study, "finding": join_list(found, note.rng)}, [Item(Category.FINDING, text, (*found, study))]


def _imaging_normal(note: NoteDraw) -> Filled:
    study = note.draw.one("studies")
    return {"study": study}, [Item(Category.FINDING, f"normal {study}", (study,))]


def _imaging_negative(note: NoteDraw) -> Filled:
    slots, _ = _negated("imaging_findings", "conditions")(note)
    return {**slots, "study": note.draw.one("studies")}, []


def _readings(
    slot: str, category: Category, make: Callable[[Random, int], list[Reading]], most: int
) -> Callable[[NoteDraw], Filled]:
    def build(note: NoteDraw) -> Filled:
        readings = make(note.rng, note.rng.randint(1, most))
        separator = note.rng.choice((", ", ", ", ", ", "; ", " "))
        written = separator.join(reading.written for reading in readings)
        if len(readings) > 1 and note.rng.random() < 0.35:
            written = ", ".join(r.written for r in readings[:-1]) + ", and " + readings[-1].written
        return {slot: written}, [Item(category, reading.summary) for reading in readings]

    return build


def _consult(form: str) -> Callable[[NoteDraw], Filled]:
    def build(note: NoteDraw) -> Filled:
        name = note.draw.one("consults")
        return {"consult": name}, [Item(Category.COURSE, form.format(name), (name,))] if form else []

    return build


def _together(*builders: Callable[[NoteDraw], Filled]) -> Callable[[NoteDraw], Filled]:
    """Combine builders with different slots, for templates that state several facts in one sentence."""

    def build(note: NoteDraw) -> Filled:
        parts = [builder(note) for builder in builders]
        slots = {slot: text for filled, _ in parts for slot, text in filled.items()}
        return slots, [item for _, items in parts for item in items]

    return build


def _shared(slot: str, lexicon: str) -> Callable[[NoteDraw], Filled]:
    return lambda note: (
        {slot: note.draw.numbered(note.rng.choice(entities(lexicon, note.draw.split)))},
        [],
    )


_complaint = _listed("complaint", "symptoms", Category.COMPLAINT, most=2)
_symptoms = _listed("symptoms", "symptoms", Category.COMPLAINT)
_procedures = _listed("procedure", "procedures", Category.PROCEDURE, most=2)

KINDS: dict[str, Callable[[NoteDraw], Filled]] = {
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
