"""BatchDueFunction: what is due becomes jobs and endpoint calls, each once; lost events are made up for."""

import json

import pytest
from tests.functional.clock import later
from tests.functional.stack import Stack, envelope

NOTES = "note\nFever and cough.\nChest pain.\n"
WITH_ENDPOINT = {"EndpointName": "ep", "EndpointMaxNotes": "2"}


def statuses(stack: Stack) -> list[str]:
    return [row["status"] for row in stack.rows("BATCH#") if row["sk"] == "BATCH"]


@pytest.mark.parametrize("name", ["batch_due", "batch_now"])
def test_the_schedule_or_a_message_starts_a_job_over_a_manifest(stack: Stack, name: str) -> None:
    stack.upload(stack.drop("ehr/a.csv", NOTES))
    assert stack.invoke("BatchDueFunction", envelope(name)) == {"batchItemFailures": []}
    (job,) = stack.sagemaker.created
    (shard,) = stack.rows("SHARD#")
    manifest = json.loads(stack.objects("WorkBucket")[f"batches/{job['TransformJobName']}/manifest.json"])
    assert manifest == [{"prefix": f"s3://{stack.name('WorkBucket')}/"}, shard["key"]]
    assert job["TransformInput"]["SplitType"] == "Line"
    assert job["BatchStrategy"] == "MultiRecord"
    assert job["DataProcessing"]["JoinSource"] == "Input"
    assert (job["TransformJobName"], shard["batch_id"]) == (shard["batch_id"], job["TransformJobName"])
    assert statuses(stack) == ["running"]


def test_another_round_starts_nothing_again(stack: Stack) -> None:
    stack.upload(stack.drop("ehr/a.csv", NOTES))
    stack.start()
    stack.start()
    assert len(stack.sagemaker.created) == 1


def test_nothing_is_due_before_its_time(aws: None) -> None:
    stack = Stack(MaxWaitSeconds="3600")
    stack.upload(stack.drop("ehr/a.csv", NOTES))
    stack.start()
    assert stack.sagemaker.created == []
    assert statuses(stack) == []


@pytest.mark.parametrize("code", ["ThrottlingException", "ResourceLimitExceeded", "CapacityError"])
def test_a_refused_job_stays_planned_and_is_tried_again(stack: Stack, code: str) -> None:
    stack.upload(stack.drop("ehr/a.csv", NOTES))
    stack.sagemaker.fail_next["create_transform_job"] = [code]
    stack.start()
    assert statuses(stack) == ["planned"]
    stack.start()
    assert statuses(stack) == ["running"]


def test_large_backlogs_make_several_jobs(aws: None) -> None:
    stack = Stack(MaxNotesPerJob="2")
    stack.upload(*(stack.drop(f"ehr/{i}.csv", f"note\nFever {i}.\nCough {i}.\n") for i in range(3)))
    stack.start()
    assert len(stack.sagemaker.created) == 3


def test_few_notes_go_to_the_endpoint_and_look_like_a_jobs_output(aws: None) -> None:
    stack = Stack(**WITH_ENDPOINT)
    stack.upload(stack.drop("ehr/a.csv", NOTES))
    stack.start()
    assert stack.sagemaker.created == []
    ((key, body),) = [o for o in stack.objects("WorkBucket", "batches/").items() if o[0].endswith(".out")]
    lines = [json.loads(line) for line in body.splitlines()]
    assert all(set(line) == {"note_uid", "content_sha256", "SageMakerOutput"} for line in lines)
    assert stack.take("TransformFinishedQueue") == [{"batch_id": key.split("/")[1]}]


def test_an_endpoint_that_keeps_failing_gives_way_to_a_job(aws: None) -> None:
    stack = Stack(**WITH_ENDPOINT)
    stack.upload(stack.drop("ehr/a.csv", NOTES))
    stack.sagemaker.fail_next["invoke_endpoint"] = ["ModelError"] * 3
    for _ in range(3):
        stack.start()
        assert stack.sagemaker.created == []
    stack.start()
    assert len(stack.sagemaker.created) == 1


def test_a_busy_endpoint_is_asked_again(aws: None) -> None:
    stack = Stack(**WITH_ENDPOINT)
    stack.upload(stack.drop("ehr/a.csv", NOTES))
    stack.sagemaker.fail_next["invoke_endpoint"] = ["ThrottlingException"] * 4
    for _ in range(5):
        stack.start()
    assert statuses(stack) == ["running"]
    assert stack.sagemaker.created == []


def test_a_job_whose_event_was_lost_is_found(stack: Stack) -> None:
    stack.upload(stack.drop("ehr/a.csv", NOTES))
    stack.start()
    stack.take("TransformFinishedQueue")  # the event is lost
    stack.start()
    (job,) = stack.sagemaker.created
    assert stack.take("TransformFinishedQueue") == [{"batch_id": job["TransformJobName"]}]


@pytest.mark.parametrize("is_gone", [True, False], ids=["row-gone", "ended-without-them"])
def test_shards_whose_batch_is_gone_are_found_and_put_back(stack: Stack, is_gone: bool) -> None:
    stack.upload(stack.drop("ehr/a.csv", NOTES))
    stack.start()
    stack.take("TransformFinishedQueue")
    (row,) = [row for row in stack.rows("BATCH#") if row["sk"] == "BATCH"]
    if is_gone:
        key = {name: {"S": row[name]} for name in ("pk", "sk")}
        stack.session.client("dynamodb").delete_item(TableName=stack.name("LedgerTable"), Key=key)
    else:
        stack.change(row, status="finished", backlog="")
    stack.start()
    assert len(stack.sagemaker.created) == 1  # it may only be young
    with later(hours=2):
        stack.settle()
    assert (len(stack.sagemaker.created), stack.books()) == (2, {"summarized": 2})
