"""The local cloud with its real processes: what a changed template changes, time-outs, dead letters, and the end."""

import json
import os
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from chartbrief.cloud import CHECKOUT, DEFAULT_TEMPLATE
from chartbrief.errors import CloudFailedError
from chartbrief.local_cloud import LocalCloud
from chartbrief.options import local_option

MODEL = [str(CHECKOUT / "tests/functional/toy_model_server.py")]
PARAMETERS = {
    "ModelName": "toy",
    "EndpointName": "none",
    "MaxWaitSeconds": "0",
    "ScheduleExpression": "rate(1 minute)",
}
PATIENCE_SECONDS = 60
# Handlers that misbehave, in place of the true ones; the queue in front of them tries twice, a second apart.
SLOW = """
Globals: {Function: {Timeout: 1, CodeUri: functions/}}
Resources:
  RaisesQueue:
    Type: AWS::SQS::Queue
    Properties:
      VisibilityTimeout: 1
      RedrivePolicy: {deadLetterTargetArn: !GetAtt RaisesDeadLetterQueue.Arn, maxReceiveCount: 2}
  RaisesDeadLetterQueue: {Type: AWS::SQS::Queue}
  SlowQueue:
    Type: AWS::SQS::Queue
    Properties:
      VisibilityTimeout: 3
      RedrivePolicy: {deadLetterTargetArn: !GetAtt SlowDeadLetterQueue.Arn, maxReceiveCount: 2}
  SlowDeadLetterQueue: {Type: AWS::SQS::Queue}
  PartlyQueue:
    Type: AWS::SQS::Queue
    Properties:
      VisibilityTimeout: 1
      RedrivePolicy: {deadLetterTargetArn: !GetAtt PartlyDeadLetterQueue.Arn, maxReceiveCount: 2}
  PartlyDeadLetterQueue: {Type: AWS::SQS::Queue}
  Raises:
    Type: AWS::Serverless::Function
    Properties:
      Handler: tests.functional.slow_handlers.raises
      Events: {Come: {Type: SQS, Properties: {Queue: !GetAtt RaisesQueue.Arn}}}
  Slow:
    Type: AWS::Serverless::Function
    Properties:
      Handler: tests.functional.slow_handlers.too_long
      Events: {Come: {Type: SQS, Properties: {Queue: !GetAtt SlowQueue.Arn}}}
  Partly:
    Type: AWS::Serverless::Function
    Properties:
      Handler: tests.functional.slow_handlers.fails_bad
      Environment: {Variables: {SEEN: "@SEEN@"}}
      Events:
        Come:
          Type: SQS
          Properties:
            Queue: !GetAtt PartlyQueue.Arn
            BatchSize: 3
            MaximumBatchingWindowInSeconds: 1
            FunctionResponseTypes: [ReportBatchItemFailures]
"""


@pytest.fixture(autouse=True)
def mark(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A mark in the environment of everything started here; nothing that has it may be left in the end."""
    mark = uuid.uuid4().hex
    monkeypatch.setenv("VIRTUAL_ENV", f"marked-{mark}")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(CHECKOUT), *sys.path]))
    yield mark
    assert [line for pid in Path("/proc").glob("[0-9]*") if (line := command(pid, mark))] == []


def command(process: Path, mark: str) -> str:
    try:
        if int(process.name) == os.getpid() or f"marked-{mark}".encode() not in (process / "environ").read_bytes():
            return ""
        return (process / "cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""


def cloud(tmp_path: Path, text: str, parameters: dict[str, str]) -> LocalCloud:
    template = tmp_path / "template.yaml"
    template.write_text(text)
    return LocalCloud(template, local_option(), tmp_path / "state", parameters, model_command=MODEL)


def wait(until: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not until():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def put(running: LocalCloud, key: str, text: str) -> None:
    running.session().client("s3").put_object(Bucket=running.outputs["NotesBucket"], Key=key, Body=text.encode())


def summaries(running: LocalCloud) -> list[dict[str, Any]]:
    s3, bucket = running.session().client("s3"), running.outputs["SummariesBucket"]
    listed = s3.list_objects_v2(Bucket=bucket, Prefix="by_note/").get("Contents", [])
    return [json.loads(s3.get_object(Bucket=bucket, Key=o["Key"])["Body"].read()) for o in listed]


def test_another_rule_in_the_template_changes_what_happens(tmp_path: Path) -> None:
    rule = "object: {key: [{prefix: incoming/}]}"
    text = DEFAULT_TEMPLATE.read_text().replace(rule, rule.replace("incoming/", "incoming/er/"))
    with cloud(tmp_path, text, PARAMETERS) as running:
        put(running, "incoming/ward/a.txt", "Unseen. More.")
        put(running, "incoming/er/b.txt", "Seen. More.")
        wait(lambda: len(summaries(running)) == 1)
        wait(running.idle)
        assert [record["summary"] for record in summaries(running)] == ["Seen."]
        assert set(running.dead_letters().values()) == {0}


def test_what_fails_comes_again_and_then_lies_in_the_dead_letter_queue(tmp_path: Path) -> None:
    seen = tmp_path / "seen"
    with cloud(tmp_path, SLOW.replace("@SEEN@", str(seen)), {}) as running:
        sqs = running.session().client("sqs")
        for name in ("RaisesQueue", "SlowQueue"):
            sqs.send_message(QueueUrl=running.outputs[name], MessageBody='"x"')
        for body in ('"good"', '"bad"', '"good"'):
            sqs.send_message(QueueUrl=running.outputs["PartlyQueue"], MessageBody=body)
        wait(lambda: set(running.dead_letters().values()) == {1})
        wait(running.idle)
    # The three came together, the bad one alone came again.
    assert seen.read_text().split() == ["3", "1"]
    logs = "".join(path.read_text() for path in (tmp_path / "state" / "logs").glob("*.log"))
    assert "timed out" in logs
    assert "RuntimeError" in logs
    assert "zanzibarine" not in logs


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Resources: {A: {Type: AWS::SNS::Topic, Properties: {}}}", "cannot make A, a AWS::SNS::Topic"),
        ("Resources: {A: {Type: AWS::SQS::Queue, Properties: {QueueName: !Ref B}}}", "refers to B"),
        ("Resources: {A: {Type: AWS::SQS::Queue, Properties: {QueueName: !Split [a, b]}}}", "Fn::Split is not known"),
        (
            "Parameters: {P: {Type: 'AWS::SSM::Parameter::Value<String>', Default: /p}}\n"
            "Resources: {A: {Type: AWS::SQS::Queue, Properties: {QueueName: !Ref P}}}",
            "P is looked up in SSM",
        ),
    ],
)
def test_what_the_local_cloud_does_not_know_is_said(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(CloudFailedError, match=said), cloud(tmp_path, text, {}):
        pass


def test_a_broken_handler_is_said_at_once(tmp_path: Path) -> None:
    text = "Resources: {A: {Type: AWS::Serverless::Function, Properties: {Handler: no_such.module.handler}}}"
    with pytest.raises(CloudFailedError, match="A did not start"), cloud(tmp_path, text, {}):
        pass
