"""`chartbrief model deploy`: a packaged model becomes what the pipeline runs."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, get_args

import typer
from rich.table import Table

from chartbrief.model.consoles import console_for
from chartbrief.model.failures import model_failures_told
from chartbrief.model.pairs_of_text import read_pairs_of_text
from note_summarizer.deployment.deploy_model import Deployment, deploy_model
from note_summarizer.deployment.options import Approval, DeployOptions, EndpointKind, EndpointOptions, Network
from note_summarizer.deployment.waiting import Patience, Tell
from note_summarizer.errors import OptionsError

HELP = (
    "Deploy a packaged model on SageMaker and make it the one that the pipeline runs.\n\n"
    "Registers the archive as a version of a model package group, creates the model that transform jobs run and, if"
    " asked, an endpoint; tries it with an invented note; and only then writes the names to the SSM parameters that"
    " template.yaml reads. If anything fails, everything that was made is removed again. Doing it twice is harmless."
    "\n\nAfterwards [bold]sam deploy[/bold] makes the stack use it. Credentials and region come from your AWS"
    " environment."
)
_WHERE, _SERVING, _RECORDS = "Where and as whom", "Endpoint", "Registry and trial"
_KINDS, _APPROVALS = get_args(EndpointKind), get_args(Approval)


def deploy(
    artifact: Annotated[str, typer.Argument(metavar="MODEL.TAR.GZ", help="A packaged model: s3://... or a file.")],
    stage: Annotated[str, typer.Option(help="Environment whose SSM parameters are written.")] = "dev",
    endpoint: Annotated[
        str, typer.Option(help=f"Also create an endpoint: {', '.join(_KINDS)}.", rich_help_panel=_SERVING)
    ] = "none",
    instance_type: Annotated[
        str, typer.Option(help="Instance type of the endpoint and of the smoke test's job.", rich_help_panel=_SERVING)
    ] = "ml.m5.xlarge",
    instance_count: Annotated[int, typer.Option(help="Instances of the endpoint.", rich_help_panel=_SERVING)] = 1,
    memory: Annotated[int, typer.Option(help="Serverless: memory in MB.", rich_help_panel=_SERVING)] = 4096,
    concurrency: Annotated[int, typer.Option(help="Serverless: requests at once.", rich_help_panel=_SERVING)] = 5,
    async_output: Annotated[
        str | None, typer.Option(help="Async: s3:// address for its answers.", rich_help_panel=_SERVING)
    ] = None,
    role: Annotated[
        str | None,
        typer.Option(envvar="SAGEMAKER_ROLE", help="Execution role, name or ARN.", rich_help_panel=_WHERE),
    ] = None,
    bucket: Annotated[
        str | None, typer.Option(help="Bucket to upload a local archive to.", rich_help_panel=_WHERE)
    ] = None,
    region: Annotated[
        str | None, typer.Option(help="AWS region; by default your environment's.", rich_help_panel=_WHERE)
    ] = None,
    image: Annotated[
        str | None,
        typer.Option(help="Container image; by default the Hugging Face inference container.", rich_help_panel=_WHERE),
    ] = None,
    env: Annotated[
        list[str] | None, typer.Option(help="NAME=VALUE for the container; repeatable.", rich_help_panel=_WHERE)
    ] = None,
    kms_key: Annotated[
        str | None, typer.Option(help="KMS key for uploads, volumes and outputs.", rich_help_panel=_WHERE)
    ] = None,
    subnet: Annotated[list[str] | None, typer.Option(help="Subnet; repeatable.", rich_help_panel=_WHERE)] = None,
    security_group: Annotated[
        list[str] | None, typer.Option(help="Security group; repeatable.", rich_help_panel=_WHERE)
    ] = None,
    isolated: Annotated[
        bool,
        typer.Option("--isolated", help="No network at all for the container.", rich_help_panel=_WHERE),
    ] = False,
    tag: Annotated[
        list[str] | None, typer.Option(help="KEY=VALUE on everything made; repeatable.", rich_help_panel=_WHERE)
    ] = None,
    name: Annotated[
        str | None, typer.Option(help="Model's name; by default the archive's.", rich_help_panel=_RECORDS)
    ] = None,
    version: Annotated[
        str | None, typer.Option(help="Model's version; by default the archive's.", rich_help_panel=_RECORDS)
    ] = None,
    group: Annotated[
        str | None, typer.Option(help="Model package group; by default the model's name.", rich_help_panel=_RECORDS)
    ] = None,
    approval: Annotated[
        str, typer.Option(help=f"Approval status: {', '.join(_APPROVALS)}.", rich_help_panel=_RECORDS)
    ] = "PendingManualApproval",
    metrics: Annotated[
        Path | None, typer.Option(help="JSON file of figures to register.", rich_help_panel=_RECORDS)
    ] = None,
    smoke_transform: Annotated[
        bool,
        typer.Option("--smoke-transform", help="Try a transform job of one invented note.", rich_help_panel=_RECORDS),
    ] = False,
    timeout: Annotated[float, typer.Option(help="Seconds to wait for each thing.", min=1)] = 1800.0,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """`chartbrief model deploy`."""
    with model_failures_told():
        _check(endpoint, approval)
        options = DeployOptions(
            artifact=artifact,
            stage=stage,
            name=name,
            version=version,
            bucket=bucket,
            role=role,
            image=image,
            environment=read_pairs_of_text("--env", env),
            endpoint=EndpointOptions(endpoint, instance_type, instance_count, memory, concurrency, async_output),  # type: ignore[arg-type]
            network=Network(tuple(subnet or ()), tuple(security_group or ()), isolated),
            kms_key=kms_key,
            tags=read_pairs_of_text("--tag", tag),
            group=group,
            approval=approval,  # type: ignore[arg-type]
            metrics=metrics,
            smoke_transform=smoke_transform,
        )
        deployment = deploy_model(options, telling(as_json), patience=Patience(limit=timeout), region=region)
    if as_json:
        sys.stdout.write(json.dumps(deployment.as_json()) + "\n")
    else:
        _show(deployment, stage)


def telling(as_json: bool) -> Tell:
    """Return a function that prints a line, beside a command's output where that is for a program."""
    console = console_for(stderr=as_json)
    return lambda line: console.print(line, markup=False, highlight=False, soft_wrap=True)


def _check(endpoint: str, approval: str) -> None:
    for option, value, known in (("--endpoint", endpoint, _KINDS), ("--approval", approval, _APPROVALS)):
        if value not in known:
            raise OptionsError(f"{option} {value} is none of {', '.join(known)}.")


def _show(deployment: Deployment, stage: str) -> None:
    table = Table(title="Deployed" if deployment.created else "Already deployed", show_header=False, title_style="bold")
    table.add_row("model", deployment.model)
    table.add_row("registered as", deployment.model_package.rpartition(":model-package/")[2])
    table.add_row("endpoint", deployment.endpoint or "none")
    if deployment.smoke_summary is not None:
        table.add_row("summary of the invented note", deployment.smoke_summary)
    for change in deployment.parameters:
        table.add_row(change.name, change.after)
    console = console_for()
    console.print(table)
    console.print(f"Now make the stack use it: sam build && sam deploy --config-env {stage}", highlight=False)
