"""The training job's container installs what the training code imports, in the versions that run here."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.contract.reading import read

from chartbrief.cloud import CHECKOUT

ROOT = CHECKOUT / "model_build"
PROJECT = tomllib.loads(read("pyproject.toml"))["project"]
EXTRAS = PROJECT["optional-dependencies"]
REQUIREMENTS = [line for line in read("model_build", "requirements.txt").splitlines() if line and line[0] != "#"]
# In the container's image, or installed by what is required: torch; transformers; boto3. CTranslate2 is asked for a
# converted model only, which a job does not train from.
COME_ALONG = {"torch", "safetensors", "botocore", "ctranslate2"}


def named(requirement: str) -> str:
    return re.split(r"[\[=<>~!]", requirement)[0].replace("-", "_")


def test_it_has_the_train_extra_without_torch_and_the_console() -> None:
    wanted = [line for line in EXTRAS["train"] if named(line) not in ("torch", "chartbrief")]
    assert [line for line in wanted if line not in REQUIREMENTS] == []
    pins = [*EXTRAS["train"], *EXTRAS["serve"], *EXTRAS["console"], *PROJECT["dependencies"]]
    assert [line for line in REQUIREMENTS if line not in pins or named(line) == "torch"] == []


@pytest.mark.parametrize("job", ["training", "distillation"])
def test_it_has_all_that_the_training_imports(job: str) -> None:
    found = {name for path in _reachable(f"note_summarizer.{job}.job") for name in _foreign(path)}
    assert {"transformers", "datasets"} <= found
    assert found - COME_ALONG - {named(line) for line in REQUIREMENTS} == set()


def _reachable(start: str) -> set[Path]:
    seen: set[Path] = set()
    waiting = [start]
    while waiting:
        path = _path(waiting.pop())
        if path and path not in seen:
            seen.add(path)
            waiting += [name for name in _imports(path) if name.startswith("note_summarizer")]
    return seen


def _foreign(path: Path) -> set[str]:
    tops = {name.split(".")[0] for name in _imports(path)}
    return tops - set(sys.stdlib_module_names) - {"note_summarizer"}


def _path(module: str) -> Path | None:
    base = ROOT / module.replace(".", "/")
    return next((path for path in (base.with_suffix(".py"), base / "__init__.py") if path.is_file()), None)


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
