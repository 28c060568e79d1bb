"""What is checked before anything starts, and what the console shares with the pipeline."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner, Result

from chartbrief.app import app
from chartbrief.cloud import DEFAULT_MODEL, DEFAULT_TEMPLATE, FIELD_NAME, FieldNames, local_parameters
from chartbrief.output_folder import logs_folder
from chartbrief.records import QuarantineView, SummaryView
from notes_pipeline.records import QuarantineRecord, SummaryRecord


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "note.txt").write_text("a note")
    return tmp_path / "notes"


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out"


def invoke(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


@pytest.mark.parametrize("command", [(), ("run",), ("show",)])
def test_help_tells_what_it_does(command: tuple[str, ...]) -> None:
    result = invoke(*command, "--help")
    assert result.exit_code == 0
    assert "Usage" in result.stdout


def test_a_missing_model_or_template_is_said_before_anything_starts(folder: Path, out: Path) -> None:
    (folder.parent / "template.yaml").touch()
    model = invoke("run", folder, "--out", out, "--template", folder.parent / "template.yaml", "--model", folder)
    assert model.exit_code == 2
    assert "artifact.json" in model.stderr
    template = invoke("run", folder, "--out", out, "--template", folder / "no.yaml")
    assert template.exit_code == 2
    assert "no.yaml" in template.stderr
    assert not out.exists()


@pytest.mark.parametrize(("view", "record"), [(SummaryView, SummaryRecord), (QuarantineView, QuarantineRecord)])
def test_what_the_console_reads_is_what_the_pipeline_writes(view: Any, record: Any) -> None:
    assert set(view.model_fields) <= set(record.model_fields)


def test_the_field_mapping_reaches_the_template_s_parameters() -> None:
    parameters = local_parameters(FieldNames(note="text", id="visit", patient="mrn"))
    assert (parameters["NoteField"], parameters["IdField"], parameters["PatientField"]) == ("text", "visit", "mrn")
    assert parameters["MaxWaitSeconds"] == "0"


def test_headers_and_charset_reach_the_template_s_parameters() -> None:
    parameters = local_parameters(FieldNames(headers="patient_id=MRN", encoding="cp1250"))
    assert (parameters["TextHeaders"], parameters["NoteEncoding"]) == ("patient_id=MRN", "cp1250")


@pytest.mark.parametrize("wrong", [("--text-headers", "mrn=MRN"), ("--note-encoding", "cp999999")])
def test_headers_and_charsets_that_are_none_are_refused_at_once(
    wrong: tuple[str, str], folder: Path, out: Path
) -> None:
    result = invoke("run", folder, "--out", out, "--model", DEFAULT_MODEL, *wrong)
    assert result.exit_code == 2
    assert "like patient_id=Patient ID" in result.stderr or "as Python calls it" in result.stderr
    assert not out.exists()


def test_fhir_documents_are_asked_of_the_template() -> None:
    asked = [local_parameters(FieldNames(), fhir=fhir)["FhirOutput"] for fhir in (False, True)]
    assert asked == ["no", "yes"]


def test_every_parameter_is_one_of_the_template_s_and_allowed_there() -> None:
    class Loader(yaml.SafeLoader):
        """Reads CloudFormation's short intrinsics as nothing."""

    Loader.add_multi_constructor("!", lambda *_: None)
    declared = yaml.load(DEFAULT_TEMPLATE.read_text(), Loader)["Parameters"]
    for name, value in local_parameters(FieldNames()).items():
        assert re.search(declared[name].get("AllowedPattern", ""), value), name
        if declared[name]["Type"] == "Number":
            assert declared[name]["MinValue"] <= int(value) <= declared[name]["MaxValue"]
    assert FIELD_NAME.pattern in declared["NoteField"]["AllowedPattern"]


def test_a_field_name_that_the_template_refuses_is_refused_at_once(folder: Path, out: Path) -> None:
    result = invoke("run", folder, "--out", out, "--model", DEFAULT_MODEL, "--note-field", "text,body")
    assert result.exit_code == 2
    assert "text,body" in result.stderr
    assert not out.exists()


def test_logs_lie_in_the_output_folder(out: Path) -> None:
    assert logs_folder(out) == out / ".chartbrief" / "logs"
