"""From a model's outputs to what is known of each note, for our server and for others, in jobs and online."""

import json
from typing import Any

import pytest
from tests.unit.pipeline_examples import note, notes
from tests.unit.test_dialects import wrapped

from notes_pipeline.core.questions import Question, answered_lines, questions, refused_lines
from notes_pipeline.core.read_bedrock import read_bedrock_lines
from notes_pipeline.core.read_outputs import note_answer, read_outputs
from notes_pipeline.core.stage_notes import shard_body
from notes_pipeline.core.write_requests import bedrock_line, note_prompts, part_requests, transform_line
from notes_pipeline.models import Engine

J2 = Engine(
    option="jurassic-2", dialect="ai21-j2", model_id="j2", prompt="clinical-summary-1", context_tokens=2048,
    max_output_tokens=256,
)  # fmt: skip
CONVERSE = J2.model_copy(update={"option": "bedrock", "dialect": "bedrock-converse", "context_tokens": 100_000})
LONG = "Fever and cough, given fluids at noon. HR 120.\n" * 120


def j2(text: str, prompt: str) -> Any:
    return wrapped("ai21-j2", text) | {"prompt": {"text": prompt}}


def test_a_long_note_is_asked_in_parts_and_merged_with_each_sentence_once() -> None:
    prompts = note_prompts(J2, LONG)
    assert len(prompts) > 1
    outputs = {part: j2(f"Fever. HR 12{part}.", prompt) for part, prompt in enumerate(prompts)}
    answer = note_answer(J2, LONG, outputs)
    assert answer.said["summary_text"] == "Fever. " + " ".join(f"HR 12{part}." for part in range(len(prompts)))
    assert (answer.said["parts"], answer.said["model"]["name"]) == (len(prompts), "j2")
    assert answer.said["model"]["prompt"] == "clinical-summary-1"


def test_a_note_with_a_part_missing_is_unanswered() -> None:
    outputs = {part: j2("Fever.", prompt) for part, prompt in enumerate(note_prompts(J2, LONG)[1:], start=1)}
    assert note_answer(J2, LONG, outputs).missing == "NoAnswer"


def test_an_answer_to_another_prompt_is_unanswered() -> None:
    (mine,), (others,) = note_prompts(J2, "Fever."), note_prompts(J2, "Cough.")
    assert note_answer(J2, "Fever.", {0: j2("Fever.", mine)}).said
    assert note_answer(J2, "Fever.", {0: j2("Cough.", others)}).missing == "WrongRecord"


@pytest.mark.parametrize(
    ("output", "missing", "refused"),
    [
        ("not an object", "MalformedAnswer", ""),
        (wrapped("ai21-j2", ""), "EmptyAnswer", ""),
        (wrapped("ai21-j2", "I cannot help with that."), "", "Refused"),
        ({"error": {"code": "ModelError"}}, "", "ModelError"),
    ],
)
def test_what_may_come_right_is_asked_again_and_a_refusal_is_not(output: Any, missing: str, refused: str) -> None:
    answer = note_answer(J2, "Fever.", {0: output})
    assert (answer.missing, answer.refused) == (missing, refused)


def test_a_statement_that_was_cut_off_is_left_out_and_counted() -> None:
    output = wrapped("bedrock-converse", "Fever. Given fluids, BP 12", reason="max_tokens")
    said = note_answer(CONVERSE, "Fever.", {0: output}).said
    assert (said["summary_text"], said["dropped_statements"]) == ("Fever. Given fluids", 1)


@pytest.mark.parametrize("engine", [Engine(), J2])
def test_only_what_has_no_answer_is_asked(engine: Engine) -> None:
    given = notes(*(f"Fever {i}." for i in range(60)))
    shard = shard_body(given)
    asked = [key for question in questions(engine, shard, ()) for key in question.keys]
    assert asked == [(n.note_uid, n.content_sha256, 0) for n in given]
    left = list(questions(engine, shard, set(asked[:59])))
    assert [question.keys for question in left] == [(asked[59],)]


def test_questions_to_our_own_server_hold_25_notes() -> None:
    shard = shard_body(notes(*(f"Fever {i}." for i in range(60))))
    found = list(questions(Engine(), shard, ()))
    assert [len(question.keys) for question in found] == [25, 25, 10]
    assert b"".join(question.body for question in found) == shard


def test_lines_written_online_are_read_as_a_jobs() -> None:
    given = note(text="Fever.\u2028Cough.")
    question = Question(((given.note_uid, given.content_sha256, 1),), b"", 0)
    lines = (answered_lines(question, [{"text": "a\u2028b"}]) + b"rubbish\n[]\n").decode().split("\n")
    assert read_outputs(lines) == {(given.note_uid, given.content_sha256): {1: {"text": "a\u2028b"}}}
    refused = read_outputs(refused_lines(question, "ModelError").decode().split("\n"))
    assert refused == {(given.note_uid, given.content_sha256): {1: {"error": {"code": "ModelError"}}}}


def test_a_transform_line_carries_identity_beside_the_request() -> None:
    (request,) = part_requests(J2, shard_body([note(text="Fever.")]))
    line = json.loads(transform_line(request))
    assert set(line) == {"note_uid", "content_sha256", "part", "request"}
    assert line["request"]["prompt"] == request.prompt


def bedrock_record(given: Any, **changes: Any) -> dict[str, Any]:
    (request,) = part_requests(CONVERSE, shard_body([given]))
    record = json.loads(bedrock_line(request))
    return {**record, "modelOutput": wrapped("bedrock-converse", "Fever."), **changes}


def read_bedrock(given: Any, *records: Any) -> Any:
    lines = [record if isinstance(record, str) else json.dumps(record) for record in records]
    found = read_bedrock_lines(CONVERSE, shard_body([given]), lines)
    return found.get((given.note_uid, given.content_sha256), {}).get(0)


def test_bedrocks_records_are_found_by_their_id_which_is_letters_and_digits() -> None:
    given = note(text="Fever.")
    record = bedrock_record(given)
    assert record["recordId"].isalnum()
    assert len(record["recordId"]) == 32
    assert read_bedrock(given, "rubbish", {"recordId": "unknown"}, record) == record["modelOutput"]


def test_a_bedrock_record_with_another_notes_input_is_no_answer() -> None:
    given, other = note(text="Fever."), note(2, "Cough.")
    assert read_bedrock(given, bedrock_record(given, modelInput=bedrock_record(other)["modelInput"])) is None


@pytest.mark.parametrize(("status", "final"), [(400, True), (403, True), (408, False), (429, False), (500, False)])
def test_bedrocks_error_records_end_a_note_only_if_they_are_about_it(status: int, final: bool) -> None:
    given = note(text="Fever.")
    record = bedrock_record(given, error={"errorCode": status, "errorMessage": "Fever."})
    del record["modelOutput"]
    assert read_bedrock(given, record) == ({"error": {"code": f"Http{status}"}} if final else None)
