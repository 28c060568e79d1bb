"""Whatever stands in a resource, it ends as records that add up, and nothing is raised."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.fhir_examples import UUID, attachment, bundle, document, encoded, entry, narrative, read

from notes_pipeline.core.formats.parse_file import parse_file
from notes_pipeline.core.formats.reading import ReadingRules
from notes_pipeline.models import Reject

CODED = {"coding": [{"system": "http://loinc.org", "code": "11506-3", "display": "Progress note"}], "text": "x"}
SUBJECT = {"reference": UUID, "type": "Patient", "identifier": {"system": "urn:x", "value": "7"}}
RESOURCES: list[dict[str, Any]] = [
    document(
        contained=[{"resourceType": "Patient", "id": "p", "identifier": [{"value": "7"}]}],
        masterIdentifier={"value": "1"},
        subject=SUBJECT,
        type=CODED,
        content=[attachment("Slept.", size=6, hash="x"), {"attachment": {"url": "Binary/b", "title": "a.txt"}}],
        context={"encounter": [{"reference": "Encounter/e"}], "period": {"start": "2024"}},
    ),
    {
        "resourceType": "DiagnosticReport",
        "code": CODED,
        "subject": {"reference": "#p"},
        "conclusion": "Clear.",
        "presentedForm": [{"contentType": "text/html", "data": encoded("<p>Clear.</p>")}],
        "result": [{"reference": "Observation/o"}],
        "text": narrative("Clear."),
        "effectivePeriod": {"start": "2024-01-01"},
    },
    {
        "resourceType": "Composition",
        "section": [{"title": "A", "code": CODED, "text": narrative("B"), "section": [{"text": narrative("C")}]}],
    },
    {
        "resourceType": "Communication",
        "payload": [{"contentString": "A"}, {"contentAttachment": {"contentType": "text/plain", "data": "QQ=="}}],
        "note": [{"text": "B"}],
    },
    {
        "resourceType": "ClinicalImpression",
        "finding": [{"itemCodeableConcept": CODED, "basis": "x"}],
        "summary": "A",
        "note": [{"text": "B", "time": "2024"}],
    },
    {"resourceType": "Patient", "id": "p", "identifier": [{"type": CODED, "system": "urn:x", "value": "7"}]},
    {"resourceType": "Encounter", "id": "e", "subject": SUBJECT, "period": {"start": "2024"}},
    {"resourceType": "Binary", "id": "b", "contentType": "text/plain", "data": "QQ=="},
]
TEXTS = ("\ud83d", "#", "#p", "Patient/p", "urn:uuid:", "data:,x", "x" * 3000, "Bundle", "<div>", "\x00")
ODD = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(
        ["\ud83d", "#", "#p", "Patient/p", "urn:uuid:", "data:,x", "x" * 3000, "Bundle", "<div>", "\x00"]
    ),
    lambda below: st.lists(below, max_size=3) | st.dictionaries(st.sampled_from(["id", "text", "div"]), below),
    max_leaves=4,
)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    below = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [found for name, held in below for found in ((*path, name), *places(held, (*path, name)))]


def put(whole: Any, path: tuple[Any, ...], value: Any) -> None:
    for name in path[:-1]:
        whole = whole[name]
    whole[path[-1]] = value


@settings(max_examples=200)
@given(st.data())
def test_any_value_in_any_place_ends_as_records_that_add_up(data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from(["collection", "document", "history", "transaction"]))
    urls = {"fullUrl": UUID, "request": {"method": "PUT", "url": "Patient/p"}}
    whole = bundle(*(entry(copy.deepcopy(each), **urls) for each in RESOURCES), kind=kind)
    path = data.draw(st.sampled_from([path for path in places(whole) if path[0] == "entry" and len(path) > 2]))
    put(whole, path, data.draw(ODD))
    records = list(read(json.loads(json.dumps(whole))))
    assert [record.record for record in records] == list(range(1, len(records) + 1))
    assert len(records) == len(RESOURCES) or "Bundle" in json.dumps(whole["entry"])
    body = b"".join(json.dumps(each.get("resource")).encode() + b"\n" for each in whole["entry"])
    assert len(list(parse_file("incoming/ehr/a.ndjson", body, ReadingRules()))) == len(RESOURCES)


@pytest.mark.parametrize("depth", [100, 900, 100_000])
def test_deep_json_is_read_or_refused(depth: int) -> None:
    sections = '{"section":[' * depth + "]}" * depth
    body = f'{{"resourceType":"Composition","section":[{sections}]}}'.encode()
    for name in ("a.json", "a.ndjson"):
        (reject,) = parse_file(f"incoming/ehr/{name}", body + b"\n", ReadingRules())
        assert isinstance(reject, Reject)
        assert reject.code in ("NoText", "BrokenJson")


def test_a_resource_that_refers_to_itself_is_read() -> None:
    held = document(
        id="e1", subject={"reference": "#d"}, context={"encounter": {"reference": "#d"}}, contained=[document(id="d")]
    )
    assert len(read(bundle(entry(held, UUID), entry(held, UUID)))) == 2


def test_many_resources_with_one_id_take_no_longer() -> None:
    entries = [entry({"resourceType": "Patient", "id": "p", "identifier": [{"value": "7"}]}, UUID)] * 3000
    assert len(read(bundle(*entries))) == 3000


@pytest.mark.parametrize("text", ["/" * 50_000, "/_history" * 20_000, "A/" * 50_000, "Patient/" + "a" * 100_000])
def test_a_long_reference_takes_no_longer(text: str) -> None:
    assert len(read(bundle(entry(document(subject={"reference": text}), text)))) == 1
