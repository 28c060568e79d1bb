"""The JSON Schemas of the published records: current, and never less than the first ones (`first_schemas`) promised."""

import copy
import json
from collections.abc import Callable
from typing import Any

import jsonschema
import pytest
from tests.contract.reading import read
from tests.contract.schema_changes import broken_promises

from chartbrief.cloud import CHECKOUT
from chartbrief.record_schemas import PUBLISHED, record_schema, schema_file, schema_text

COMMAND = "python -m chartbrief.record_schemas docs/schemas"
# As version 1 of the records was first published. A file here is never changed.
FIRST = CHECKOUT / "tests" / "contract" / "first_schemas"


def first(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(schema_file(FIRST, name).read_text("utf-8"))
    return found


@pytest.mark.parametrize("name", PUBLISHED)
def test_a_schema_is_valid_and_as_the_model_gives_it(name: str) -> None:
    jsonschema.Draft202012Validator.check_schema(record_schema(name))
    assert read("docs", "schemas", f"{name}.schema.json") == schema_text(name), f"run {COMMAND}"


@pytest.mark.parametrize("name", PUBLISHED)
def test_readers_of_the_first_schema_can_read_on(name: str) -> None:
    assert broken_promises(first(name), record_schema(name)) == []


def _remove(schema: dict[str, Any]) -> None:
    del schema["properties"]["summary"]


def _rename(schema: dict[str, Any]) -> None:
    schema["properties"]["text"] = schema["properties"].pop("summary")


def _retype(schema: dict[str, Any]) -> None:
    schema["properties"]["parts"]["type"] = "string"


def _no_longer_nullable(schema: dict[str, Any]) -> None:
    schema["properties"]["patient_id"]["anyOf"].pop()


def _ask_for_more(schema: dict[str, Any]) -> None:
    schema["required"].append("evidence")


def _remove_inside(schema: dict[str, Any]) -> None:
    del schema["$defs"]["Finding"]["properties"]["note_span"]


def _remove_value(schema: dict[str, Any]) -> None:
    schema["$defs"]["Severity"]["enum"].remove("minor")


@pytest.mark.parametrize(
    "change",
    [_remove, _rename, _retype, _no_longer_nullable, _ask_for_more, _remove_inside, _remove_value],
    ids=lambda change: change.__name__.strip("_"),
)
def test_a_change_that_breaks_a_reader_is_noticed(change: Callable[[dict[str, Any]], None]) -> None:
    changed = copy.deepcopy(first("summary"))
    change(changed)
    assert broken_promises(first("summary"), changed) != []


def test_what_is_added_breaks_nothing() -> None:
    changed = copy.deepcopy(first("summary"))
    changed["properties"]["reviewed_by"] = {"type": "string"}
    changed["$defs"]["Reviewer"] = {"type": "object"}
    changed["$defs"]["FindingKind"]["enum"].append("allergy")
    changed["properties"]["summary"]["description"] = "said better"
    assert broken_promises(first("summary"), changed) == []


def test_a_reader_meets_unknown_fields_and_records_from_before_a_field() -> None:
    record = dict.fromkeys(record_schema("codes")["required"], "x")
    record |= {"schema_version": 1, "engine": "lexical", "of_a_later_release": True}
    jsonschema.validate(record, record_schema("codes"))
