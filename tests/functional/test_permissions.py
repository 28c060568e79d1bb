"""Least privilege, both ways: every call is granted (any test fails if not), and nothing is granted that none makes."""

from collections.abc import Iterator
from typing import Any

import pytest
from moto import mock_aws
from tests.functional.authorization import NotGrantedError
from tests.functional.permission_runs import RUNS, every_way
from tests.functional.stack import Stack, failed, queue_event

from chartbrief.local_cloud.iam import Permission, UnknownCallError, needed
from notes_pipeline.aws.objects import Bucket
from notes_pipeline.aws.table import Table

# A handler that is stopped has no metrics to publish, and the library says so.
pytestmark = pytest.mark.filterwarnings("ignore:No application metrics to publish")
Grant = tuple[str, str, str]
# What no run here uses, and why it is granted all the same: function or role, action, resource → reason.
JUSTIFIED: dict[Grant, str] = {}
TABLE = "arn:aws:dynamodb:us-east-1:123456789012:table/local-LedgerTable"
WORK, SUMMARIES = "arn:aws:s3:::local-workbucket", "arn:aws:s3:::local-summariesbucket"
JOB = "arn:aws:sagemaker:us-east-1:123456789012:transform-job/"
REFUSED = {
    "NotesUploadedFunction": [
        ("s3:GetObject", "arn:aws:s3:::local-notesbucket/elsewhere/a.csv"),
        ("s3:PutObject", "arn:aws:s3:::local-notesbucket/incoming/a.csv"),
        ("s3:GetObject", f"{SUMMARIES}/by_note/a/b.json"),
        ("s3:PutObject", f"{WORK}/batches/cb-1/output/a.out"),
        ("dynamodb:DeleteItem", TABLE),
        ("dynamodb:PutItem", f"{TABLE}/index/backlog"),
        ("dynamodb:GetItem", f"{TABLE}-of-another-stack"),
    ],
    "BatchDueFunction": [
        ("sagemaker:CreateTransformJob", f"{JOB}another"),
        ("sagemaker:StopTransformJob", f"{JOB}another"),
        ("s3:GetObject", f"{SUMMARIES}/by_note/a/b.json"),
        ("s3:PutObject", f"{WORK}/batches/cb-1/records/a.jsonl"),
        ("bedrock:InvokeModel", "arn:aws:bedrock:us-east-1::foundation-model/any"),
        ("iam:PassRole", "arn:aws:iam::123456789012:role/admin"),
        ("kms:CreateGrant", "DataKey"),
    ],
    "TransformFinishedFunction": [
        ("s3:GetObject", "arn:aws:s3:::local-notesbucket/incoming/a.csv"),
        ("s3:PutObject", f"{WORK}/batches/cb-1/output/a.out"),
        ("s3:GetObject", f"{SUMMARIES}/quarantine/a/000001.json"),
        ("events:PutEvents", "arn:aws:events:us-east-1:123456789012:event-bus/default"),
    ],
    "SummariesWrittenFunction": [
        ("dynamodb:PutItem", TABLE),
        ("s3:PutObject", f"{SUMMARIES}/by_note/a/b.json"),
        ("s3:GetObject", f"{WORK}/batches/cb-1/output/a.out"),
        ("comprehendmedical:InferICD10CM", "*"),
    ],
    "BedrockBatchRole": [
        ("s3:GetObject", f"{WORK}/staged/a.jsonl"),
        ("s3:PutObject", f"{WORK}/batches/cb-1/input/a.jsonl"),
        ("s3:GetObject", f"{SUMMARIES}/by_note/a/b.json"),
    ],
}


def granted(stack: Stack) -> Iterator[Grant]:
    """Every action on every resource that the template's statements allow, by function or role."""
    for role, policy in stack.iam.policies.items():
        for statement in policy.statements:
            yield from (
                (role, action, plain(stack, one)) for action in statement.actions for one in statement.resources
            )


def used(stack: Stack) -> Iterator[Grant]:
    """Those that a permission which was used falls under."""
    for role, permissions in stack.iam.used.items():
        for permission in permissions:
            for statement in stack.iam.policies[role].statements:
                yield from ((role, action, plain(stack, one)) for action, one in statement.grants(permission))


def plain(stack: Stack, resource: str) -> str:
    """A resource without what differs from stack to stack."""
    return resource.replace(stack.resources.attribute("DataKey", "Arn"), "DataKey")


@pytest.fixture(scope="module")
def runs() -> tuple[set[Grant], set[Grant]]:
    """What is granted, and what is used in runs that take every way there is."""
    all_granted, all_used = set[Grant](), set[Grant]()
    with pytest.MonkeyPatch.context() as patched:
        for name in ("ACCESS_KEY_ID", "SECRET_ACCESS_KEY"):
            patched.setenv(f"AWS_{name}", "testing")
        patched.setenv("AWS_DEFAULT_REGION", "us-east-1")
        for parameters in RUNS:
            with mock_aws():
                stack = Stack(**parameters)
                every_way(stack)
                all_granted |= set(granted(stack))
                all_used |= set(used(stack))
    return all_granted, all_used


def test_nothing_is_granted_that_no_run_uses(runs: tuple[set[Grant], set[Grant]]) -> None:
    all_granted, all_used = runs
    assert len(all_granted) > 80
    unused = "\n".join(" ".join(each) for each in sorted(all_granted - all_used))
    assert unused == "\n".join(" ".join(each) for each in sorted(JUSTIFIED))


@pytest.mark.parametrize("role", REFUSED)
def test_what_lies_outside_of_a_functions_part_is_refused(stack: Stack, role: str) -> None:
    key = stack.resources.attribute("DataKey", "Arn")
    for action, resource in REFUSED[role]:
        assert not stack.iam.policies[role].allows(Permission(action, resource.replace("DataKey", key))), action


def without(stack: Stack, function: str, action: str) -> None:
    """Take an action out of a function's policy."""
    policy = stack.iam.policies[function]
    policy.statements = [statement for statement in policy.statements if action not in statement.actions]


@pytest.mark.parametrize(
    "action",
    ["s3:GetObject", "s3:PutObject", "dynamodb:GetItem", "sqs:SendMessage", "kms:Decrypt"],
)
def test_a_policy_that_lacks_something_fails_the_run(stack: Stack, action: str) -> None:
    without(stack, "NotesUploadedFunction", action)
    with pytest.raises(NotGrantedError, match=action):
        stack.upload(stack.drop("ehr/a.txt", "Fever."))


def test_without_the_right_to_list_a_missing_object_would_look_forbidden(stack: Stack) -> None:
    without(stack, "NotesUploadedFunction", "s3:ListBucket")
    message = stack.drop("ehr/a.txt", "Fever.")
    message["detail"]["object"] |= {"key": "incoming/ehr/b.txt", "version-id": ""}
    with pytest.raises(NotGrantedError, match="s3:ListBucket"):
        stack.upload(message)


def test_rights_are_a_functions_own_and_hold_for_its_own_calls_alone(stack: Stack) -> None:
    work, ledger = Bucket(stack.name("WorkBucket")), Table(stack.name("LedgerTable"))
    work.write("anywhere", b"")  # nobody's call
    with pytest.raises(NotGrantedError, match="dynamodb:PutItem"), stack.iam.enforced("SummariesWrittenFunction"):
        ledger.put({"pk": "a", "sk": "b"})
    with stack.iam.enforced("NotesUploadedFunction"):
        ledger.put({"pk": "a", "sk": "b"})
    assert stack.iam.used == {"NotesUploadedFunction": {Permission("dynamodb:PutItem", TABLE)}}
    assert failed(stack.invoke("TransformFinishedFunction", queue_event("transform_finished", {}))) == []


@pytest.mark.parametrize(
    ("service", "operation"), [("s3", "PutBucketAcl"), ("events", "PutRule"), ("kms", "Decrypt"), ("sts", "AssumeRole")]
)
def test_a_call_whose_permissions_are_not_written_down_is_none(service: str, operation: str) -> None:
    with pytest.raises(UnknownCallError):
        needed(service, operation, {"Bucket": "b"})


CALLS: list[tuple[str, str, dict[str, Any], str]] = [
    ("s3", "GetObject", {"Bucket": "b", "Key": "k", "VersionId": "v"}, "s3:GetObjectVersion arn:aws:s3:::b/k"),
    ("s3", "ListObjectsV2", {"Bucket": "b", "Prefix": "p"}, "s3:ListBucket arn:aws:s3:::b"),
    ("dynamodb", "Query", {"TableName": "local-LedgerTable", "IndexName": "i"}, f"dynamodb:Query {TABLE}/index/i"),
    (
        "dynamodb",
        "TransactWriteItems",
        {"TransactItems": [{"Put": {"TableName": "local-LedgerTable"}}]},
        f"dynamodb:PutItem {TABLE}",
    ),
    ("sagemaker", "DescribeTransformJob", {"TransformJobName": "cb-1"}, f"sagemaker:DescribeTransformJob {JOB}cb-1"),
    (
        "bedrock-runtime",
        "Converse",
        {"modelId": "amazon.nova-lite-v1:0"},
        "bedrock:InvokeModel arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0",
    ),
]


@pytest.mark.parametrize(("service", "operation", "request_", "permission"), CALLS)
def test_a_call_needs_the_permission_that_the_service_asks_for(
    service: str, operation: str, request_: dict[str, Any], permission: str
) -> None:
    (found,) = needed(service, operation, request_)
    assert f"{found.action} {found.resource}" == permission
