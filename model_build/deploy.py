"""Deploy a packaged model without the console command: `python deploy.py model.tar.gz --bucket B --role R`."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from typing import get_args

from note_summarizer.deployment.deploy_model import deploy_model
from note_summarizer.deployment.options import DeployOptions, EndpointKind, EndpointOptions
from note_summarizer.errors import ModelBuildError


def main(arguments: Sequence[str] | None = None) -> int:
    """Deploy and print what was deployed as JSON; 2 if it cannot be done, with the reason on stderr."""
    given = _parser().parse_args(arguments)
    options = DeployOptions(
        artifact=given.artifact,
        stage=given.stage,
        bucket=given.bucket,
        role=given.role,
        image=given.image,
        kms_key=given.kms_key,
        endpoint=EndpointOptions(given.endpoint, given.instance_type, output=given.async_output),
    )
    try:
        deployment = deploy_model(options, _line, region=given.region)
    except ModelBuildError as error:
        _line(str(error))
        return 2
    sys.stdout.write(json.dumps(deployment.as_json()) + "\n")
    return 0


def _line(text: str) -> None:
    sys.stderr.write(f"{text}\n")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("artifact", help="a packaged model: s3://... or a file")
    parser.add_argument("--stage", default="dev", help="environment whose SSM parameters are written")
    parser.add_argument("--bucket", help="bucket to upload a local archive to")
    parser.add_argument("--role", help="execution role, name or ARN")
    parser.add_argument("--image", help="container image; by default the Hugging Face inference container")
    parser.add_argument("--kms-key", help="key for uploads, volumes and outputs")
    parser.add_argument("--endpoint", choices=get_args(EndpointKind), default="none")
    parser.add_argument("--instance-type", default="ml.m5.xlarge")
    parser.add_argument("--async-output", help="s3:// address for an asynchronous endpoint's answers")
    parser.add_argument("--region", help="AWS region; by default your environment's")
    return parser


if __name__ == "__main__":
    sys.exit(main())
