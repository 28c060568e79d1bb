"""Serve Bedrock's contracts over a local model, on the loopback interface."""

from __future__ import annotations

import argparse
import logging
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import boto3
import uvicorn

from chartbrief.local_cloud.bedrock.app import create_app
from chartbrief.local_cloud.bedrock.limits import Limits
from chartbrief.local_cloud.bedrock.service import Bedrock
from chartbrief.local_cloud.local_model import EngineModel
from chartbrief.local_cloud.processes import leave_interrupts_to_parent
from note_summarizer.serving.machine import read_machine

# Batch jobs read and write in the role that the template makes for them.
_ROLE = "BedrockBatchRole"
_LIMITS = {
    "context_tokens": "tokens that fit the model",
    "max_output_tokens": "most tokens of an answer",
    "requests_per_minute": "on-demand requests a minute",
    "tokens_per_minute": "on-demand tokens a minute",
    "min_records": "fewest records of a batch job; on AWS most models have 100",
}


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve until the parent ends this process."""
    leave_interrupts_to_parent()
    options = _parser().parse_args(arguments)
    # Libraries tell of requests at levels below; what they would say could hold one.
    logging.basicConfig(level=logging.WARNING)
    given = {name: value for name in _LIMITS if (value := getattr(options, name)) is not None}
    model, events = EngineModel(options.model, read_machine().cores), boto3.client("events")
    s3 = boto3.client("s3", aws_access_key_id=_ROLE, aws_secret_access_key="local")  # noqa: S106 - nothing is secret here
    bedrock = Bedrock(model, s3, events, limits=replace(Limits(), **given), models=options.known_model)
    uvicorn.run(create_app(bedrock), host="127.0.0.1", port=options.port, log_level="warning", access_log=False)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m chartbrief.local_cloud.bedrock", description=__doc__)
    parser.add_argument("--model", type=Path, required=True, help="artifact folder of the model that answers")
    parser.add_argument(
        "--known-model", action="append", default=[], help="an identifier that may be named; any if none"
    )
    for name, meaning in _LIMITS.items():
        parser.add_argument(f"--{name.replace('_', '-')}", type=int, help=meaning)
    parser.add_argument("port", type=int)
    return parser


if __name__ == "__main__":
    main()
