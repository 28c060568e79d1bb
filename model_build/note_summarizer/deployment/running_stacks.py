"""Which CloudFormation stacks still run a model: they took its name from SSM when they were last deployed."""

from __future__ import annotations

from collections.abc import Container

from botocore.exceptions import BotoCoreError, ClientError

from note_summarizer.deployment.connections import Aws
from note_summarizer.deployment.waiting import Tell


def stacks_that_use(names: Container[str], aws: Aws, tell: Tell) -> dict[str, str]:
    """Return name → who uses it, for the names that a stack's parameters resolved to.

    A parameter in SSM may have moved on while a stack still has the value of its last deployment.
    """
    try:
        pages = list(aws.client("cloudformation").get_paginator("describe_stacks").paginate())
    except (ClientError, BotoCoreError):
        tell("CloudFormation cannot be asked whether a stack still uses these models: make sure that none does.")
        return {}
    return {
        value: f"the stack {stack['StackName']} runs it: sam deploy it first"
        for page in pages
        for stack in page["Stacks"]
        for parameter in stack.get("Parameters", [])
        if (value := parameter.get("ResolvedValue") or parameter.get("ParameterValue")) in names
    }
