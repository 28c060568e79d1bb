"""The executor's semantics one by one: what Batch Transform and endpoints really do with files and records."""

import gzip
import json
import threading
import time

import pytest
from botocore.exceptions import ClientError
from tests.functional.jobs import LINES, Jobs, lines
from tests.functional.stack import Session

from chartbrief.local_cloud.executor.errors import TransformFileError


def test_a_prefix_is_no_folder(jobs: Jobs) -> None:
    jobs.put(**{"note-1": lines("a."), "note-10": lines("b."), "note-2": lines("c.")})
    assert jobs.run(uri="s3://data/in/note-1")["TransformJobStatus"] == "Completed"
    assert sorted(jobs.out()) == ["note-1.out", "note-10.out"]


def test_a_manifest_names_exactly_its_files(jobs: Jobs) -> None:
    jobs.put(a=lines("a."), b=lines("b."), c=lines("c."))
    manifest = json.dumps([{"prefix": "s3://data/in/"}, "a", "c"])
    jobs.s3.put_object(Bucket="data", Key="x.manifest", Body=manifest.encode())
    jobs.run(uri="s3://data/x.manifest")
    assert sorted(jobs.out()) == ["a.out", "c.out"]


def test_a_failed_file_has_no_output_and_the_others_do(jobs: Jobs) -> None:
    jobs.put(good=lines("a.", "b."), bad=lines("a.", "POISON", "c."))
    job = jobs.run()
    assert job["TransformJobStatus"] == "Failed"
    assert job["FailureReason"].startswith("AlgorithmError")
    assert list(jobs.out()) == ["good.out"]


def test_a_failure_never_quotes_a_record(jobs: Jobs) -> None:
    jobs.put(bad=lines("POISON of zanzibar"))
    assert "zanzibar" not in repr(jobs.run())


def test_no_input_is_a_failed_job(jobs: Jobs) -> None:
    assert "No S3 objects" in jobs.run(uri="s3://data/nothing")["FailureReason"]


def test_records_share_requests_up_to_the_payload(jobs: Jobs) -> None:
    jobs.put(a=lines(*["x" * 300_000 + "."] * 8))
    jobs.run(MaxPayloadInMB=1, BatchStrategy="MultiRecord")
    assert jobs.container.requests == 3  # three records of 300 kB fit a megabyte
    assert len(jobs.out()["a.out"]) == 8


def test_single_record_makes_a_request_for_each(jobs: Jobs) -> None:
    jobs.put(a=lines("a.", "b.", "c."))
    jobs.run(BatchStrategy="SingleRecord")
    assert jobs.container.requests == 3


def test_requests_never_mix_files(jobs: Jobs) -> None:
    jobs.put(a=lines("a."), b=lines("b."))
    jobs.run()
    assert jobs.container.requests == 2


def test_a_record_over_the_payload_fails_its_file_alone(jobs: Jobs) -> None:
    jobs.put(large=lines("x" * 2_000_000), small=lines("a."))
    assert jobs.run(MaxPayloadInMB=1)["TransformJobStatus"] == "Failed"
    assert list(jobs.out()) == ["small.out"]


def test_no_more_requests_are_under_way_than_asked_for(jobs: Jobs) -> None:
    jobs.put(a=lines(*"abcdefgh"))
    under_way, most, lock = [0], [0], threading.Lock()

    def count() -> None:
        with lock:
            under_way[0] += 1
            most[0] = max(most[0], under_way[0])
        time.sleep(0.02)
        with lock:
            under_way[0] -= 1

    jobs.container.before_answer = count
    jobs.run(BatchStrategy="SingleRecord", MaxConcurrentTransforms=3)
    assert most[0] == 3


def test_a_job_spreads_over_instances_by_file(jobs: Jobs) -> None:
    jobs.put(a=lines(*"abcd"))
    threads: set[str] = set()
    jobs.container.before_answer = lambda: threads.add(threading.current_thread().name.rsplit("_", 1)[0])
    jobs.run(name="one", BatchStrategy="SingleRecord", instances=4)
    assert len(threads) == 1  # one file: one instance works, three are paid for
    jobs.put(b=lines(*"abcd"), c=lines(*"abcd"))
    threads.clear()
    jobs.run(name="two", BatchStrategy="SingleRecord", instances=4)
    assert len(threads) == 3


def test_a_request_is_tried_as_often_as_the_client_configuration_says(jobs: Jobs) -> None:
    jobs.put(a=lines("POISON"))
    jobs.run(ModelClientConfig={"InvocationsMaxRetries": 2})
    assert jobs.container.requests == 3


def test_join_and_filter_put_the_answer_beside_the_id(jobs: Jobs) -> None:
    jobs.put(a=lines("Fever. More."))
    jobs.run(DataProcessing={"JoinSource": "Input", "OutputFilter": "$['id','SageMakerOutput']"})
    (record,) = jobs.out()["a.out"]
    assert (record["id"], record["SageMakerOutput"]["summary_text"]) == (0, "Fever.")
    assert "inputs" not in record


def test_gzipped_input_is_unpacked(jobs: Jobs) -> None:
    jobs.s3.put_object(Bucket="data", Key="in/a.gz", Body=gzip.compress(lines("Fever. More.").encode()))
    jobs.run(input={"CompressionType": "Gzip"})
    assert jobs.out()["a.gz.out"][0]["summary_text"] == "Fever."


def test_a_name_is_taken_for_ever(jobs: Jobs) -> None:
    jobs.put(a=lines("a."))
    jobs.run()
    with pytest.raises(ClientError, match="must be unique"):
        jobs.run()


def test_unknown_models_jobs_and_endpoints_are_refused(jobs: Jobs) -> None:
    with pytest.raises(ClientError, match="Could not find model"):
        jobs.sagemaker.create_transform_job(**jobs.request(ModelName="other"))
    with pytest.raises(ClientError, match="Could not find requested job"):
        jobs.sagemaker.describe_transform_job(TransformJobName="other")
    with pytest.raises(ClientError, match="not found"):
        jobs.sagemaker.invoke_endpoint(EndpointName="other", Body=b"{}", ContentType=LINES, Accept=LINES)


def test_a_stopped_job_writes_nothing_more(jobs: Jobs) -> None:
    jobs.put(a=lines(*"abcd"))
    stop = lambda: jobs.sagemaker.stop_transform_job(TransformJobName="job")  # noqa: E731
    jobs.container.before_answer = lambda: jobs.container.requests == 2 and stop()
    job = jobs.run(BatchStrategy="SingleRecord", MaxConcurrentTransforms=1)
    assert job["TransformJobStatus"] == "Stopped"
    assert jobs.out() == {}


def test_an_ended_job_cannot_be_stopped(jobs: Jobs) -> None:
    jobs.put(a=lines("a."))
    jobs.run()
    with pytest.raises(ClientError, match="Completed"):
        jobs.sagemaker.stop_transform_job(TransformJobName="job")


def test_every_change_of_state_is_an_event_with_times_in_milliseconds(jobs: Jobs) -> None:
    sqs, events = Session().client("sqs"), Session().client("events")
    url = sqs.create_queue(QueueName="heard")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    events.put_rule(Name="heard", EventPattern=json.dumps({"source": ["aws.sagemaker"]}))
    events.put_targets(Rule="heard", Targets=[{"Id": "heard", "Arn": arn}])
    jobs.put(a=lines("a."))
    jobs.run()
    messages = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]
    details = [json.loads(message["Body"])["detail"] for message in messages]
    assert sorted(detail["TransformJobStatus"] for detail in details) == ["Completed", "InProgress"]
    ended = next(detail for detail in details if detail["TransformJobStatus"] == "Completed")
    assert abs(ended["TransformEndTime"] / 1000 - time.time()) < 60


def test_an_endpoint_answers_and_its_models_failure_is_a_model_error(jobs: Jobs) -> None:
    ask = {"EndpointName": "ep", "ContentType": LINES, "Accept": LINES}
    answer = jobs.sagemaker.invoke_endpoint(Body=lines("Fever. More.").encode(), **ask)["Body"].read()
    assert json.loads(answer)["summary_text"] == "Fever."
    with pytest.raises(ClientError) as refused:
        jobs.sagemaker.invoke_endpoint(Body=lines("POISON of zanzibar").encode(), **ask)
    assert refused.value.response["Error"]["Code"] == "ModelError"
    # As the service does, which quotes what the container says: nobody may log that message.
    assert "Received client error (400) from primary" in str(refused.value)
    with pytest.raises(ClientError):
        jobs.sagemaker.invoke_endpoint(Body=b"x" * 7_000_000, **ask)


def test_a_container_that_never_gets_ready_fails_the_job(jobs: Jobs, monkeypatch: pytest.MonkeyPatch) -> None:
    def never() -> None:
        raise TransformFileError("not ready")

    monkeypatch.setattr(jobs.container, "execution_parameters", never)
    jobs.put(a=lines("a."))
    assert jobs.run()["TransformJobStatus"] == "Failed"
