"""Recorded answers: matched by id or by order, and every record that does not fit is named."""

import json
from pathlib import Path
from typing import Any

import pytest
from tests.unit.comparison_examples import pair

from note_summarizer.comparison.recorded import read_recorded
from note_summarizer.errors import DataError

SECRET = "Mrs Bloggs"
TEST = [pair(f"note {SECRET}", number, f"N{number}") for number in (1, 2, 3)]
NAMELESS = [pair("note", number) for number in (1, 2, 3)]


def write(tmp_path: Path, *records: dict[str, Any]) -> str:
    path = tmp_path / "answers.jsonl"
    path.write_text("".join(json.dumps(record) + "\n" for record in records))
    return str(path)


def test_ids_put_records_in_the_notes_order_and_others_are_left_aside(tmp_path: Path) -> None:
    rows = [{"id": f"N{number}", "summary": f"answer {number}"} for number in (3, 9, 1, 2)]
    assert read_recorded(write(tmp_path, *rows), TEST).texts == ("answer 1", "answer 2", "answer 3")


def test_without_ids_the_order_counts_and_the_first_notes_are_enough(tmp_path: Path) -> None:
    source = write(tmp_path, *({"summary": f"answer {number}"} for number in (1, 2, 3)))
    assert read_recorded(source, NAMELESS).texts == ("answer 1", "answer 2", "answer 3")
    assert read_recorded(source, NAMELESS[:2], in_file=3).texts == ("answer 1", "answer 2")


def test_what_an_answer_took_is_read(tmp_path: Path) -> None:
    row = {"summary": " fine ", "latency_seconds": "1.5", "input_tokens": 700, "output_tokens": "40", "cost": 0.001}
    (note,) = read_recorded(write(tmp_path, row), NAMELESS[:1]).notes
    assert (note.text, note.seconds, note.input_tokens, note.output_tokens, note.cost) == ("fine", 1.5, 700, 40, 0.001)


def test_a_failure_and_an_empty_summary_are_failures(tmp_path: Path) -> None:
    rows = [{"summary": "half a", "failure": "TimedOut"}, {"summary": "  "}, {"summary": None}]
    answers = read_recorded(write(tmp_path, *rows), NAMELESS)
    assert answers.texts == ("", "", "")
    assert answers.failures == {"EmptyAnswer": 2, "TimedOut": 1}
    assert answers.failed_places("EmptyAnswer") == [1, 2]


@pytest.mark.parametrize(
    ("records", "said"),
    [
        ([{"text": "x"}], "no column summary; it has text"),
        ([{"summary": "x"}] * 2, "holds 2 records without ids, and there are 3 notes; they differ from record 3 on"),
        ([{"summary": "x"}] * 4, "holds 4 records without ids, and there are 3 notes; they differ from record 4 on"),
        ([{"id": "N1", "summary": "x"}, {"id": "N1", "summary": "y"}], "records 1 and 2 have the same id"),
        ([{"id": "N1", "summary": "x"}, {"summary": "y"}], "id is empty in record 2"),
        ([{"id": "N1", "summary": "x"}], "no answer for records 2, 3 of the test notes"),
        (
            [{"id": "N1", "summary": 7}, *({"id": f"N{n}", "summary": "x"} for n in (2, 3))],
            "record 1: summary is not text",
        ),
        ([{"summary": "x", "cost": -1}] * 3, "record 1: cost is a number, 0 or more"),
        ([{"summary": "x", "latency_seconds": "soon"}] * 3, "record 1: latency_seconds is a number"),
        ([{"summary": "x", "latency_seconds": float("nan")}] * 3, "record 1: latency_seconds is a number"),
        ([{"summary": "x", "input_tokens": 1.5}] * 3, "record 1: input_tokens is a whole number"),
        ([{"summary": "x", "output_tokens": True}] * 3, "record 1: output_tokens is a number"),
        ([{"summary": "x", "failure": f"{SECRET} was not read"}] * 3, "record 1: failure is a code of letters"),
    ],
)
def test_what_does_not_fit_names_the_record_and_quotes_nothing(
    tmp_path: Path, records: list[dict[str, Any]], said: str
) -> None:
    with pytest.raises(DataError) as refused:
        read_recorded(write(tmp_path, *records), TEST)
    assert said in str(refused.value)
    assert SECRET not in str(refused.value)


def test_recorded_ids_need_ids_in_the_test_file(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="the test file has no id in records 1, 2, 3"):
        read_recorded(write(tmp_path, {"id": "N1", "summary": "x"}), NAMELESS)


def test_an_earlier_comparisons_answers_need_not_be_asked_for_again(tmp_path: Path) -> None:
    answers = [{"nova": {"summary": f"answer {n}", "latency_seconds": n, "failure": ""}, "ours": {}} for n in (1, 2, 3)]
    rows = [{"record": n, "id": None, "answers": found} for n, found in enumerate(answers, start=1)]
    source = write(tmp_path, *rows)
    found = read_recorded(source, NAMELESS, system="nova")
    assert (found.texts, found.notes[2].seconds) == (("answer 1", "answer 2", "answer 3"), 3)
    for name in ("", "flan"):
        with pytest.raises(DataError, match=r"it has nova, ours: write recorded:.*\?system=NAME"):
            read_recorded(source, NAMELESS, system=name)
    with pytest.raises(DataError, match="it is of no comparison"):
        read_recorded(write(tmp_path, {"summary": "x"}), NAMELESS[:1], system="nova")
