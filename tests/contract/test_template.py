"""What the template promises of every bucket, queue, function and log group, also of those added later."""

from typing import Any

import pytest
from tests.contract.reading import BUCKETS, FUNCTIONS, QUEUES, TEXT, of_type

ALARMS = of_type("AWS::CloudWatch::Alarm")
ACCESS_LOGS = "AccessLogsBucket"
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
    ours = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": {"Fn::GetAtt": ["DataKey", "Arn"]}}
    # https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html: no other key is supported
    assert rule["ServerSideEncryptionByDefault"] == ({"SSEAlgorithm": "AES256"} if bucket == ACCESS_LOGS else ours)
    assert list(properties["PublicAccessBlockConfiguration"].values()) == [True] * 4
    (policy,) = [p for p in of_type("AWS::S3::BucketPolicy").values() if p["Bucket"] == {"Ref": bucket}]
    statement = policy["PolicyDocument"]["Statement"][0]
    assert (statement["Effect"], statement["Principal"], statement["Action"]) == ("Deny", "*", "s3:*")
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_every_request_for_an_object_is_logged_under_a_prefix_of_its_buckets_own() -> None:
    places = [p.get("LoggingConfiguration", {}) for name, p in BUCKETS.items() if name != ACCESS_LOGS]
    assert all(place["DestinationBucketName"] == {"Ref": ACCESS_LOGS} for place in places)
    assert len({place["LogFilePrefix"] for place in places}) == len(places)
    (policy,) = [p for p in of_type("AWS::S3::BucketPolicy").values() if p["Bucket"] == {"Ref": ACCESS_LOGS}]
    (delivery,) = [s for s in policy["PolicyDocument"]["Statement"] if s["Effect"] == "Allow"]
    assert (delivery["Principal"], delivery["Action"]) == ({"Service": "logging.s3.amazonaws.com"}, "s3:PutObject")
    sources = {arn["Fn::GetAtt"][0] for arn in delivery["Condition"]["ArnLike"]["aws:SourceArn"]}
    assert sources == set(BUCKETS) - {ACCESS_LOGS}


def test_only_the_notes_bucket_sends_events_and_what_can_be_made_again_is_forgotten() -> None:
    assert [name for name, properties in BUCKETS.items() if "NotificationConfiguration" in properties] == [
        "NotesBucket"
    ]
    rules = {name: properties["LifecycleConfiguration"]["Rules"] for name, properties in BUCKETS.items()}
    forgotten = [name for name, found in rules.items() if any("ExpirationInDays" in rule for rule in found)]
    assert forgotten == ["WorkBucket", ACCESS_LOGS]


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


@pytest.mark.parametrize("queue", QUEUES)
def test_a_queue_speaks_tls_only(queue: str) -> None:
    (policy,) = [p for p in of_type("AWS::SQS::QueuePolicy").values() if {"Ref": queue} in p["Queues"]]
    denied = [s for s in policy["PolicyDocument"]["Statement"] if s["Effect"] == "Deny"]
    assert [(s["Principal"], s["Action"], s["Condition"]) for s in denied] == [
        ("*", "sqs:*", {"Bool": {"aws:SecureTransport": "false"}})
    ]


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_takes_no_more_of_the_accounts_concurrency_than_its_queue_gives_it(function: str) -> None:
    reserved = FUNCTIONS[function]["ReservedConcurrentExecutions"]
    most = [s["Properties"].get("ScalingConfig", {}).get("MaximumConcurrency") for s in sources(function)]
    # A mapping's least is 2; of a function that runs one at a time the queue's long visibility takes care.
    assert reserved == 1 or [found for found in most if found] == [reserved]


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_is_encrypted_and_may_run_in_subnets_whose_interfaces_it_cannot_touch(function: str) -> None:
    assert FUNCTIONS[function]["KmsKeyArn"] == {"Fn::GetAtt": ["DataKey", "Arn"]}
    assert FUNCTIONS[function]["VpcConfig"]["Fn::If"][0] == "InSubnets"
    policy = of_type("AWS::IAM::ManagedPolicy")["NoInterfacesPolicy"]
    assert {"Ref": f"{function}Role"} in policy["Roles"]
    assert [(s["Effect"], s["Action"]) for s in policy["PolicyDocument"]["Statement"]] == [("Deny", "ec2:*")]


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
