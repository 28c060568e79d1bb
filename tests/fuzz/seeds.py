"""The formats that are tried, with valid files of each, rendered of one made-up note, and odd ones written by hand."""

from collections.abc import Iterable

from note_summarizer.synthetic.rendering.chart_note import ChartNote
from note_summarizer.synthetic.rendering.formats import FORMATS as RENDERERS
from tests.fuzz import odd_seeds, structures
from tests.fuzz.checks import CANARIES
from tests.fuzz.mutate import Format, Restructure, Seed, change_words
from tests.fuzz.tokens import COMMON, TOKENS

_NAME, _PLACE, _DRUG, _NUMBER = CANARIES
NOTES = (
    ChartNote(
        text=f"{_NAME} has pain for 3 days.\nHR 80, T 38.2 °C. Sent by {_PLACE}.\n\nPlan: {_DRUG} 5 mg & rest.",
        note_id=f"{_NAME}-1",
        patient_id=_NUMBER,
        encounter_id=f"{_PLACE}-e",
        note_type="Progress note",
        authored_at="2031-05-02T14:20:00+00:00",
    ),
    ChartNote(text=f"{_DRUG} stopped.", note_id=f"{_NAME}-2", note_type=_PLACE, authored_at="2031-05-03"),
)


def _rendered(*names: str) -> tuple[Seed, ...]:
    return tuple(
        Seed(f"{name}{number}.{file.name.partition('.')[2]}", file.body)
        for name in names
        for number, file in enumerate(RENDERERS[name](NOTES))
    )


def _format(name: str, restructure: Restructure, rendered: Iterable[str], odd: Iterable[Seed] = ()) -> Format:
    tokens = (*COMMON, *(canary.encode() for canary in CANARIES), *TOKENS.get(name, ()))
    return Format(name, (*_rendered(*rendered), *odd), tokens, restructure)


_FHIR_JSON = [name for name in RENDERERS if name.startswith("fhir-") and name not in ("fhir-bulk", "fhir-xml")]
_ALL = (
    _format("text", change_words, ["text", "text-headed"], odd_seeds.TEXT),
    _format("csv", change_words, ["csv"], odd_seeds.CSV),
    _format("json", structures.change_json, ["json"], odd_seeds.JSON),
    _format("jsonl", structures.change_lines, ["jsonl"]),
    _format("fhir-json", structures.change_json, _FHIR_JSON, odd_seeds.FHIR_JSON),
    _format("fhir-ndjson", structures.change_lines, ["fhir-bulk"]),
    _format("fhir-xml", structures.change_markup, ["fhir-xml"], odd_seeds.FHIR_XML),
    _format("cda", structures.change_markup, ["cda", "cda-unstructured"], odd_seeds.CDA),
    _format("hl7", structures.change_message, [name for name in RENDERERS if name.startswith("hl7-")], odd_seeds.HL7),
    _format("html", structures.change_markup, ["html", "html-paragraphs"], odd_seeds.HTML),
    _format("rtf", change_words, ["rtf"], odd_seeds.RTF),
    _format("zip", structures.change_archive, ["zip"], odd_seeds.ZIP),
    _format("gzip", structures.change_gzip, ["gzip"]),
    _format("pdf", change_words, [], odd_seeds.PDF),
)
FORMATS = {form.name: form for form in _ALL}
