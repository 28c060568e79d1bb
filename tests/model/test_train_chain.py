"""From a checkpoint of each open family to answers: trained, judged, packaged, converted, and asked."""

from __future__ import annotations

import json
import tarfile
from dataclasses import replace
from pathlib import Path

import pytest

pytest.importorskip("torch", reason="model tests have an environment of their own: make test-model")

from tests.model.learnt_by_heart import LESSONS, PAIRS, answers, learnt, write_repeated
from typer.testing import CliRunner

from chartbrief.app import app
from note_summarizer.artifact import load_artifact
from note_summarizer.backends import open_backend
from note_summarizer.convert import convert_checkpoint
from note_summarizer.engine import SummaryEngine
from note_summarizer.evaluation.rouge import rouge_rows
from note_summarizer.generation import Generation
from note_summarizer.note_tokens import NoteTokenizer
from note_summarizer.training.metrics_log import MetricsLog
from note_summarizer.training.run_folder import METRICS
from note_summarizer.training.train_model import Run

pytestmark = pytest.mark.filterwarnings("default")
SAID = [summary for _, summary in PAIRS]
PROMPTS = {"gpt2": ("", "\n\nTL;DR:"), "bloom": ("", "\n\nTL;DR:"), "flan-t5": ("summarize: ", "")}
ENDS = {"gpt2": "<|endoftext|>", "bloom": "</s>", "flan-t5": ""}


@pytest.fixture(scope="module", params=sorted(LESSONS))
def run(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Run:
    return learnt(tmp_path_factory.mktemp(request.param) / request.param, request.param)


def family(run: Run) -> str:
    return run.folder.parent.name


def test_it_says_what_it_was_taught(run: Run) -> None:
    artifact = load_artifact(run.model)
    assert (artifact.prompt_prefix, artifact.prompt_suffix) == PROMPTS[family(run)]
    assert artifact.end_token == ENDS[family(run)]
    assert answers(SummaryEngine.open(artifact, 1).summarize) == SAID


def test_it_is_packaged_in_int8_and_says_the_same_with_either_weights(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "model.tar.gz"
    done = CliRunner().invoke(app, ["model", "package", str(run.folder), "--int8", "--out", str(out), "--json"])
    assert done.exit_code == 0, done.output
    checks = json.loads(done.stdout.strip().splitlines()[-1])["checks"]
    assert [check["weights"] for check in checks] == ["ctranslate2/model.bin", "model.safetensors"]
    with tarfile.open(out) as archive:
        archive.extractall(tmp_path / "unpacked", filter="data")
    converted = load_artifact(tmp_path / "unpacked")
    assert (converted.prompt_prefix, converted.prompt_suffix) == PROMPTS[family(run)]
    assert answers(SummaryEngine.open(converted, 1).summarize) == SAID
    assert answers(SummaryEngine.open(converted.without_converted(), 1).summarize) == SAID


@pytest.mark.parametrize("beams", [1, 4])
def test_in_float32_the_converted_model_says_the_checkpoints_pieces(run: Run, tmp_path: Path, beams: int) -> None:
    artifact = load_artifact(run.model)
    limits = {"max_input_tokens": artifact.max_input_tokens, "max_output_tokens": artifact.max_output_tokens}
    converted = convert_checkpoint(
        run.model, tmp_path / "converted", name="tiny", version="1", quantization="float32", **limits
    )
    notes = [before + note for note, _ in PAIRS for before in ("", "Seen today. ", "Old notes say nothing of it. ")]
    read = [NoteTokenizer(artifact).pieces(note) for note in notes]
    search = replace(Generation.of(artifact), beam_size=beams)
    said = open_backend(artifact, 1).generate(read, search)
    assert len(set(map(tuple, said))) >= len(PAIRS)
    assert open_backend(converted, 1).generate(read, search) == said


def test_it_is_judged_better_than_where_it_started(run: Run, tmp_path: Path) -> None:
    models = [f"--model=before={run.folder.parent / 'checkpoint'}", f"--model=after={run.folder}"]
    test = write_repeated(tmp_path / "test.csv")
    command = ["model", "evaluate", "--test", str(test), *models, "--out", str(tmp_path / "report"), "--json"]
    done = CliRunner().invoke(app, command)
    assert done.exit_code == 0, done.output
    systems = {system["name"]: system for system in json.loads(done.stdout)["systems"]}
    before, after = (systems[name]["scores"]["rouge1"]["mean"] for name in ("before", "after"))
    assert after == 100 > 50 > before


def test_an_epochs_score_is_that_of_the_answers_that_the_engine_gives(run: Run) -> None:
    held_out = [pair.note for pair in run.prepared.splits.validation]
    said = answers(SummaryEngine.open(load_artifact(run.model), 1).summarize, held_out)
    best = run.record["best"]["epoch"]
    (row,) = (
        row for row in MetricsLog(run.folder / METRICS).rows() if row["epoch"] == best and "validation_rouge1" in row
    )
    scores = rouge_rows(SAID, said)
    for name in ("rouge1", "rougeL"):
        assert row[f"validation_{name}"] == pytest.approx(sum(scores[name]) / len(SAID), abs=1e-6)
