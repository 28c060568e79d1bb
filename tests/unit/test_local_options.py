"""The ways to summarize, as the console and the local cloud know them."""

import itertools
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

from chartbrief import options
from chartbrief.app import app
from chartbrief.cloud import DEFAULT_MODEL, DEFAULT_TEMPLATE, FieldNames, local_parameters
from chartbrief.errors import UsageError
from chartbrief.local_cloud import services
from chartbrief.local_cloud.template import Template, TemplateError
from chartbrief.options import DEFAULT_OPTION, local_option
from notes_pipeline.core.options import OPTIONS, option_facts


@pytest.fixture(autouse=True)
def trained(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in which all small models were made; ports are drawn without sockets."""
    for name in OPTIONS:
        (tmp_path / "models" / name / "served").mkdir(parents=True)
    monkeypatch.setattr(options, "_OPTION_MODELS", tmp_path / "models")
    ports = itertools.count(4001)
    monkeypatch.setattr(services, "free_port", lambda: next(ports))
    return tmp_path / "models"


def run(*arguments: object) -> Any:
    return CliRunner().invoke(app, ["run", *map(str, arguments)])


def parameters(name: str) -> dict[str, str]:
    return local_parameters(FieldNames(), local_option(name).parameters)


def made(name: str, **more: str) -> services.Services:
    return services.Services(local_option(name), Template(DEFAULT_TEMPLATE, parameters(name) | more).parameters)


def test_the_template_offers_the_same_options() -> None:
    class Loader(yaml.SafeLoader):
        """Reads CloudFormation's short intrinsics as nothing."""

    Loader.add_multi_constructor("!", lambda *_: None)
    declared = yaml.load(DEFAULT_TEMPLATE.read_text(), Loader)["Parameters"]["SummarizerOption"]
    assert declared["AllowedValues"] == list(OPTIONS)
    assert declared["Default"] == DEFAULT_OPTION


@pytest.mark.parametrize("name", OPTIONS)
def test_every_option_s_parameters_are_the_template_s(name: str) -> None:
    found = Template(DEFAULT_TEMPLATE, parameters(name)).parameters
    assert found["SummarizerOption"] == name
    # What stands in for a model is not called by the model's own name, and yet means the same to the pipeline.
    stands_in = local_option(name).is_stood_in_for
    assert found["ModelId"].startswith("local.") == stands_in
    known, named = option_facts(name), option_facts(name, found["ModelId"])
    assert known == named.model_copy(update={"identifier": known.identifier})


def test_a_value_that_the_template_does_not_allow_is_refused() -> None:
    with pytest.raises(TemplateError, match="none of pegasus"):
        Template(DEFAULT_TEMPLATE, {"SummarizerOption": "gpt5"})


def test_an_unknown_option_lists_those_there_are_and_nothing_is_started(tmp_path: Path) -> None:
    result = run(tmp_path, "--option", "gpt5", "--out", tmp_path / "out")
    assert result.exit_code == 2
    assert all(name in result.stderr for name in OPTIONS)
    assert not (tmp_path / "out").exists()


def test_a_model_that_was_not_made_yet_is_told_with_the_way_to_make_it(tmp_path: Path, trained: Path) -> None:
    (trained / "bloom" / "served").rmdir()
    result = run(tmp_path, "--option", "bloom", "--out", tmp_path / "out")
    assert (result.exit_code, "make train-options" in result.stderr) == (2, True)
    assert local_option("bloom", DEFAULT_MODEL).model == DEFAULT_MODEL
    with pytest.raises(UsageError):
        local_option("bloom")


@pytest.mark.parametrize("name", ["pegasus", "from-scratch", "flan-t5", "bloom", "gpt2"])
def test_our_own_models_are_served_by_our_own_server(name: str, trained: Path) -> None:
    _, executor, server = made(name).processes
    assert executor.command[1] == "chartbrief.local_cloud.executor"
    assert server.command[1] == "note_summarizer.serving"
    assert str(DEFAULT_MODEL if name == "pegasus" else trained / name / "served") in server.command


@pytest.mark.parametrize(("name", "dialect"), [("jurassic-2", "ai21-j2"), ("cohere-generate", "cohere-generate")])
def test_models_that_are_not_ours_are_stood_in_for_under_their_contract(name: str, dialect: str) -> None:
    _, _, server = made(name).processes
    said = " ".join(server.command)
    assert f"chartbrief.local_cloud.contracts --dialect {dialect}" in said
    assert f"--context-tokens {option_facts(name).context_tokens} --model {DEFAULT_MODEL}" in said


@pytest.mark.parametrize("name", OPTIONS)
def test_bedrock_runs_for_its_own_options_alone_and_nobody_else_answers_for_a_service(name: str) -> None:
    found = made(name)
    needs_bedrock = name.startswith("bedrock")
    assert [process.name for process in found.processes] == (
        ["moto", "bedrock"] if needs_bedrock else ["moto", "sagemaker", "model-server"]
    )
    urls = {service: found.environment[f"AWS_ENDPOINT_URL_{service}"] for service in ("SAGEMAKER", "BEDROCK")}
    assert urls["BEDROCK" if needs_bedrock else "SAGEMAKER"] == found.inference
    assert found.aws not in urls.values()
    assert urls["BEDROCK"] != urls["SAGEMAKER"]


def test_the_local_bedrock_has_the_template_s_minimum_and_the_catalogue_s_limits() -> None:
    _, batch = made("bedrock-batch").processes
    _, demand = made("bedrock").processes
    assert "--min-records 10" in " ".join(batch.command)
    assert "--min-records 100" in " ".join(demand.command)
    facts = option_facts("bedrock")
    assert f"--context-tokens {facts.context_tokens}" in " ".join(batch.command)
    assert f"--known-model {facts.identifier}" in " ".join(batch.command)


def test_an_asynchronous_endpoint_writes_where_the_template_says() -> None:
    _, executor, _ = made("pegasus", EndpointKind="async").processes
    assert executor.command[-1] == "s3://local-workbucket/batches/async"
    assert "batches/async" not in made("pegasus").processes[1].command[-1]


def test_help_says_what_runs_here_and_what_does_not() -> None:
    said = " ".join(run("--help").stdout.split())
    for words in ("bedrock-batch", "make train-options", "BedrockBatchMinRecords", "at least 100 records"):
        assert words in said
