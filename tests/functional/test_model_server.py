"""The model server over the shipped model: SageMaker's container contract, and what the engine promises of notes."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from tests.functional.server_contract import LONG, NOTE, ServerContract

from chartbrief.cloud import DEFAULT_MODEL
from note_summarizer.artifact import ArtifactError, load_artifact
from note_summarizer.engine import SummaryEngine
from note_summarizer.note_tokens import NoteTokenizer
from note_summarizer.serving.app import create_app
from note_summarizer.serving.limits import RequestLimits
from note_summarizer.serving.served_model import ServedModel


@pytest.fixture(scope="module")
def engine() -> SummaryEngine:
    return SummaryEngine.open(load_artifact(DEFAULT_MODEL), threads=1)


@pytest.fixture(scope="module")
def server(engine: SummaryEngine) -> Iterator[TestClient]:
    with TestClient(create_app(ServedModel.ready(engine), RequestLimits(payload_mb=1))) as client:
        yield client


class TestOverHttp(ServerContract):
    """The application, spoken to without a socket."""


def test_a_long_note_is_read_whole_in_parts(engine: SummaryEngine) -> None:
    short, long = engine.summarize([NOTE, LONG])
    assert short.parts == 1
    assert long.parts > 1
    pieces = NoteTokenizer(engine.artifact).pieces(LONG)
    assert long.input_tokens >= len(pieces)  # nothing was cut off: every part adds its own end of sequence


def test_an_answer_does_not_depend_on_its_company(engine: SummaryEngine) -> None:
    alone = engine.summarize([NOTE])
    assert engine.summarize([LONG, NOTE, "Fever."])[1] == alone[0]


def test_an_artifact_that_was_tampered_with_is_not_served(tmp_path: Path) -> None:
    with pytest.raises(ArtifactError, match=r"artifact\.json.*missing"):
        load_artifact(tmp_path)
    for file in DEFAULT_MODEL.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes() + (b"x" if file.name == "model.bin" else b""))
    with pytest.raises(ArtifactError, match="its hash differs"):
        load_artifact(tmp_path)


def test_the_shipped_model_is_small_enough_for_a_repository() -> None:
    folder = DEFAULT_MODEL.parent
    assert sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) <= 40_000_000
