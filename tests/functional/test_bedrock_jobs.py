"""Batch jobs: their life, their files, their limits, and what they write."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError
from tests.functional.bedrock_jobs import BedrockJobs, conversation, lines

from chartbrief.local_cloud.bedrock import Limits

NOTES = ["Fever. Cough.", "Rash. Itch.", "Fall. Pain."]


@pytest.fixture
def bedrock(aws: None) -> BedrockJobs:
    made = BedrockJobs()
    made.put("a.jsonl", lines(NOTES))
    return made


def texts(records: list[dict[str, Any]]) -> dict[str, str]:
    return {r["recordId"]: r["modelOutput"]["output"]["message"]["content"][0]["text"] for r in records}


def code(error: pytest.ExceptionInfo[ClientError]) -> str:
    return str(error.value.response["Error"]["Code"])


def test_every_record_is_answered_in_another_order_beside_its_input(bedrock: BedrockJobs) -> None:
    job = bedrock.run()
    assert job["status"] == "Completed"
    written = bedrock.out(job)
    assert set(written) == {"a.jsonl.out", "manifest.json.out"}
    records = written["a.jsonl.out"]
    assert texts(records) == {"r0": "Fever.", "r1": "Rash.", "r2": "Fall."}
    assert [record["recordId"] for record in records] != ["r0", "r1", "r2"]
    assert records[0]["modelInput"] == conversation("Summarize. <note>Fall. Pain.</note>")
    counts = {"totalRecordCount": 3, "processedRecordCount": 3, "successRecordCount": 3, "errorRecordCount": 0}
    assert written["manifest.json.out"] == [{**counts, "inputTokenCount": 9, "outputTokenCount": 3}]
    assert {name: job[name] for name in counts} == counts


def test_every_input_file_has_an_output_file(bedrock: BedrockJobs) -> None:
    bedrock.put("more/b.jsonl", lines(["Burn. Hand."]))
    bedrock.put("readme.txt", b"no input")
    written = bedrock.out(bedrock.run())
    assert set(written) == {"a.jsonl.out", "more/b.jsonl.out", "manifest.json.out"}
    assert set(bedrock.out(bedrock.run(name="job-2", uri="s3://data/in/a.jsonl"))) == {
        "a.jsonl.out",
        "manifest.json.out",
    }


def test_a_record_that_the_model_does_not_take_has_an_error_and_costs_no_other(bedrock: BedrockJobs) -> None:
    bad = [{"recordId": "bad1", "modelInput": {"messages": []}}, {"recordId": "bad2", "modelInput": {"prompt": "x"}}]
    bedrock.put("b.jsonl", b"".join(json.dumps(record).encode() + b"\n" for record in bad))
    bedrock.faults.plan("throttle", containing="Rash")
    job = bedrock.run()
    assert (job["status"], job["errorRecordCount"], job["successRecordCount"]) == ("Completed", 3, 2)
    written = bedrock.out(job)
    errors = {r["recordId"]: r["error"] for r in written["a.jsonl.out"] + written["b.jsonl.out"] if "error" in r}
    assert {name: error["errorCode"] for name, error in errors.items()} == {"r1": 429, "bad1": 400, "bad2": 400}
    assert all(error["errorMessage"] for error in errors.values())


@pytest.mark.parametrize(
    ("body", "limits", "said"),
    [
        (lines(NOTES), Limits(), "3 records, fewer than the required minimum of 100"),
        (lines(NOTES), Limits(min_records=1, max_records=2), "3 records, over the maximum of 2"),
        (lines(NOTES), Limits(min_records=1, file_bytes=10), "over the limit of 10"),
        (lines(NOTES), Limits(min_records=1, job_bytes=10), "over the limit of 10 a job"),
        (b"zanzibar\n", Limits(min_records=1), "in/a.jsonl, line 1 is not valid JSON"),
        (lines(NOTES) + b'{"recordId": "x"}\n', Limits(min_records=1), "line 4 is not an object with a modelInput"),
        (b'{"recordId": "a-b", "modelInput": {}}\n', Limits(min_records=1), "not alphanumeric"),
    ],
)
def test_files_that_no_job_takes_fail_it_while_it_is_validated(
    aws: None, body: bytes, limits: Limits, said: str
) -> None:
    bedrock = BedrockJobs(limits)
    bedrock.put("a.jsonl", body)
    job = bedrock.run()
    assert job["status"] == "Failed"
    assert said in job["message"]
    assert "zanzibar" not in job["message"]
    assert bedrock.out(job) == {}


def test_a_place_that_is_not_there_fails_the_job(bedrock: BedrockJobs) -> None:
    assert "holds no file" in bedrock.run(uri="s3://data/nothing/")["message"]
    assert "cannot be read" in bedrock.run(name="job-2", uri="s3://nowhere/in/")["message"]


def test_a_record_without_an_id_gets_one(bedrock: BedrockJobs) -> None:
    bedrock.put("a.jsonl", json.dumps({"modelInput": conversation("<note>Fever. Cough.</note>")}).encode())
    (record,) = bedrock.out(bedrock.run())["a.jsonl.out"]
    assert record["recordId"].isalnum()


def test_a_name_is_taken_unless_the_same_request_comes_again(bedrock: BedrockJobs) -> None:
    first = bedrock.run(clientRequestToken="token1")
    again = bedrock.client.create_model_invocation_job(**bedrock.request(clientRequestToken="token1"))
    assert again["jobArn"] == first["jobArn"]
    for request in (bedrock.request(clientRequestToken="token2"), bedrock.request()):
        with pytest.raises(ClientError) as conflict:
            bedrock.client.create_model_invocation_job(**request)
        assert code(conflict) == "ConflictException"
    assert len(bedrock.client.created) == 1


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"name": "a" * 64}, "jobName"),
        ({"name": "-job"}, "jobName"),
        ({"roleArn": "arn:aws:local:role"}, "roleArn"),
        ({"timeoutDurationInHours": 23}, "timeoutDurationInHours"),
        ({"timeoutDurationInHours": 169}, "timeoutDurationInHours"),
        ({"uri": "https://data/in/"}, "s3Uri"),
        ({"uri": "s3://data/dt=1/"}, "s3Uri"),
        ({"modelInvocationType": "Chat"}, "modelInvocationType"),
        ({"modelInvocationType": "InvokeModel"}, "use Converse"),
        ({"surprise": 1}, "unknown field surprise"),
        ({"inputDataConfig": {}}, "inputDataConfig"),
    ],
)
def test_requests_are_held_against_the_service_s_own_model(
    bedrock: BedrockJobs, change: dict[str, Any], said: str
) -> None:
    with pytest.raises(ClientError) as refused:
        bedrock.client.create_model_invocation_job(**bedrock.request(**change))
    assert code(refused) == "ValidationException"
    assert said in str(refused.value)


def test_no_more_jobs_are_open_than_allowed(aws: None) -> None:
    bedrock = BedrockJobs(Limits(open_jobs=0, min_records=1))
    with pytest.raises(ClientError) as refused:
        bedrock.run()
    assert code(refused) == "ServiceQuotaExceededException"


def test_jobs_are_listed_page_by_page_by_state_and_name(bedrock: BedrockJobs) -> None:
    for name in ("cb-1", "cb-2", "other"):
        bedrock.run(name=name)
    listed = lambda **asked: bedrock.client.list_model_invocation_jobs(**asked)  # noqa: E731
    names = lambda page: [job["jobName"] for job in page["invocationJobSummaries"]]  # noqa: E731
    assert names(listed()) == ["other", "cb-2", "cb-1"]
    first = listed(nameContains="cb", maxResults=1)
    assert names(first) == ["cb-2"]
    assert names(listed(nameContains="cb", maxResults=1, nextToken=first["nextToken"])) == ["cb-1"]
    assert names(listed(statusEquals="Failed")) == []
    assert names(listed(sortOrder="Ascending"))[0] == "cb-1"
    with pytest.raises(ClientError):
        bedrock.client.get_model_invocation_job(jobIdentifier="000000000000")


def test_the_job_s_times_and_the_model_s_are_known(bedrock: BedrockJobs) -> None:
    bedrock.run()
    times = bedrock.client.service.times()
    assert (len(times["model"]), len(times["job"])) == (3, 1)
    assert not bedrock.client.service.busy()
