"""Distillation: a student recovers its teacher's ROUGE from pseudo-labels, and goes on after interruptions."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("torch", reason="model tests have an environment of their own: make test-model")

from tests.model.distillations import draw, run_distillation, train_teacher, write_pairs
from tests.model.training_runs import TRAINING_NOISE, Recorder

from note_summarizer.artifact import sha256_of
from note_summarizer.distillation import pseudo_labels
from note_summarizer.distillation.distill import PSEUDO_LABELS, inherited
from note_summarizer.distillation.judge_student import judge_student
from note_summarizer.distillation.options import parse_distill_options
from note_summarizer.distillation.pseudo_labels import TeacherAnswer, pseudo_pairs
from note_summarizer.distillation.shrink import write_student
from note_summarizer.engine import SummaryEngine
from note_summarizer.errors import DataError, OutputError
from note_summarizer.evaluation.rouge import rouge_rows
from note_summarizer.long_notes.read_note import NoteSummary
from note_summarizer.pairs import Pair
from note_summarizer.pairs.read_pairs import read_pairs
from note_summarizer.resolve_model import resolve_model
from note_summarizer.training.interruption import Interruption, TrainingInterruptedError
from note_summarizer.training.run_folder import MODEL

pytestmark = [pytest.mark.filterwarnings("default"), pytest.mark.filterwarnings(TRAINING_NOISE)]
TEST = tuple(draw(48, 4))
WEIGHTS = "model.safetensors"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a trained teacher, and data that it has not seen."""
    folder = tmp_path_factory.mktemp("distil")
    train_teacher(folder, epochs=10)
    write_pairs(folder / "train.csv", 12, 3)
    write_pairs(folder / "validation.csv", 6, 5)
    write_pairs(folder / "test.csv", 12, 4)
    write_pairs(folder / "more.csv", 150, 6, ("note",))
    return folder


def options(place: Path, **others: object) -> dict[str, Any]:
    files = {name: str(place / f"{name}.csv") for name in ("train", "validation", "test")}
    return {"teacher": str(place / "teacher"), **files, **others}


def rouge_of(model: Path, scratch: Path) -> float:
    engine = SummaryEngine.open(resolve_model(str(model), scratch), 1)
    answers = [found.summary_text for found in engine.summarize([note for note, _ in TEST])]
    rows = rouge_rows([summary for _, summary in TEST], answers)["rouge1"]
    return sum(rows) / len(rows)


def test_a_student_recovers_most_of_its_teachers_rouge_from_notes_without_summaries(
    place: Path, tmp_path: Path
) -> None:
    teacher = rouge_of(place / "teacher", tmp_path)
    write_student(str(place / "teacher"), tmp_path / "shrunk", decoder_layers=1)
    shrunk = rouge_of(tmp_path / "shrunk", tmp_path)
    asked = options(place, notes=[str(place / "more.csv")], labels="pseudo", epochs=14)
    recorder = Recorder()
    run = run_distillation(tmp_path / "run", recorder, **asked)
    student = rouge_of(tmp_path / "run", tmp_path)
    assert teacher > 80
    assert shrunk < 0.6 * teacher, "a student that needs no training proves nothing"
    assert student > 0.85 * teacher

    kept, _ = read_pairs(str(tmp_path / "run" / PSEUDO_LABELS))
    assert [pair.note for pair in kept] == [
        note for seed, count in ((3, 12), (6, 150)) for note, _ in draw(count, seed)
    ]
    known = run.record["distillation"]
    assert known["layers"] == {"encoder": [0, 1], "decoder": [0]}
    assert (known["pseudo_labels"], known["labels"]) == (162, "pseudo")
    assert known["teacher"]["sha256"] == sha256_of(place / "teacher" / MODEL / WEIGHTS)
    assert run.record["options"]["teacher"] == str(place / "teacher")
    assert {path.name for path in (tmp_path / "run").iterdir()} == {
        *("model", "metrics.jsonl", "run.json", "splits.json", "training.png", PSEUDO_LABELS)
    }

    judged = judge_student(run, parse_distill_options({**asked, "threads": 1}), recorder)
    assert [(s.name, s.spec) for s in judged.systems[:2]] == [
        ("teacher", str(place / "teacher")),
        ("student", str(run.model)),
    ]
    found = json.loads((tmp_path / "run" / "run.json").read_text())["student_against_teacher"]
    assert found["kept_percent"] > 85
    assert found["speed_up"] == pytest.approx(
        found["student_notes_per_second"] / found["teacher_notes_per_second"], rel=0.02
    )
    assert "times as fast" in recorder.told[-1]
    assert judged.baseline == "teacher"


class Answers:
    """Answers in the teacher's place: counts what it is asked, and can stop the run behind a call."""

    def __init__(self, stop_behind: int = -1, recorder: Any = None) -> None:
        self.asked: list[int] = []
        self._stop_behind, self._interruption = stop_behind, recorder

    def __call__(self, notes: Sequence[str]) -> list[NoteSummary]:
        self.asked.append(len(notes))
        if len(self.asked) == self._stop_behind:
            self._interruption.requested = True
        return [NoteSummary(f"about {note}", 1, 9, 1, 0, 0) for note in notes]


@pytest.mark.parametrize("torn", ["", '{"summary": "abo'])
def test_labelling_goes_on_behind_the_last_whole_call(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, torn: str
) -> None:
    monkeypatch.setattr(pseudo_labels, "CALL", 4)
    notes = [note * (1 + n % 3) for n, (note, _) in enumerate(draw(10, 1))]
    kept, stop = tmp_path / "kept", Interruption()
    first, second = Answers(2, stop), Answers()
    asked: dict[str, Any] = {"tell": lambda _: None}
    with pytest.raises(TrainingInterruptedError):
        pseudo_labels.answer_notes(notes, lambda: nullcontext(first), kept, interruption=stop, **asked)
    with kept.open("a") as file:
        file.write(torn)
    found = pseudo_labels.answer_notes(notes, lambda: nullcontext(second), kept, interruption=Interruption(), **asked)
    assert (first.asked, second.asked) == ([4, 4], [2])
    assert [answer.summary for answer in found] == [f"about {note}" for note in notes]
    again = pseudo_labels.answer_notes(notes, pytest.fail, kept, interruption=Interruption(), **asked)  # type: ignore[arg-type]
    assert again == found


def test_an_interrupted_distillation_ends_with_the_weights_of_an_uninterrupted_one(place: Path, tmp_path: Path) -> None:
    asked = options(place, notes=[str(place / "more.csv")], labels="both", dropout=0.1)
    whole = run_distillation(tmp_path / "whole", **asked)
    assert whole.record["settings"]["steps_per_epoch"] == 22  # 12 references and 162 answers, 8 at a time
    with pytest.raises(TrainingInterruptedError):
        run_distillation(tmp_path / "run", Recorder(terminate_at=24), **asked)
    assert (tmp_path / "run" / PSEUDO_LABELS).is_file()
    assert not (tmp_path / "run" / MODEL).exists()
    again = Recorder()
    run = run_distillation(tmp_path / "run", again, **asked)
    assert again.steps[0] == 24, "it must go on, not start over"
    assert sha256_of(run.model / WEIGHTS) == sha256_of(whole.model / WEIGHTS)
    assert json.loads((tmp_path / "run" / "splits.json").read_text())["train"] == list(range(1, 13))
    finished = Recorder()
    run_distillation(tmp_path / "run", finished, **asked)
    assert (finished.steps, "finished" in finished.told[-1]) == ([], True)
    with pytest.raises(OutputError, match="decoder_layers"):
        run_distillation(tmp_path / "run", **{**asked, "decoder_layers": 2})


def test_what_is_held_out_is_not_taught(place: Path, tmp_path: Path) -> None:
    held_out = next(note for note, _ in draw(6, 5))
    rows = ["note,patient_id", f'"{held_out}",', '"fever, of a patient who is held out",p1', '"fever, of another",p2']
    (tmp_path / "more.csv").write_text("\n".join(rows) + "\n")
    (tmp_path / "test.csv").write_text('note,summary,patient_id\n"rash, bed 9",Allergy.,p1\n')
    asked = options(
        place, test=str(tmp_path / "test.csv"), notes=[str(tmp_path / "more.csv")], labels="pseudo", epochs=1
    )
    recorder = Recorder()
    run_distillation(tmp_path / "run", recorder, **asked)
    kept, _ = read_pairs(str(tmp_path / "run" / PSEUDO_LABELS))
    assert [pair.note for pair in kept][12:] == ["fever, of another"]
    assert "2 further notes were left out: held out to judge by, or of a patient who is." in recorder.told


def test_notes_that_the_teacher_reads_in_parts_or_leaves_unanswered_get_no_label() -> None:
    notes = [Pair(f"note {n}", "of a person", n, f"p{n}") for n in range(4)]
    answers = [TeacherAnswer("A.", 1), TeacherAnswer("", 1), TeacherAnswer("B.", 2), TeacherAnswer("C.", 1)]
    pairs, remarks = pseudo_pairs(notes, answers)
    assert pairs == [Pair("note 0", "A.", 0, "p0"), Pair("note 3", "C.", 3, "p3")]
    assert [remark.split(":")[0] for remark in remarks] == [
        "1 of the teacher's 4 notes got no answer",
        "1 of the teacher's 4 notes are longer than its input",
    ]


def test_too_few_labels_are_told_before_training(place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        SummaryEngine, "summarize", lambda _, notes: [NoteSummary("Too long.", 2, 9, 1, 0, 0) for _ in notes]
    )
    with pytest.raises(DataError, match="leave 0 notes to train on: give it notes that fit its input"):
        run_distillation(tmp_path / "run", **options(place, labels="pseudo"))


def test_what_was_not_asked_for_is_as_the_teacher_has_it(place: Path, tmp_path: Path) -> None:
    teacher = resolve_model(str(place / "teacher"), tmp_path)
    bare = parse_distill_options({"teacher": "t", "train": "x.csv"}).training
    told = parse_distill_options({"teacher": "t", "train": "x.csv", "style": "items", "repetition_penalty": 1}).training
    assert teacher.repetition_penalty == 1.2
    for given, style, penalty in ((bare, teacher.style, 1.2), (told, "items", 1.0)):
        found = inherited(given, teacher, "student")
        assert (found.style, found.repetition_penalty, found.checkpoint) == (style, penalty, "student")
