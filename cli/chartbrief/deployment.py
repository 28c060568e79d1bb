"""A deployed stack of template.yaml that operators' commands look at: on AWS, or the local cloud a run has kept."""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from chartbrief.errors import UsageError
from notes_pipeline.aws import clients


@dataclass(frozen=True)
class Deployment:
    """A stack, by the logical ids of template.yaml.

    Attributes:
        client: gives the boto3 client of a service of this deployment, by the service's name.
        names: logical id → what `Ref` gives: a bucket's or table's name, a queue's URL, a function's name.
        parameters: the template's parameters with their values.
        environment: variables under which `notes_pipeline.aws` talks to the same deployment; empty for AWS.
    """

    client: Callable[[str], Any]
    names: Mapping[str, str]
    parameters: Mapping[str, str]
    environment: Mapping[str, str]

    @property
    def is_local(self) -> bool:
        """Whether this is a local cloud."""
        return bool(self.environment)


# From the folder in which a run keeps its state.
LocalOpener = Callable[[Path], AbstractContextManager[Deployment]]


@contextmanager
def open_deployment(stack: str, state: Path, open_local: LocalOpener) -> Iterator[Deployment]:
    """Open the stack of that name on AWS, or the local cloud of a state folder if no name is given.

    Inside the block `notes_pipeline.aws` talks to it as well.

    Raises:
        UsageError: there is no such stack, or the folder holds no state.
    """
    if stack:
        yield _on_aws(stack)
        return
    with open_local(state) as deployment, _environment(deployment.environment):
        yield deployment


def _on_aws(stack: str) -> Deployment:
    session = boto3.Session()
    try:
        cloudformation: Any = session.client("cloudformation")
        (found,) = cloudformation.describe_stacks(StackName=stack)["Stacks"]
        pages = cloudformation.get_paginator("list_stack_resources").paginate(StackName=stack)
        resources = [item for page in pages for item in page["StackResourceSummaries"]]
    except ClientError as error:
        if error.response["Error"]["Code"] != "ValidationError":
            raise  # nothing is known of the stack: the sign-in has ended, or may not look
        raise UsageError(f"There is no stack {stack} in this account and region.") from None
    except BotoCoreError as error:
        raise UsageError(f"AWS cannot be asked: {error}. Sign in, and name a region.") from None
    names = {item["LogicalResourceId"]: item.get("PhysicalResourceId", "") for item in resources}
    # An SSM parameter's value stands beside its name.
    given = {item["ParameterKey"]: _value(item) for item in found.get("Parameters", [])}
    return Deployment(client=session.client, names=names, parameters=given, environment={})  # type: ignore[arg-type]


def _value(parameter: Mapping[str, str]) -> str:
    return parameter.get("ResolvedValue") or parameter.get("ParameterValue", "")


@contextmanager
def _environment(variables: Mapping[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    clients.forget()
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
        clients.forget()
