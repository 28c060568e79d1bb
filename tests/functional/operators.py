"""An operators' command on a stack of moto, as on one that a run has kept."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

from tests.functional.stack import Stack
from typer.testing import CliRunner, Result

from chartbrief.app import app
from chartbrief.deployment import Deployment
from chartbrief.operate import where

_NAMED = (
    *("AWS::S3::Bucket", "AWS::DynamoDB::Table", "AWS::SQS::Queue"),
    *("AWS::Events::EventBus", "AWS::Events::Rule", "AWS::Serverless::Function"),
)


def deployment_of(stack: Stack) -> Deployment:
    names = [name for kind in _NAMED for name in stack.resources.of_type(kind)]
    return Deployment(
        client=stack.session.client,
        names={name: stack.name(name) for name in names},
        parameters=stack.parameters,
        environment={"AWS_DEFAULT_REGION": "us-east-1"},
    )


def operate(stack: Stack, *arguments: str) -> Result:
    """Run `chartbrief` with these arguments; the local cloud that it opens is this stack."""

    @contextmanager
    def opener(_: Path) -> Iterator[Deployment]:
        yield deployment_of(stack)

    with patch.object(where, "open_kept_cloud", opener):
        return CliRunner().invoke(app, arguments)
