"""What systems are called, which are compared, what a verdict says, and which references are rare."""

from pathlib import Path

import pytest

from note_summarizer.errors import OptionsError, OutputError
from note_summarizer.evaluation.bootstrap import PairedComparison
from note_summarizer.evaluation.compare_systems import Comparison, paired_systems
from note_summarizer.evaluation.evaluate_files import EvaluateOptions, evaluate_files
from note_summarizer.evaluation.judge_models import judge_models
from note_summarizer.evaluation.name_systems import check_floors, name_models
from note_summarizer.evaluation.report import SCORES
from note_summarizer.evaluation.score_answers import NoteCounts, rare_places
from note_summarizer.pairs.pair import Pair


def test_a_model_has_the_name_it_is_given_or_that_of_its_place() -> None:
    long = "s3://bucket/a/very/long/prefix/that/nobody/reads/run-7/model.tar.gz"
    found = name_models(["tuned=runs/a", "google/pegasus-xsum", "x = y", long])
    assert found == {
        "tuned": "runs/a",
        "google/pegasus-xsum": "google/pegasus-xsum",
        "x": "y",
        "run-7/model.tar.gz": long,
    }


def test_a_place_may_have_an_equals_sign(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "lr=1").mkdir()
    monkeypatch.chdir(tmp_path)
    assert name_models(["lr=1"]) == {"lr=1": "lr=1"}
    assert name_models(["runs/lr=1"]) == {"runs/lr=1": "runs/lr=1"}


@pytest.mark.parametrize("given", [["a=x", "a=y"], ["x", "x"], [""], ["a="], ["=x"]])
def test_a_name_is_there_and_given_once(given: list[str]) -> None:
    with pytest.raises(OptionsError, match="NAME=PLACE"):
        name_models(given)


def test_floors_exist_and_keep_their_names() -> None:
    with pytest.raises(OptionsError, match=r"lead-9.*choose among lead-1"):
        check_floors(["lead-9"], [])
    with pytest.raises(OptionsError, match="nearest is a floor's name"):
        check_floors(["nearest"], ["nearest"])
    check_floors(["lead-1"], ["nearest"])


def test_every_model_is_compared_with_the_baseline_and_with_every_floor() -> None:
    pairs = paired_systems(["base", "tuned"], ["lead-1", "lead-3"], "base")
    assert pairs[0] == ("tuned", "base")
    assert set(pairs[1:]) == {(model, floor) for model in ("base", "tuned") for floor in ("lead-1", "lead-3")}


def test_a_floor_can_be_the_baseline() -> None:
    assert paired_systems(["tuned"], ["lead-1", "lead-3"], "lead-1") == [
        ("tuned", "lead-1"),
        ("tuned", "lead-3"),
        ("lead-3", "lead-1"),
    ]
    assert paired_systems([], ["lead-1"], "lead-1") == []


@pytest.mark.parametrize(
    ("result", "verdict"),
    [
        ((6.1, 2.0, 10.4, 0.004, True, 16), "tuned beats base by 6.1 ROUGE-1 (95 % 2.0 to 10.4, p = 0.004)"),
        ((6.1, 2.0, 10.4, 0.0002, True, 16), "tuned beats base by 6.1 ROUGE-1 (95 % 2.0 to 10.4, p < 0.001)"),
        ((-6.1, -10.4, -2.0, 0.004, False, 16), "base beats tuned by 6.1 ROUGE-1 (95 % 2.0 to 10.4, p = 0.004)"),
        (
            (0.3, -1.2, 1.8, 0.7, False, 16),
            "tuned is 0.3 ROUGE-1 above base; the difference may be chance (95 % -1.2 to 1.8, p = 0.70)",
        ),
        (
            (-0.3, -1.8, 1.2, 0.7, False, 16),
            "tuned is 0.3 ROUGE-1 below base; the difference may be chance (95 % -1.8 to 1.2, p = 0.70)",
        ),
        (
            (9.0, 9.0, 9.0, 0.25, False, 3),
            "tuned is 9.0 ROUGE-1 above base; 3 notes cannot tell a difference from chance (at least 6 can)",
        ),
        ((0.0, 0.0, 0.0, 1.0, False, 16), "tuned and base have the same ROUGE-1 on every note"),
    ],
)
def test_a_verdict_is_a_sentence(result: tuple[float, float, float, float, bool, int], verdict: str) -> None:
    assert Comparison("tuned", "base", "rouge1", False, PairedComparison(*result)).verdict == verdict


def test_a_rare_reference_occurs_once_among_training_and_test() -> None:
    train = [Pair("a", "No known drug allergies.", 1), Pair("b", "Left knee injury.", 2)]
    test = [
        Pair("c", "no known  drug allergies", 1),
        Pair("d", "Chest pain.", 2),
        Pair("e", "Asthma.", 3),
        Pair("f", "asthma", 4),
    ]
    assert rare_places(test, train) == (1,)
    assert rare_places(test, []) == (0, 1)


def test_counts_of_some_notes_and_of_one() -> None:
    counts = NoteCounts((100.0, 0.0, 50.0), (2.0, 0.0, 1.0))
    assert counts.of([2, 0]) == NoteCounts((50.0, 100.0), (1.0, 2.0))
    assert [counts.value(place) for place in range(3)] == [50.0, None, 50.0]


def test_a_report_is_not_overwritten_and_nothing_is_read_for_it(tmp_path: Path) -> None:
    (tmp_path / SCORES).write_text("{}")
    with pytest.raises(OutputError, match=r"scores\.json.*--force"):
        evaluate_files(EvaluateOptions(test="not there", models={"a": "b"}, out=tmp_path))
    with pytest.raises(OutputError, match="is a file"):
        evaluate_files(EvaluateOptions(test="not there", models={"a": "b"}, out=tmp_path / SCORES))
    with pytest.raises(OptionsError, match="--limit 0"):
        evaluate_files(EvaluateOptions(test="not there", models={}, out=tmp_path / "new", limit=0))


def test_there_must_be_something_to_judge() -> None:
    pair = Pair("note", "summary", 1)
    with pytest.raises(OptionsError, match="no test notes"):
        judge_models({"a": "b"}, [])
    with pytest.raises(OptionsError, match="nothing to judge"):
        judge_models({}, [pair], floors=["nearest"])
    with pytest.raises(OptionsError, match="'best' is not judged: choose among a, lead-1"):
        judge_models({"a": "b"}, [pair], floors=["lead-1"], baseline="best")
