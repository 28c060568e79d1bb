"""The documentation names what there is, and nothing that there is not."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import BaseModel
from tests.contract.reading import BUCKETS, FUNCTIONS, QUEUES, of_type, read

from chartbrief.cloud import CHECKOUT
from chartbrief.local_cloud.template import Template
from notes_pipeline.models import Status
from notes_pipeline.records import (
    Checks,
    CodeCandidate,
    Finding,
    FindingKind,
    NoteCodes,
    QuarantineRecord,
    Severity,
    SummaryRecord,
)

PAGES = sorted(p for p in [*CHECKOUT.glob("*.md"), *(CHECKOUT / "docs").rglob("*.md"), *CHECKOUT.glob("*/README.md")])
RESOURCE = re.compile(r"\b[A-Z][A-Za-z]+(?:Function|Queue|Bucket)\b")


def test_the_diagram_shows_every_function_queue_and_bucket_and_no_other() -> None:
    diagram = read("docs", "architecture.md").split("```mermaid")[1].split("```")[0]
    assert set(RESOURCE.findall(diagram)) == {*FUNCTIONS, *QUEUES, *BUCKETS}


@pytest.mark.parametrize("model", [SummaryRecord, QuarantineRecord, NoteCodes, CodeCandidate, Checks, Finding])
def test_the_data_contract_names_every_published_field(model: type[BaseModel]) -> None:
    contract = read("docs", "data-contract.md")
    assert [name for name in model.model_fields if f"`{name}`" not in contract] == []


def test_the_data_contract_names_every_status_and_reason() -> None:
    contract = read("docs", "data-contract.md")
    named: list[str] = [*Status, *FindingKind, *Severity]
    assert [value for value in named if f"`{value}`" not in contract] == []
    sources = "".join(p.read_text() for p in (CHECKOUT / "functions/notes_pipeline/core/formats").rglob("*.py"))
    codes = set(re.findall(r'(?:FileError|RecordError)\(\s*"(\w+)"', sources)) | {"FileVanished"}
    assert len(codes) > 10
    assert [code for code in sorted(codes) if f"`{code}`" not in contract] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(CHECKOUT)))
def test_links_and_make_targets_exist(page: Path) -> None:
    text = page.read_text("utf-8")
    links = [link.split("#")[0] for link in re.findall(r"\]\(([^)]+)\)", text) if "://" not in link]
    assert [link for link in links if link and not (page.parent / link).exists()] == []
    targets = set(re.findall(r"^([a-z][a-z-]*):", read("Makefile"), re.MULTILINE))
    assert (
        set(re.findall(r"`make ([a-z-]+)", text)) | set(re.findall(r"^make ([a-z-]+)", text, re.MULTILINE)) <= targets
    )


def test_the_readme_lists_every_target() -> None:
    targets = set(re.findall(r"^([a-z][a-z-]*):.*##", read("Makefile"), re.MULTILINE)) - {"help", "setup"}
    readme = read("README.md")
    assert [target for target in sorted(targets) if f"`make {target}`" not in readme] == []


def test_every_decision_says_what_why_and_what_else() -> None:
    decisions = sorted((CHECKOUT / "docs" / "decisions").glob("*.md"))
    assert [int(path.name[:4]) for path in decisions] == list(range(1, len(decisions) + 1))
    for path in decisions:
        text = path.read_text("utf-8")
        assert {"## Decision", "## Why", "## Instead of"} <= set(text.splitlines()), path.name


def test_the_example_of_another_consumer_is_a_template_that_listens_to_what_is_announced(tmp_path: Path) -> None:
    (example,) = re.findall(r"```yaml\n(AWSTemplateFormatVersion.*?)```", read("docs", "data-contract.md"), re.DOTALL)
    path = tmp_path / "consumer.yaml"
    path.write_text(example)
    linted = subprocess.run([Path(sys.executable).with_name("cfn-lint"), path], capture_output=True, text=True)
    assert (linted.returncode, linted.stdout) == (0, "")
    rule = Template(path, {"EventBusName": "bus"}).resources["WrittenRule"]["Properties"]
    assert rule["EventPattern"] == of_type("AWS::Events::Rule")["SummariesWrittenRule"]["EventPattern"]
