"""Packages made on the spot, unpacked as SageMaker does, and served by both servers."""

from __future__ import annotations

import os
import shutil
import sys
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

pytest.importorskip("torch", reason="these tests have environments of their own: make test-containers")

from tests.containers.toolkit_stack import PYTHON, Server, own_server, toolkit_server
from tests.model.seq2seq_checkpoints import write_bart, write_pegasus, write_t5

from note_summarizer.artifact import load_artifact, sha256_of
from note_summarizer.packaging.handler_code import ROOT
from note_summarizer.packaging.package_model import FLOAT32, Package, PackageOptions, package_model

DEMO = ROOT / "demo_model"


@dataclass(frozen=True)
class Case:
    """A kind of model, and how it is packaged.

    Attributes:
        converted: with a converted model beside it, which both servers then use.
    """

    kind: str
    converted: bool = False


@dataclass(frozen=True)
class Served:
    """One package behind both servers."""

    case: Case
    package: Package
    toolkit: Server
    own: Server


# The hub's own layout, byte-level pieces with a converted model, relative positions, and a model that needs a package.
CASES = (Case("pegasus"), Case("bart", converted=True), Case("t5"), Case("demo"))


def write_checkpoint(kind: str, folder: Path) -> Path:
    """A small model of a kind."""
    writers = {"bart": write_bart, "t5": write_t5, "demo": _write_demo}
    return writers[kind](folder) if kind in writers else write_pegasus(folder, weights="pytorch")


@pytest.fixture(scope="session", autouse=True)
def stack() -> None:
    """Skip where the stack cannot run."""
    if not PYTHON.exists():
        pytest.skip(f"{PYTHON} does not exist: make test-containers sets it up")
    if shutil.which("java") is None or not os.access("/etc", os.W_OK):
        pytest.skip("the model server needs Java, and writes its settings to /etc")


@pytest.fixture(scope="module", params=CASES, ids=lambda case: case.kind)
def served(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    case: Case = request.param
    base = tmp_path_factory.mktemp(case.kind)
    quantization = FLOAT32 if case.converted else None
    options = PackageOptions(
        str(write_checkpoint(case.kind, base / "source")), base / "model.tar.gz", "tiny", "1", quantization
    )
    package = package_model(options, datetime.now(UTC), lambda _: None, lambda _: None)
    with tarfile.open(package.archive) as archive:
        archive.extractall(base / "model", filter="data")
    with toolkit_server(base) as toolkit, own_server(sys.executable, base / "model", base) as own:
        yield Served(case, package, toolkit, own)


def _write_demo(folder: Path) -> Path:
    """The demonstration model's checkpoint, described as its converted form is: with items aligned to the note."""
    shutil.copytree(DEMO / "checkpoint", folder)
    weights = folder / "model.safetensors"
    served = load_artifact(DEMO / "served")
    replace(served, folder=folder, weights=weights.name, sha256=sha256_of(weights)).write()
    return folder
