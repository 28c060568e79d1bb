"""Switching over: the SSM parameters from which template.yaml takes the model's and the endpoint's name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from botocore.exceptions import ClientError

from note_summarizer.deployment.connections import Aws, is_missing, refusals_told
from note_summarizer.deployment.labels import as_boto_tags, shared_tags
from note_summarizer.deployment.names import NO_ENDPOINT, parameter_names
from note_summarizer.deployment.options import EndpointKind
from note_summarizer.deployment.undo import Undo
from note_summarizer.deployment.waiting import Tell


@dataclass(frozen=True)
class ParameterChange:
    """A parameter before and after; `before` is nothing where it was not there."""

    name: str
    before: str | None
    after: str


class _Work(Protocol):
    @property
    def aws(self) -> Aws: ...
    @property
    def undo(self) -> Undo: ...
    @property
    def tell(self) -> Tell: ...


def switch_over(
    stage: str,
    model: str,
    endpoint: str | None,
    kind: EndpointKind,
    tags: Mapping[str, str],
    work: _Work,
    asynchronous_too: bool = False,
) -> tuple[ParameterChange, ...]:
    """Write the model's and the endpoint's name where the template looks for them, and tell what changes.

    The two always change together: notes that go to the endpoint are not to be summarized by another model.

    Args:
        asynchronous_too: name an asynchronous endpoint as well; the template has to be told of its kind.

    Raises:
        DeploymentError: SSM refuses.
    """
    names = parameter_names(stage)
    # The pipeline asks its endpoint and waits for the answer, which an asynchronous endpoint does not give.
    withheld = kind == "async" and not asynchronous_too
    named = endpoint if endpoint and not withheld else NO_ENDPOINT
    wanted = ((names.model, model), (names.endpoint, named))
    changes = [write_parameter(name, value, shared_tags(tags), work.aws, work.undo) for name, value in wanted]
    for change in changes:
        work.tell(f"{change.name}: {change.after} ({_before(change)})")
    if withheld:
        work.tell("The pipeline waits for its endpoint's answer, so it is not given this asynchronous one.")
    earlier = changes[1].before
    if earlier not in (None, NO_ENDPOINT, named):
        work.tell(f"The endpoint {earlier} is still there and costs money: `chartbrief model cleanup` removes it.")
    return tuple(changes)


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


def _before(change: ParameterChange) -> str:
    if change.before is None:
        return "new"
    return "unchanged" if change.before == change.after else f"was {change.before}"


def _restore(change: ParameterChange, aws: Aws) -> None:
    if read_parameter(change.name, aws) == change.before:
        return  # the write that failed had changed nothing
    if change.before is None:
        delete_parameter(change.name, aws)
    else:
        aws.ssm.put_parameter(Name=change.name, Value=change.before, Type="String", Overwrite=True)
