"""`chartbrief model deploy`: a packaged model, or one of JumpStart, becomes what the pipeline runs."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, Any, get_args

import typer

from chartbrief.model.consoles import console_for
from chartbrief.model.deploy_results import refuse_with_the_other, require_one, show
from chartbrief.model.failures import model_failures_told
from chartbrief.model.pairs_of_text import read_pairs_of_text
from note_summarizer.deployment.deploy_jumpstart import JumpStartDeployment, deploy_jumpstart
from note_summarizer.deployment.deploy_model import Deployment, deploy_model
from note_summarizer.deployment.jumpstart_options import JumpStartOptions
from note_summarizer.deployment.options import Approval, DeployOptions, EndpointKind, EndpointOptions, Network
from note_summarizer.deployment.waiting import Patience, Tell
from note_summarizer.errors import OptionsError

HELP = (
    "Deploy a packaged model, or one of JumpStart, on SageMaker and make it the one that the pipeline runs.\n\n"
    "Registers the archive as a version of a model package group, creates the model that transform jobs run and, if"
    " asked, an endpoint; tries it with an invented note; and only then writes the names to the SSM parameters that"
    " template.yaml reads. If anything fails, everything that was made is removed again. Doing it twice is harmless."
    "\n\n[bold]--jumpstart ID[/bold] deploys a model of SageMaker JumpStart instead, with an endpoint, and"
    " ends with the template parameters to set. docs/options.md says which models there are."
    "\n\nAfterwards [bold]sam deploy[/bold] makes the stack use it. Credentials and region come from your AWS"
    " environment."
)
_WHERE, _SERVING, _RECORDS, _JUMP = "Where and as whom", "Endpoint", "Registry and trial", "JumpStart"
_UNDECIDED = "PendingManualApproval"
_KINDS, _APPROVALS = get_args(EndpointKind), get_args(Approval)


def deploy(
    artifact: Annotated[
        str | None, typer.Argument(metavar="MODEL.TAR.GZ", help="A packaged model: s3://... or a file.")
    ] = None,
    jumpstart: Annotated[
        str | None, typer.Option(metavar="ID", help="A model of JumpStart instead.", rich_help_panel=_JUMP)
    ] = None,
    accept_eula: Annotated[
        bool,
        typer.Option("--accept-eula", help="You accept the model's licence agreement.", rich_help_panel=_JUMP),
    ] = False,
    option: Annotated[
        str | None, typer.Option(help="SummarizerOption, for an ID not in the catalogue.", rich_help_panel=_JUMP)
    ] = None,
    dialect: Annotated[
        str | None, typer.Option(help="ModelDialect; by default what JumpStart's example says.", rich_help_panel=_JUMP)
    ] = None,
    stage: Annotated[str, typer.Option(help="Environment whose SSM parameters are written.")] = "dev",
    endpoint: Annotated[
        str | None,
        typer.Option(
            help=f"Also create an endpoint: {', '.join(_KINDS)}; by default none, for JumpStart realtime.",
            rich_help_panel=_SERVING,
        ),
    ] = None,
    instance_type: Annotated[
        str | None,
        typer.Option(
            help="Instance type of the endpoint and of the smoke test's job; by default ml.m5.xlarge, or JumpStart's.",
            rich_help_panel=_SERVING,
        ),
    ] = None,
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
        str | None, typer.Option(help="Model's name; by default the archive's, or of its ID.", rich_help_panel=_RECORDS)
    ] = None,
    version: Annotated[
        str | None,
        typer.Option(
            help="Model's version; by default the archive's, or JumpStart's newest.", rich_help_panel=_RECORDS
        ),
    ] = None,
    group: Annotated[
        str | None, typer.Option(help="Model package group; by default the model's name.", rich_help_panel=_RECORDS)
    ] = None,
    approval: Annotated[
        str, typer.Option(help=f"Approval status: {', '.join(_APPROVALS)}.", rich_help_panel=_RECORDS)
    ] = _UNDECIDED,
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
        kind = endpoint or ("realtime" if jumpstart else "none")
        _check(kind, approval)
        require_one(artifact, jumpstart)
        packages: dict[str, object] = {"--image": image, "--bucket": bucket, "--group": group, "--metrics": metrics}
        packages |= {"--smoke-transform": smoke_transform, "--approval": approval != _UNDECIDED}
        own: dict[str, object] = {"--accept-eula": accept_eula, "--option": option, "--dialect": dialect}
        refuse_with_the_other(jumpstart, packages, own)
        instance = instance_type or "ml.m5.xlarge"
        shared: dict[str, Any] = {
            "stage": stage,
            "name": name,
            "version": version,
            "role": role,
            "environment": read_pairs_of_text("--env", env),
            "endpoint": EndpointOptions(kind, instance, instance_count, memory, concurrency, async_output),  # type: ignore[arg-type]
            "network": Network(tuple(subnet or ()), tuple(security_group or ()), isolated),
            "kms_key": kms_key,
            "tags": read_pairs_of_text("--tag", tag),
        }
        run: dict[str, Any] = {"tell": telling(as_json), "patience": Patience(limit=timeout), "region": region}
        found: Deployment | JumpStartDeployment
        if jumpstart:
            asked = JumpStartOptions(jumpstart, accept_eula, option, dialect, instance_type, **shared)
            found = deploy_jumpstart(asked, **run)
        else:
            record: dict[str, Any] = {"group": group, "approval": approval, "metrics": metrics}
            packaged = DeployOptions(
                str(artifact), bucket=bucket, image=image, smoke_transform=smoke_transform, **record, **shared
            )
            found = deploy_model(packaged, **run)
    if as_json:
        sys.stdout.write(json.dumps(found.as_json()) + "\n")
    else:
        show(found, stage)


def telling(as_json: bool) -> Tell:
    """Return a function that prints a line, beside a command's output where that is for a program."""
    console = console_for(stderr=as_json)
    return lambda line: console.print(line, markup=False, highlight=False, soft_wrap=True)


def _check(endpoint: str, approval: str) -> None:
    for option, value, known in (("--endpoint", endpoint, _KINDS), ("--approval", approval, _APPROVALS)):
        if value not in known:
            raise OptionsError(f"{option} {value} is none of {', '.join(known)}.")
