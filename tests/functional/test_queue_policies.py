"""Who may put messages into the queues: each rule into its own, by TLS, and nobody else by a queue's policy."""

from collections.abc import Iterator
from typing import Any

import pytest
from tests.functional.stack import Stack

from chartbrief.local_cloud.iam import Permission, Policy

EVENTS = {"Service": "events.amazonaws.com"}


def policy(stack: Stack, queue: str, principal: Any) -> Policy:
    """What the policies on a queue say of a principal."""
    found = []
    for name in stack.resources.of_type("AWS::SQS::QueuePolicy"):
        properties = stack.resources.properties(name)
        if stack.resources.attribute(queue, "Ref") in properties["Queues"]:
            found += [s for s in properties["PolicyDocument"]["Statement"] if s["Principal"] in (principal, "*")]
    return Policy(found)


def targets(stack: Stack) -> Iterator[tuple[str, str]]:
    """The ARN of each rule, and each queue it sends to, dead letters too."""
    for name in stack.resources.of_type("AWS::Events::Rule"):
        for target in stack.resources.properties(name)["Targets"]:
            for arn in (target["Arn"], target["DeadLetterConfig"]["Arn"]):
                yield stack.resources.attribute(name, "Arn"), arn


def sending(queue: str, rule: str, tls: str = "true") -> Permission:
    return Permission("sqs:SendMessage", queue, (("aws:SourceArn", rule), ("aws:SecureTransport", tls)))


def test_every_rule_reaches_its_queues_and_no_other_rule_does(stack: Stack) -> None:
    queues = {stack.resources.attribute(n, "Arn"): n for n in stack.resources.of_type("AWS::SQS::Queue")}
    wanted = set(targets(stack))
    rules = {rule for rule, _ in wanted} | {"arn:aws:events:us-east-1:123456789012:rule/of-somebody-else"}
    assert len(wanted) >= 6
    for rule in rules:
        for queue, name in queues.items():
            allowed = policy(stack, name, EVENTS)
            assert allowed.allows(sending(queue, rule)) == ((rule, queue) in wanted), (rule, name)
            assert not allowed.allows(sending(queue, rule, tls="false"))


@pytest.mark.parametrize("principal", [{"AWS": "*"}, {"Service": "sns.amazonaws.com"}, {"AWS": "123456789012"}])
def test_no_queue_takes_messages_of_others(stack: Stack, principal: dict[str, str]) -> None:
    for name in stack.resources.of_type("AWS::SQS::Queue"):
        allowed = policy(stack, name, principal)
        assert not any(statement.allows for statement in allowed.statements)
