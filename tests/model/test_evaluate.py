"""Judging real models: each answers in a process of its own, beside floors, and is scored and compared."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

pytest.importorskip("torch", reason="model tests have an environment of their own: make test-model")

from tests.model.evaluated_pairs import CHECKPOINT, SERVED, pairs

from note_summarizer.artifact import load_artifact, sha256_of
from note_summarizer.engine import SummaryEngine
from note_summarizer.errors import CheckpointError, OptionsError
from note_summarizer.evaluation.judge_models import judge_models
from note_summarizer.evaluation.judgement import Judgement
from note_summarizer.evaluation.rouge import rouge_rows
from note_summarizer.evaluation.run_models import run_model
from note_summarizer.evaluation.score_answers import count_notes, total_scores
from note_summarizer.pairs.pair import Pair

# datasets and pyarrow leave files and forks behind that Python warns of.
pytestmark = pytest.mark.filterwarnings("default")


@pytest.fixture(scope="module")
def judged() -> tuple[Judgement, list[str]]:
    told: list[str] = []
    models = {"served": SERVED, "checkpoint": CHECKPOINT}
    found = judge_models(models, pairs(4), train=pairs(6, seed=8), threads=1, progress=told.append, resamples=100)
    return found, told


def test_rouge_is_that_of_the_package_on_hand_counted_text() -> None:
    rows = rouge_rows(["Chest pains resolved.", "a b c d"], ["chest pain", "d c b a"])
    assert rows["rouge1"] == pytest.approx([80.0, 100.0])
    assert rows["rouge2"] == pytest.approx([2 / 3 * 100, 0.0])
    assert rows["rougeL"] == pytest.approx([80.0, 25.0])
    assert rouge_rows(["x"], [""])["rougeLsum"] == [0.0]


def test_lsum_goes_sentence_by_sentence_and_l_does_not() -> None:
    rows = rouge_rows(["Fever since noon. Home today."], ["Home today. Fever since noon."])
    assert rows["rougeLsum"] == [100.0]
    assert rows["rougeL"] == pytest.approx([60.0])


def test_every_metric_counts_what_it_says() -> None:
    test = [Pair("HR one twenty, chest pain, given metoprolol 5 mg", "HR 120, chest pain, metoprolol.", 1)]
    counts = count_notes(test, ["HR 120, BP 90/60, chest pain, fever."])
    assert (counts["number_precision"].parts, counts["number_precision"].wholes) == ((100.0,), (3.0,))
    assert counts["number_recall"].value(0) == 100.0
    assert (counts["entity_precision"].parts, counts["entity_precision"].wholes) == ((100.0,), (2.0,))
    assert counts["entity_recall"].value(0) == 50.0
    assert (counts["words"].value(0), counts["compression"].value(0)) == (8.0, 9 / 8)
    assert counts["novel_1"].value(0) == pytest.approx(100 * 5 / 8)
    empty = total_scores(count_notes(test, [""]), resamples=10, seed=0)
    assert empty["number_precision"] is None
    assert empty["rouge1"] is not None
    assert empty["rouge1"].mean == 0


def test_models_answer_as_the_engine_does_and_say_what_it_took(judged: tuple[Judgement, list[str]]) -> None:
    found, _ = judged
    engine = SummaryEngine.open(load_artifact(Path(SERVED)), threads=1)
    expected = tuple(answer.summary_text for answer in engine.summarize([pair.note for pair in found.test]))
    run = found.system("served").run
    assert run.answers == expected
    assert run.notes_per_second > 0
    assert run.cpu_seconds is not None
    assert run.cpu_seconds > 0
    assert run.model == {
        "name": engine.artifact.name,
        "version": engine.artifact.version,
        "sha256": engine.artifact.sha256,
    }


def test_each_models_memory_is_its_own(judged: tuple[Judgement, list[str]]) -> None:
    served, torch = (judged[0].system(name).run.peak_bytes or 0 for name in ("served", "checkpoint"))
    # This process holds torch as well: a child that inherited its parent's peak would be as large.
    assert 30e6 < served < 300e6 < torch


def test_floors_stand_beside_and_all_are_compared(judged: tuple[Judgement, list[str]]) -> None:
    found, _ = judged
    assert [system.name for system in found.systems] == ["served", "checkpoint", "lead-1", "lead-3", "nearest"]
    assert found.system("nearest").run.answers[0] in {pair.summary for pair in pairs(6, seed=8)}
    assert found.comparison("checkpoint", "served").result.notes == 4
    assert found.comparison("served", "nearest", "rougeLsum").against == "nearest"
    assert not any(comparison.result.better for comparison in found.comparisons)  # four notes decide nothing


def test_progress_names_models_and_counts_and_no_text(judged: tuple[Judgement, list[str]]) -> None:
    found, told = judged
    assert "served: 4 of 4 notes" in told
    words = {word for pair in found.test for word in pair.note.split() if len(word) > 6}
    assert not words & set(" ".join(told).split())


def test_scores_hold_no_text(judged: tuple[Judgement, list[str]]) -> None:
    written = json.dumps(judged[0].as_json())
    assert not any(pair.summary[:30] in written or pair.note[:30] in written for pair in judged[0].test)


def test_test_notes_among_the_training_notes_are_told() -> None:
    test = pairs(2)
    found = judge_models({}, test, train=test, floors=["nearest"], resamples=20)
    assert any("2 of the 2 test notes are training notes too" in remark for remark in found.remarks)
    assert found.rare == ()
    scores = found.system("nearest").scores["rouge1"]
    assert scores is not None
    assert scores.mean == 100


def test_a_floor_may_be_named_as_a_model_and_a_neighbour_needs_training_pairs() -> None:
    found = judge_models({"first": "lead-1"}, pairs(2), floors=["nearest"], resamples=20, remarks=["Mind this."])
    assert [system.name for system in found.systems] == ["first"]
    assert found.remarks == (
        "Mind this.",
        "nearest is left out: it takes its answers from training pairs, so name their file with --train.",
    )


def test_a_model_that_does_not_load_is_told_with_its_name(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    good = load_artifact(Path(SERVED))
    for name in ("artifact.json", "tokenizer.json", "config.json", "shared_vocabulary.json"):
        (tmp_path / name).write_bytes((Path(SERVED) / name).read_bytes())
    (tmp_path / "model.bin").write_bytes(b"not a model")
    broken = replace(good, folder=tmp_path, sha256=sha256_of(tmp_path / "model.bin"))
    with pytest.raises(CheckpointError, match="mine: its process ended with status 1"):
        run_model("mine", broken, ["canary note"], threads=1)
    assert "canary" not in "".join(capfd.readouterr())


def test_all_models_are_looked_up_before_one_answers() -> None:
    told: list[str] = []
    with pytest.raises(CheckpointError, match="nowhere"):
        judge_models({"served": SERVED, "other": "./nowhere"}, pairs(1), progress=told.append)
    assert not any("loading" in line for line in told)


def test_a_baseline_that_is_not_judged_is_refused_before_anything_runs() -> None:
    with pytest.raises(OptionsError, match="'best' is not judged"):
        judge_models({"mine": "./nowhere"}, pairs(1), baseline="best")
