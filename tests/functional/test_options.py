"""Every way to every model: files in, checked summaries out, books closed; what a service does wrong costs no note."""

import json
from collections.abc import Sequence
from typing import Any

import pytest
from tests.functional.stack import Stack, envelope, queue_event

from notes_pipeline.core.options import OPTIONS

ENDPOINT = {"EndpointName": "ep", "InferenceMode": "online"}
LATER = ENDPOINT | {"EndpointKind": "async"}
WAYS: dict[str, dict[str, str]] = {
    "ours in jobs": {"SummarizerOption": "pegasus"},
    "ours online": {"SummarizerOption": "from-scratch", **ENDPOINT},
    "ours later": {"SummarizerOption": "gpt2", **LATER},
    "jurassic in jobs": {"SummarizerOption": "jurassic-2"},
    "jurassic online": {"SummarizerOption": "jurassic-2", **ENDPOINT},
    "cohere in jobs": {"SummarizerOption": "cohere-generate"},
    "cohere online": {"SummarizerOption": "cohere-generate", **ENDPOINT},
    "cohere later": {"SummarizerOption": "cohere-generate", **LATER},
    "flan in jobs": {"SummarizerOption": "flan-t5", "ModelDialect": "hf-seq2seq", "ModelId": "google/flan-t5-xl"},
    "bloom in jobs": {"SummarizerOption": "bloom", "ModelDialect": "text-generation", "ModelId": "bigscience/bloom"},
    "bloom online": {"SummarizerOption": "bloom", "ModelDialect": "text-generation", **ENDPOINT},
    "gpt2 in jobs": {"SummarizerOption": "gpt2", "ModelDialect": "jumpstart-text"},
    "bedrock": {"SummarizerOption": "bedrock"},
    "bedrock in jobs": {"SummarizerOption": "bedrock-batch", "BedrockBatchMinRecords": "2", "EndpointMaxNotes": "0"},
}
NOTES = (
    "note_id,patient_id,note\n1,p1,Fever and cough. Given fluids.\n2,p2,Chest pain. HR 120.\n3,p3,Left ankle pain.\n"
)
SUMMARIES = {"1": "Fever and cough.", "2": "Chest pain.", "3": "Left ankle pain."}
FOREIGN = [way for way in WAYS if not way.startswith("ours")]


def plan(stack: Stack, kind: str, times: int, containing: str = "") -> None:
    """Let whichever service answers do something wrong."""
    service = stack.bedrock.service if stack.option.startswith("bedrock") else stack.sagemaker.container
    service.faults.plan(kind, times, containing)


def summaries(stack: Stack) -> dict[str, str]:
    return {record["note_id"]: record["summary"] for record in stack.records("by_note/")}


def test_every_option_is_among_the_ways() -> None:
    assert {way["SummarizerOption"] for way in WAYS.values()} == set(OPTIONS)


@pytest.mark.parametrize("way", WAYS)
def test_files_in_checked_summaries_out_books_closed(aws: None, way: str) -> None:
    stack = Stack(**WAYS[way])
    stack.upload(stack.drop("ehr/a.csv", NOTES))
    stack.settle()
    assert summaries(stack) == SUMMARIES
    assert stack.books() == {"summarized": 3}
    assert all(record["evidence"] for record in stack.records("by_note/"))


@pytest.mark.parametrize("way", FOREIGN)
def test_a_record_says_which_model_and_prompt_made_it(aws: None, way: str) -> None:
    stack = Stack(**WAYS[way])
    stack.upload(stack.drop("ehr/a.txt", "Fever and cough."))
    stack.settle()
    (record,) = stack.records("by_note/")
    assert record["model"]["prompt"].startswith("clinical-summary-")
    assert record["model"]["name"] == WAYS[way].get("ModelId", record["model"]["name"])
    assert record["model"]["sha256"] == ""


def faulty(stack: Stack, kinds: Sequence[str], times: int) -> dict[str, dict[str, Any]]:
    """Settle a file with a note for each kind of fault, which meets it so often, and one that nothing happens to.

    Returns:
        The records, of summaries and of quarantine, by the kind that their notes met.
    """
    met = ["nothing", *kinds]
    rows = "".join(f"{kind},Met {kind} today. HR 120.\n" for kind in met)
    for kind in kinds:
        plan(stack, kind, times, f"Met {kind} today")
    stack.upload(stack.drop("ehr/a.csv", "note_id,note\n" + rows))
    stack.settle()
    quarantined = {met[record["source"]["record"] - 1]: record for record in stack.records("quarantine/")}
    found = {record["note_id"]: record for record in stack.records("by_note/")} | quarantined
    assert set(found) == set(met)
    assert sum(stack.books().values()) == len(met)
    return found


@pytest.mark.parametrize("way", FOREIGN)
def test_what_goes_wrong_once_comes_right(aws: None, way: str) -> None:
    found = faulty(Stack(**WAYS[way]), ["throttle", "server-error", "malformed", "empty", "other-record"], times=1)
    mixed_up = found.pop("other-record")
    assert {kind: record.get("summary") for kind, record in found.items()} == {
        kind: f"Met {kind} today." for kind in found
    }
    if mixed_up["summary"] != "Met other-record today.":
        # A family that does not tell what it answered: the checks against the note are what is left.
        assert (mixed_up["summary_kind"], mixed_up["needs_review"]) == ("extract", True)
        assert "ankle" in mixed_up["rejected"]["summary"]


@pytest.mark.parametrize("way", FOREIGN)
def test_what_goes_on_going_wrong_ends_that_note_alone_with_its_reason(aws: None, way: str) -> None:
    kinds = ["server-error", "malformed", "empty", "refusal"]
    found = faulty(Stack(**WAYS[way]), kinds, times=60)
    assert found.pop("nothing")["summary"] == "Met nothing today."
    assert [found[kind]["source"]["record"] for kind in kinds] == [2, 3, 4, 5]
    for record in found.values():
        assert record["stage"] == "inference"
        assert record["reason"].startswith(f"ehr/a.csv, record {record['source']['record']}: ")
        assert "Met" not in json.dumps(record)
    assert found["refusal"]["code"] == "Refused"
    assert found["empty"]["code"] == "EmptyAnswer"


def test_a_service_that_is_down_costs_no_note_and_is_asked_until_it_is_back(aws: None) -> None:
    stack = Stack(**WAYS["bedrock"])
    many = "".join(f"{number},Fever {number}.\n" for number in range(8))
    stack.upload(stack.drop("ehr/a.csv", "note_id,note\n" + many))
    plan(stack, "server-error", 8 * 6)
    for _ in range(6):
        stack.start()
        assert stack.books() == {"pending": 8}
    stack.settle()
    assert stack.books() == {"summarized": 8}


def test_what_the_time_does_not_allow_is_answered_in_the_next_round(aws: None, monkeypatch: pytest.MonkeyPatch) -> None:
    stack = Stack(**WAYS["bedrock"], OnlineTokensPerMinute="1000", OnlineConcurrency="1")
    stack.functions["BatchDueFunction"].environment["ONLINE_TOKENS_PER_MINUTE"] = "1"  # the second would wait for hours
    stack.upload(stack.drop("ehr/a.csv", NOTES))
    for done in (1, 2):
        stack.start()
        assert stack.take("BatchNowQueue")[-1] == {"reason": "more-to-answer"}
        assert stack.bedrock.called.count("converse") == done  # and nothing is asked twice
    stack.settle()
    assert summaries(stack) == SUMMARIES
    assert stack.bedrock.called.count("converse") == 3


def test_a_batch_that_was_planned_for_another_model_is_planned_anew(aws: None) -> None:
    stack = Stack(SummarizerOption="bedrock-batch", BedrockBatchMinRecords="1", EndpointMaxNotes="0")
    stack.upload(stack.drop("ehr/a.csv", NOTES))
    stack.bedrock.fail_next["create_model_invocation_job"] = ["ThrottlingException"]
    stack.start()
    variables = {"SUMMARIZER_OPTION": "pegasus", "MODEL_DIALECT": "chartbrief"}
    stack.functions["BatchDueFunction"].environment.update(variables)
    stack.settle()
    assert (stack.books(), len(stack.sagemaker.created), stack.bedrock.created) == ({"summarized": 3}, 1, [])


def test_a_lost_event_of_bedrocks_is_made_up_for(aws: None) -> None:
    stack = Stack(**WAYS["bedrock in jobs"])
    stack.upload(stack.drop("ehr/a.csv", NOTES))
    stack.start()
    stack.take("TransformFinishedQueue")
    stack.settle()
    assert stack.books() == {"summarized": 3}


def test_bedrocks_own_event_collects_its_job(aws: None) -> None:
    stack = Stack(**WAYS["bedrock in jobs"])
    stack.upload(stack.drop("ehr/a.csv", NOTES))
    stack.start()
    message = json.loads(envelope("transform_finished_bedrock")["Records"][0]["body"])
    message["detail"]["batchJobName"] = stack.bedrock.created[0]["jobName"]
    stack.invoke("TransformFinishedFunction", queue_event("transform_finished_bedrock", message))
    assert stack.books() == {"summarized": 3}
    (event,) = stack.take("TransformFinishedQueue")  # as the local service announced it, through the template's rule
    assert set(event["detail"]) == set(message["detail"])
