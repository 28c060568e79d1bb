"""The documentation names what there is, and nothing that there is not."""

import re
from pathlib import Path

import pytest
from tests.contract.reading import BUCKETS, FUNCTIONS, QUEUES, read

from chartbrief.cloud import CHECKOUT
from notes_pipeline.models import Status
from notes_pipeline.records import QuarantineRecord, SummaryRecord

PAGES = sorted(p for p in [*CHECKOUT.glob("*.md"), *(CHECKOUT / "docs").rglob("*.md"), *CHECKOUT.glob("*/README.md")])
RESOURCE = re.compile(r"\b[A-Z][A-Za-z]+(?:Function|Queue|Bucket)\b")


def test_the_diagram_shows_every_function_queue_and_bucket_and_no_other() -> None:
    diagram = read("docs", "architecture.md").split("```mermaid")[1].split("```")[0]
    assert set(RESOURCE.findall(diagram)) == {*FUNCTIONS, *QUEUES, *BUCKETS}


@pytest.mark.parametrize("model", [SummaryRecord, QuarantineRecord])
def test_the_data_contract_names_every_published_field(model: type[SummaryRecord] | type[QuarantineRecord]) -> None:
    contract = read("docs", "data-contract.md")
    assert [name for name in model.model_fields if f"`{name}`" not in contract] == []


def test_the_data_contract_names_every_status_and_reason() -> None:
    contract = read("docs", "data-contract.md")
    assert [status for status in Status if f"`{status}`" not in contract] == []
    sources = "".join(p.read_text() for p in (CHECKOUT / "functions/notes_pipeline/core/formats").glob("*.py"))
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
