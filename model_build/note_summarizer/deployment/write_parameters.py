"""Switching over: the SSM parameters from which template.yaml takes the model's and the endpoint's name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from botocore.exceptions import ClientError

from note_summarizer.deployment.connections import Aws, is_missing, refusals_told
from note_summarizer.deployment.labels import as_boto_tags
from note_summarizer.deployment.undo import Undo


@dataclass(frozen=True)
class ParameterChange:
    """A parameter before and after; `before` is nothing where it was not there."""

    name: str
    before: str | None
    after: str


def write_parameter(name: str, value: str, tags: Mapping[str, str], aws: Aws, undo: Undo) -> ParameterChange:
    """Give a parameter a value; the one it had comes back if the deployment fails after all.

    Raises:
        DeploymentError: SSM refuses.
    """
    before = read_parameter(name, aws)
    change = ParameterChange(name, before, value)
    if before == value:
        return change
    undo.add(f"SSM parameter {name}", lambda: _restore(change, aws))
    with refusals_told(f"Writing the SSM parameter {name}"):
        if before is None:  # tags can only be given to a parameter that is made, not to one that is overwritten
            aws.ssm.put_parameter(
                Name=name, Value=value, Type="String", Description=_DESCRIPTION, Tags=as_boto_tags(tags)
            )
        else:
            aws.ssm.put_parameter(Name=name, Value=value, Type="String", Overwrite=True)
    return change


_DESCRIPTION = "Written by chartbrief model deploy; read by template.yaml when the stack is deployed"


def read_parameter(name: str, aws: Aws) -> str | None:
    """Return a parameter's value; nothing if there is none.

    Raises:
        DeploymentError: SSM refuses.
    """
    with refusals_told(f"Reading the SSM parameter {name}"):
        try:
            return str(aws.ssm.get_parameter(Name=name)["Parameter"]["Value"])
        except ClientError as error:
            if is_missing(error):
                return None
            raise


def delete_parameter(name: str, aws: Aws) -> None:
    """Delete a parameter if it is there."""
    if read_parameter(name, aws) is not None:
        aws.ssm.delete_parameter(Name=name)


def _restore(change: ParameterChange, aws: Aws) -> None:
    if read_parameter(change.name, aws) == change.before:
        return  # the write that failed had changed nothing
    if change.before is None:
        delete_parameter(change.name, aws)
    else:
        aws.ssm.put_parameter(Name=change.name, Value=change.before, Type="String", Overwrite=True)
