"""The catalogue of models: complete, consistent, sourced; every model of it can be planned for."""

import tomllib
from datetime import date
from pathlib import Path

import pytest

from notes_pipeline.core import options
from notes_pipeline.core.dialects import DIALECTS
from notes_pipeline.core.options import OPTIONS, CatalogueModel, load_catalogue, option_facts
from notes_pipeline.core.plan_routes import RouteChoices, plan_routes

CATALOGUE = load_catalogue()
MODELS = [pytest.param(model, id=f"{model.option} {model.identifier}") for model in CATALOGUE.model]
CHECKED = date.fromisoformat(CATALOGUE.checked)
# Of `bedrock-batch` there is none: the models are those of `bedrock`.
WITH_MODELS = [option for option in OPTIONS if option != "bedrock-batch"]


def test_the_file_has_only_keys_that_are_read() -> None:
    path = Path(options.__file__).with_name("catalogue.toml")
    raw = tomllib.loads(path.read_text("utf-8"))
    assert set(raw) == {"version", "checked", "model"}
    assert CATALOGUE.version == 1
    assert {key for model in raw["model"] for key in model} <= set(CatalogueModel.model_fields)


def test_every_option_has_models_and_one_default() -> None:
    assert {model.option for model in CATALOGUE.model} == set(WITH_MODELS)
    defaults = [model.option for model in CATALOGUE.model if model.default]
    assert sorted(defaults) == sorted(WITH_MODELS)


def test_no_model_is_listed_twice_for_an_option() -> None:
    named = [(model.option, model.identifier) for model in CATALOGUE.model]
    assert len(set(named)) == len(named)


@pytest.mark.parametrize("model", MODELS)
def test_a_model_is_consistent(model: CatalogueModel) -> None:
    assert model.dialect in DIALECTS
    assert (model.service == "bedrock") == (model.option == "bedrock") == model.dialect.startswith("bedrock-")
    assert model.licence
    assert model.source
    assert all(source.startswith("https://") and " " not in source for source in model.source)


@pytest.mark.parametrize("model", MODELS)
def test_what_is_over_says_since_when_or_why_not(model: CatalogueModel) -> None:
    if model.status_since:
        assert date.fromisoformat(model.status_since) <= CHECKED
    if model.status == "retired":
        assert model.status_since
    if model.status != "available":
        assert model.remark


@pytest.mark.parametrize("model", MODELS)
def test_a_successor_is_in_the_catalogue_or_in_the_remark(model: CatalogueModel) -> None:
    known = {other.identifier for other in CATALOGUE.model} - {model.identifier}
    assert not model.successor or model.successor in known or model.successor in model.remark


@pytest.mark.parametrize("model", CATALOGUE.of("bedrock"), ids=lambda model: model.identifier)
def test_of_every_model_on_bedrock_it_is_said_whether_it_takes_jobs(model: CatalogueModel) -> None:
    assert "Batch inference: " in model.remark


def test_the_default_on_bedrock_can_be_had_and_takes_jobs() -> None:
    default = CATALOGUE.find("bedrock", "auto")
    assert default
    assert default.status == "available"
    assert "Batch inference: yes" in default.remark


@pytest.mark.parametrize("model", MODELS)
def test_notes_fit_beside_the_prompt(model: CatalogueModel) -> None:
    facts = option_facts(model.option, model.identifier)
    assert (facts.identifier, facts.dialect) == (model.identifier, model.dialect)
    assert plan_routes(facts, RouteChoices()).engine.option == model.option


@pytest.mark.parametrize("option", ["flan-t5", "bloom", "gpt2"])
@pytest.mark.parametrize("dialect", ["hf-seq2seq", "text-generation", "jumpstart-text"])
def test_a_model_of_the_hub_may_be_prompted_instead_of_fine_tuned(option: str, dialect: str) -> None:
    engine = plan_routes(option_facts(option, dialect=dialect), RouteChoices()).engine
    assert engine.prompt
    assert engine.max_output_tokens < engine.context_tokens


def test_by_default_the_open_models_are_fine_tuned_and_read_the_note_alone() -> None:
    assert [option for option in WITH_MODELS if not option_facts(option).prompt] == [
        "pegasus",
        "from-scratch",
        "flan-t5",
        "bloom",
        "gpt2",
    ]
