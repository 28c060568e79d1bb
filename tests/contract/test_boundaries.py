"""Imports point inward, nothing heavy reaches a function's zip or the served model, and sizes stay readable."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.contract.reading import FUNCTIONS, read

from chartbrief.cloud import CHECKOUT

PIPELINE = CHECKOUT / "functions" / "notes_pipeline"
SOURCES = sorted(p for root in ("functions", "model_build", "cli", "tests") for p in (CHECKOUT / root).rglob("*.py"))
HEAVY = {"torch", "transformers", "sagemaker", "ctranslate2", "tokenizers", "numpy", "datasets", "pandas"}
OURS_ELSEWHERE = {"note_summarizer", "chartbrief"}


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


def functions_longer_than(path: Path, lines: int) -> list[str]:
    tree = ast.parse(path.read_text("utf-8"))
    found = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    return [node.name for node in found if _length(node) > lines]


def _length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    body = node.body[1:] if ast.get_docstring(node) else node.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


@pytest.mark.parametrize("path", sorted(PIPELINE.rglob("*.py")), ids=lambda path: str(path.relative_to(PIPELINE)))
def test_the_pipeline_imports_nothing_heavy_and_only_inward(path: Path) -> None:
    found = set(imports(path))
    assert not {name.split(".")[0] for name in found} & (HEAVY | OURS_ELSEWHERE)
    layer = path.relative_to(PIPELINE).parts[0]
    outward = {
        "core": {"boto3", "botocore", "os", "time", "logging", "random", "aws_lambda_powertools"}
        | {f"notes_pipeline.{name}" for name in ("aws", "steps", "handlers", "settings", "observability")},
        "aws": {f"notes_pipeline.{name}" for name in ("steps", "handlers", "settings", "observability")} | {"os"},
        "steps": {"boto3", "botocore", "os"} | {f"notes_pipeline.{name}" for name in ("handlers", "settings")},
        "handlers": {"boto3", "botocore"},
    }.get(layer, {"boto3", "botocore", "os"})
    assert [name for name in found if any(name == o or name.startswith(f"{o}.") for o in outward)] == []


def test_serving_a_model_does_not_import_torch() -> None:
    code = "import note_summarizer.serving.app, note_summarizer.serving.__main__, sys; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not {"torch", "transformers", "sagemaker"} & set(loaded)


def test_only_the_function_with_the_layer_imports_pyarrow() -> None:
    code = "import sys, importlib; importlib.import_module(sys.argv[1]); print('pyarrow' in sys.modules)"
    found = {}
    for function, properties in FUNCTIONS.items():
        module = properties["Handler"].removesuffix(".lambda_handler")
        run = subprocess.run([sys.executable, "-c", code, module], capture_output=True, text=True, check=True)
        found[function] = run.stdout.strip() == "True"
    assert found == {function: "Layers" in properties for function, properties in FUNCTIONS.items()}


def test_the_function_that_reads_files_starts_without_the_libraries_that_read_one_format_each() -> None:
    code = "import notes_pipeline.handlers.notes_uploaded, sys; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not {"defusedxml", "pypdf", "striprtf"} & set(loaded)


def test_the_main_jobs_environment_has_no_torch() -> None:
    console = read("pyproject.toml").split("console = [")[1].split("]\n")[0]
    assert not any(name in console for name in ("torch", "transformers", "sagemaker"))
    assert ".venv-train" not in read("Makefile").split("\nrun:")[1].split(".PHONY: test-model")[0]


def test_a_functions_zip_is_asked_to_hold_little() -> None:
    wanted = [line.split("==")[0] for line in read("functions", "requirements.txt").splitlines() if "==" in line]
    readers = ["defusedxml"]
    assert sorted(wanted) == sorted(["aws-lambda-powertools", "pydantic", "tzdata", *readers])


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(CHECKOUT)))
def test_modules_and_functions_stay_short(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) <= 200
    assert functions_longer_than(path, 40) == []
