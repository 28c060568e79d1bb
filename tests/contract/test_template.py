"""What the template promises of every bucket, queue, function and log group, also of those added later."""

from typing import Any

import pytest
from tests.contract.reading import BUCKETS, FUNCTIONS, QUEUES, TEXT, of_type

ALARMS = of_type("AWS::CloudWatch::Alarm")
DEAD_LETTERS = [name for name in QUEUES if name.endswith("DeadLetterQueue")]
# Actions for which IAM knows no resources, and the condition on which alone a function has them.
WITHOUT_RESOURCES = [
    ("AsksComprehendMedical", ["comprehendmedical:InferICD10CM"]),
    ("UsesBedrockBatch", ["bedrock:ListModelInvocationJobs"]),
]
LIVE = [name for name in QUEUES if name not in DEAD_LETTERS]


def sources(function: str) -> list[dict[str, Any]]:
    return list(FUNCTIONS[function]["Events"].values())


@pytest.mark.parametrize("bucket", BUCKETS)
def test_a_bucket_is_versioned_encrypted_private_and_tls_only(bucket: str) -> None:
    properties = BUCKETS[bucket]
    assert properties["VersioningConfiguration"] == {"Status": "Enabled"}
    (rule,) = properties["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert rule["ServerSideEncryptionByDefault"] == {
        "SSEAlgorithm": "aws:kms",
        "KMSMasterKeyID": {"Fn::GetAtt": ["DataKey", "Arn"]},
    }
    assert list(properties["PublicAccessBlockConfiguration"].values()) == [True] * 4
    (policy,) = [p for p in of_type("AWS::S3::BucketPolicy").values() if p["Bucket"] == {"Ref": bucket}]
    (statement,) = policy["PolicyDocument"]["Statement"]
    assert (statement["Effect"], statement["Principal"], statement["Action"]) == ("Deny", "*", "s3:*")
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_only_the_notes_bucket_sends_events_and_the_work_bucket_forgets() -> None:
    assert [name for name, properties in BUCKETS.items() if "NotificationConfiguration" in properties] == [
        "NotesBucket"
    ]
    rules = {name: properties["LifecycleConfiguration"]["Rules"] for name, properties in BUCKETS.items()}
    assert [name for name, found in rules.items() if any("ExpirationInDays" in rule for rule in found)] == [
        "WorkBucket"
    ]


@pytest.mark.parametrize("queue", LIVE)
def test_a_queue_is_encrypted_and_has_a_dead_letter_queue_with_an_alarm(queue: str) -> None:
    assert QUEUES[queue]["KmsMasterKeyId"] == {"Ref": "DataKey"}
    ((target, _),) = [QUEUES[queue]["RedrivePolicy"]["deadLetterTargetArn"]["Fn::GetAtt"]]
    assert target in DEAD_LETTERS
    assert QUEUES[target].get("KmsMasterKeyId") == {"Ref": "DataKey"} or QUEUES[target]["SqsManagedSseEnabled"]
    assert QUEUES[target]["MessageRetentionPeriod"] == 14 * 24 * 3600
    watched = [
        alarm["Dimensions"][0]["Value"]["Fn::GetAtt"][0]
        for alarm in ALARMS.values()
        if alarm.get("Namespace") == "AWS/SQS"
    ]
    assert target in watched


@pytest.mark.parametrize("function", FUNCTIONS)
def test_every_way_into_a_function_has_a_dead_letter_queue(function: str) -> None:
    for source in sources(function):
        if source["Type"] == "SQS":
            queue = source["Properties"]["Queue"]["Fn::GetAtt"][0]
            assert "ReportBatchItemFailures" in source["Properties"]["FunctionResponseTypes"]
            assert QUEUES[queue]["VisibilityTimeout"] >= 6 * FUNCTIONS[function]["Timeout"]
        else:
            assert source["Properties"]["DeadLetterConfig"]["Arn"]
            assert FUNCTIONS[function]["DeadLetterQueue"]["TargetArn"]


def test_every_rules_target_has_a_dead_letter_queue() -> None:
    for rule in of_type("AWS::Events::Rule").values():
        assert all(target["DeadLetterConfig"]["Arn"] for target in rule["Targets"])


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_has_a_log_group_with_retention_and_the_one_code_folder(function: str) -> None:
    group = FUNCTIONS[function]["LoggingConfig"]["LogGroup"]["Ref"]
    assert of_type("AWS::Logs::LogGroup")[group]["RetentionInDays"] == {"Ref": "LogRetentionDays"}
    assert FUNCTIONS[function]["CodeUri"] == "functions/"
    assert FUNCTIONS[function]["Description"]


@pytest.mark.parametrize("function", FUNCTIONS)
def test_no_policy_of_a_function_has_a_wildcard_for_everything(function: str) -> None:
    (policy,) = FUNCTIONS[function]["Policies"]
    for statement in policy["Statement"]:
        condition, statement = statement.get("Fn::If", [None, statement])[:2]
        actions = statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]
        assert not any("*" in action for action in actions)
        assert statement["Resource"] != "*" or (condition, actions) in WITHOUT_RESOURCES


def test_the_ledger_can_be_restored_and_costs_nothing_at_rest() -> None:
    (table,) = of_type("AWS::DynamoDB::Table").values()
    assert table["BillingMode"] == "PAY_PER_REQUEST"
    assert table["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert table["SSESpecification"]["KMSMasterKeyId"] == {"Ref": "DataKey"}


def test_data_outlives_the_stack() -> None:
    assert TEXT.count("DeletionPolicy: Retain") == len(BUCKETS) + 2  # the buckets, the key, the table


def test_one_function_has_the_layer_and_only_one_round_of_it_runs_at_once() -> None:
    assert [name for name in FUNCTIONS if "Layers" in FUNCTIONS[name]] == ["SummariesWrittenFunction"]
    assert FUNCTIONS["SummariesWrittenFunction"]["ReservedConcurrentExecutions"] == 1


def test_the_template_can_be_read_in_one_sitting() -> None:
    assert len(TEXT.splitlines()) <= 1400
