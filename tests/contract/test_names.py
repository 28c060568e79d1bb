"""One name through five places: function, handler, settings, event, test. And the variables that connect them."""

import importlib
import json
from typing import Any

import pytest
from tests.contract.reading import FUNCTIONS, TEXT, document, of_type, read, snake

from chartbrief.cloud import CHECKOUT, FieldNames, local_parameters
from note_summarizer.deployment.names import NO_ENDPOINT, parameter_names
from notes_pipeline import settings
from notes_pipeline.core import identify
from notes_pipeline.core.formats.reading import ReadingRules

# What a library or the local cloud reads, not a handler.
NOT_SETTINGS = {"POWERTOOLS_SERVICE_NAME", "POWERTOOLS_METRICS_NAMESPACE", "AWS_ENDPOINT_URL"}


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_functions_name_runs_through_five_places(function: str) -> None:
    name = snake(function)
    assert FUNCTIONS[function]["Handler"] == f"notes_pipeline.handlers.{name}.lambda_handler"
    assert callable(importlib.import_module(f"notes_pipeline.handlers.{name}").lambda_handler)
    assert hasattr(settings, f"{function.removesuffix('Function')}Settings")
    assert (CHECKOUT / "events" / f"{name}.json").is_file()
    assert (CHECKOUT / "tests/functional" / f"test_{name}.py").is_file()


@pytest.mark.parametrize("function", FUNCTIONS)
def test_the_template_gives_exactly_the_variables_that_the_settings_read(function: str) -> None:
    variables = set(FUNCTIONS[function]["Environment"]["Variables"]) - NOT_SETTINGS
    model = getattr(settings, f"{function.removesuffix('Function')}Settings")
    assert variables == {name.upper() for name in model.model_fields}


def test_every_handler_and_every_settings_model_belongs_to_a_function() -> None:
    handlers = {path.stem for path in (CHECKOUT / "functions/notes_pipeline/handlers").glob("*.py")}
    assert handlers - {"__init__", "envelopes"} == {snake(function) for function in FUNCTIONS}
    models = {name for name in vars(settings) if name.endswith("Settings") and name != "Settings"}
    assert models == {f"{function.removesuffix('Function')}Settings" for function in FUNCTIONS}


def test_every_event_file_is_of_a_known_envelope() -> None:
    for path in (CHECKOUT / "events").glob("*.json"):
        event = json.loads(path.read_text())
        assert "Records" in event or event["source"] == "aws.scheduler", path
        assert "note" not in {key for record in event.get("Records", []) for key in json.loads(record["body"])}


def test_keys_and_job_names_begin_as_the_rules_and_policies_expect() -> None:
    rules = of_type("AWS::Events::Rule")
    keys = rules["NotesUploadedRule"]["EventPattern"]["detail"]["object"]["key"]
    assert keys == [{"prefix": identify.INCOMING}]
    names = rules["TransformFinishedRule"]["EventPattern"]["detail"]["TransformJobName"]
    prefix = identify.batch_id([])[:3]
    jobs = rules["BedrockFinishedRule"]["EventPattern"]["detail"]["batchJobName"]
    assert names == jobs == [{"prefix": prefix}]
    assert TEXT.count(f"transform-job/{prefix}*") == 2


@pytest.mark.parametrize("parameter", document()["Parameters"])
def test_a_parameter_is_described_bounded_and_used(parameter: str) -> None:
    body: dict[str, Any] = document()["Parameters"][parameter]
    assert len(body["Description"]) > 20
    assert {"AllowedPattern", "MinValue", "AllowedValues"} & set(body)
    # A field's name may be nearly anything; other patterns are explained to whoever misses them.
    assert "AllowedPattern" not in body or "ConstraintDescription" in body or parameter.endswith("Field")
    assert f"!Ref {parameter}" in TEXT or f"${{{parameter}}}" in TEXT
    groups = document()["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"]
    assert sum(parameter in group["Parameters"] for group in groups) == 1
    assert f"`{parameter}`" in read("docs", "operations.md")


def test_environments_name_only_parameters_of_the_template() -> None:
    for line in read("samconfig.toml").splitlines():
        if line.startswith("parameter_overrides"):
            given = line.split('"')[1].split()
            assert {pair.split("=")[0] for pair in given} <= set(document()["Parameters"])


def test_the_commands_parameters_exist_and_its_defaults_are_the_templates() -> None:
    parameters = document()["Parameters"]
    assert set(local_parameters(FieldNames())) <= set(parameters)
    names = ReadingRules()
    assert (names.note, names.note_id, names.patient_id) == tuple(
        parameters[name]["Default"] for name in ("NoteField", "IdField", "PatientField")
    )
    assert names.max_note_bytes == parameters["MaxNoteBytes"]["Default"]


def test_one_job_may_have_the_payloads_in_flight_that_the_service_allows() -> None:
    parameters = document()["Parameters"]
    assert parameters["MaxPayloadMB"]["Default"] * parameters["MaxConcurrentTransforms"]["Default"] <= 100


@pytest.mark.parametrize("stage", ["dev", "prod"])
def test_the_stack_reads_the_parameters_that_deploy_writes(stage: str) -> None:
    names = parameter_names(stage)
    defaults = {name: document()["Parameters"][name]["Default"] for name in ("ModelName", "EndpointName")}
    section = read("samconfig.toml").split(f"[{stage}.deploy.parameters]")[1].split("\n[")[0]
    (line,) = [line for line in section.splitlines() if line.startswith("parameter_overrides")]
    given = dict(pair.split("=", 1) for pair in line.split('"')[1].split())
    assert {**defaults, **given}.items() >= {"ModelName": names.model, "EndpointName": names.endpoint}.items()
    condition = {"Fn::Not": [{"Fn::Equals": [{"Ref": "EndpointName"}, NO_ENDPOINT]}]}
    assert document()["Conditions"]["HasEndpoint"] == condition
