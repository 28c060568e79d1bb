"""Every family of seq2seq checkpoints is served as it is, and converted with equal answers."""

from dataclasses import replace
from pathlib import Path

import pytest

pytest.importorskip("torch", reason="model tests have an environment of their own: make test-model")

from tests.model.seq2seq_checkpoints import WRITERS, describe

from note_summarizer.artifact import ArtifactError, load_artifact
from note_summarizer.backends import open_backend
from note_summarizer.convert import convert_checkpoint, convert_weights, first_token
from note_summarizer.engine import SummaryEngine
from note_summarizer.errors import CheckpointError
from note_summarizer.generation import Generation
from note_summarizer.note_tokens import NoteTokenizer

# transformers and torch warn of themselves.
pytestmark = pytest.mark.filterwarnings("default")
NOTES = [
    "62 year old woman with chest pain. HR 120, BP 170/95. Given aspirin 325 mg.",
    "Fever and cough since Monday.",
    "Signs that no vocabulary has: 😀 中.",
    *(f"Patient has pain of {number} out of 10. " * 3 for number in range(5)),
]


@pytest.fixture(scope="module", params=sorted(WRITERS))
def checkpoint(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = WRITERS[request.param](tmp_path_factory.mktemp("kinds") / request.param)
    describe(folder).write()
    return folder


def test_a_converted_checkpoint_answers_as_the_checkpoint_in_every_search(checkpoint: Path, tmp_path: Path) -> None:
    engine = SummaryEngine.open(load_artifact(checkpoint), threads=1)
    converted = convert_checkpoint(
        checkpoint,
        tmp_path / "converted",
        name="tiny",
        version="1",
        max_input_tokens=engine.artifact.max_input_tokens,
        max_output_tokens=engine.artifact.max_output_tokens,
        quantization="float32",
    )
    fast = SummaryEngine.open(replace(load_artifact(converted.folder), style="prose"), threads=1)
    for beam, penalty in ((1, 1.0), (4, 0.0), (4, 0.6)):
        search = Generation(beam, 20, penalty, 1.0)
        expected = engine.summarize(NOTES, search)
        assert all(summary.summary_text for summary in expected)
        assert fast.summarize(NOTES, search) == expected


def test_a_request_may_ask_for_shorter_answers(checkpoint: Path) -> None:
    engine = SummaryEngine.open(load_artifact(checkpoint), threads=1)
    usual = engine.summarize(NOTES[:1])
    assert engine.summarize(NOTES[:1], Generation.of(engine.artifact)) == usual
    (short,) = engine.summarize(NOTES[:1], replace(Generation.of(engine.artifact), max_output_tokens=3))
    # The texts' lengths say nothing: of an answer that the limit cuts off, the engine leaves out what is not whole.
    assert 1 <= len(short.summary_text.split()) <= 3
    backend, read = open_backend(engine.artifact, threads=1), [NoteTokenizer(engine.artifact).pieces(NOTES[0])]
    (few,) = backend.generate(read, replace(Generation.of(engine.artifact), max_output_tokens=3))
    (many,) = backend.generate(read)
    assert len(few) <= 3 < len(many)


def test_barts_answers_begin_with_the_piece_they_have_to(tmp_path: Path) -> None:
    assert first_token(WRITERS["bart"](tmp_path / "bart")) == "<s>"
    assert first_token(WRITERS["t5"](tmp_path / "t5")) == ""


def test_a_kind_that_cannot_be_converted_is_told(tmp_path: Path) -> None:
    folder = WRITERS["t5"](tmp_path / "t5")
    config = folder / "config.json"
    config.write_text(config.read_text().replace('"t5"', '"switch_transformers"'))
    with pytest.raises(CheckpointError, match="cannot be converted"):
        convert_weights(folder, tmp_path / "out", "float32")
    assert not (tmp_path / "out").exists()


def test_the_checkpoint_is_served_where_ctranslate2_is_missing(
    checkpoint: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    artifact = describe(checkpoint)
    model = convert_weights(checkpoint, tmp_path / "converted", "float32")
    both = replace(
        artifact, weights="converted/model.bin", fallback_weights=artifact.weights, fallback_sha256=artifact.sha256
    )
    for file in (*checkpoint.iterdir(), model):
        place = tmp_path / "converted" / "model.bin" if file == model else tmp_path / file.name
        place.write_bytes(file.read_bytes())
    replace(both, folder=tmp_path, sha256="0" * 64).write()
    with pytest.raises(ArtifactError, match="its hash differs"):
        load_artifact(tmp_path)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert load_artifact(tmp_path) == replace(artifact, folder=tmp_path)
