"""The executor's pure parts: JSONPath, requests and their refusals, mini-batches."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chartbrief.local_cloud.executor import mini_batches
from chartbrief.local_cloud.executor.errors import ServiceError, TransformFileError
from chartbrief.local_cloud.executor.json_paths import JsonPath
from chartbrief.local_cloud.executor.transform_request import TransformRequest, read_request

MEGABYTE = 1024 * 1024


def body(**changes: Any) -> dict[str, Any]:
    return {
        "TransformJobName": "job-1",
        "ModelName": "m",
        "TransformInput": {
            "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": "s3://in/a"}},
            "ContentType": "application/jsonlines",
            "SplitType": "Line",
        },
        "TransformOutput": {
            "S3OutputPath": "s3://out/p",
            "Accept": "application/jsonlines",
            "AssembleWith": "Line",
        },
        "TransformResources": {"InstanceType": "ml.m5.large", "InstanceCount": 1},
        **changes,
    }


def joining(**processing: str) -> TransformRequest:
    return read_request(body(DataProcessing={"JoinSource": "Input", **processing}))


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("$", {"a": {"b": [1, 2, 3]}, "c": 4}),
        ("$.a.b", [1, 2, 3]),
        ("$['c']", 4),
        ("$['a','c']", {"a": {"b": [1, 2, 3]}, "c": 4}),
        ("$.a.b[0]", 1),
        ("$.a.b[1:]", [2, 3]),
    ],
)
def test_json_paths_select(path: str, found: object) -> None:
    assert JsonPath(path, "f").apply({"a": {"b": [1, 2, 3]}, "c": 4}) == found


@pytest.mark.parametrize("path", ["$.x", "$['a','x']", "$.a[0]"])
def test_a_json_path_to_nothing_raises(path: str) -> None:
    with pytest.raises(LookupError):
        JsonPath(path, "f").apply({"a": 1})


@pytest.mark.parametrize("path", ["a.b", "$..a", "$.a[?(@.b)]", "$." + "a" * 62])
def test_json_paths_that_the_service_refuses_are_refused(path: str) -> None:
    with pytest.raises(ServiceError):
        JsonPath(path, "f")


@pytest.mark.parametrize(
    "changes",
    [
        {"TransformJobName": "x" * 64},
        {"TransformJobName": "under_score"},
        {"TransformResources": {"InstanceType": "ml.m5.large"}},
        {"MaxPayloadInMB": 101},
        {"MaxPayloadInMB": 60, "MaxConcurrentTransforms": 2},
        {"BatchStrategy": "Often"},
        {"ModelClientConfig": {"InvocationsTimeoutInSeconds": 3601}},
        {"ModelClientConfig": {"InvocationsMaxRetries": 4}},
        {"DataProcessing": {"JoinSource": "Input", "OutputFilter": "$" + "a" * 63}},
        {"TransformOutput": {"S3OutputPath": "somewhere"}},
    ],
)
def test_requests_that_the_service_refuses_are_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(ServiceError) as refused:
        read_request(body(**changes))
    assert refused.value.code == "ValidationException"


def test_a_requests_defaults_are_the_services() -> None:
    request = read_request(body())
    assert (request.timeout, request.retries, request.strategy, request.max_payload_mb) == (600, 0, None, None)


@given(st.lists(st.integers(1, MEGABYTE - 1), max_size=12))
def test_packed_records_keep_their_order_and_the_payload_its_limit(lengths: list[int]) -> None:
    records = [b"x" * length for length in lengths]
    batches = list(mini_batches.pack(records, "MultiRecord", 1))
    assert [record for batch in batches for record in batch] == records
    assert all(sum(len(record) + 1 for record in batch) <= MEGABYTE for batch in batches)


def test_single_record_sends_one_at_a_time_and_no_limit_sends_all() -> None:
    assert list(mini_batches.pack([b"a", b"b"], "SingleRecord", 6)) == [[b"a"], [b"b"]]
    assert list(mini_batches.pack([b"a" * MEGABYTE] * 9, "MultiRecord", 0)) == [[b"a" * MEGABYTE] * 9]


def test_a_record_over_the_payload_fails_its_file() -> None:
    with pytest.raises(TransformFileError):
        list(mini_batches.pack([b"x" * MEGABYTE], "MultiRecord", 1))


def test_split_type_none_sends_the_whole_file() -> None:
    request = read_request(body(TransformInput={**body()["TransformInput"], "SplitType": "None"}))
    assert mini_batches.split_records(b"a\nb\n", request) == [b"a\nb\n"]


def test_answers_are_joined_with_their_records_and_filtered() -> None:
    request = joining(OutputFilter="$['id','SageMakerOutput']")
    records = [b'{"id": 1, "inputs": "secret"}', b'{"id": 2, "inputs": "secret"}']
    answers = mini_batches.split_answer(b'{"s": "a"}\n{"s": "b"}\n', 2, request)
    lines = mini_batches.assemble(mini_batches.join_outputs(records, answers, request), request).splitlines()
    assert [json.loads(line) for line in lines] == [
        {"id": 1, "SageMakerOutput": {"s": "a"}},
        {"id": 2, "SageMakerOutput": {"s": "b"}},
    ]


def test_a_record_that_is_no_object_is_joined_as_the_service_does() -> None:
    request = joining()
    (line,) = mini_batches.join_outputs([b"[1]"], [b"2"], request)
    assert json.loads(line) == {"SageMakerInput": [1], "SageMakerOutput": 2}


@pytest.mark.parametrize("answer", [b'{"s": 1}\n', b'{"s": 1}\n{"s": 2}\n{"s": 3}\n'])
def test_joining_needs_one_answer_for_each_record(answer: bytes) -> None:
    with pytest.raises(TransformFileError):
        mini_batches.split_answer(answer, 2, joining())


def test_an_input_filter_reduces_what_the_model_sees() -> None:
    request = joining(InputFilter="$.inputs")
    assert mini_batches.filter_inputs([b'{"id": 1, "inputs": "Fever"}'], request) == [b'"Fever"']
    with pytest.raises(TransformFileError):
        mini_batches.filter_inputs([b'{"id": 1}'], request)
