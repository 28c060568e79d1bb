"""What tests of deployments deploy with: quick patience, the kinds of endpoint, and the stack's parameters."""

from dataclasses import replace
from typing import Any

from tests.model.sagemaker_account import BUCKET, Account

from note_summarizer.deployment.deploy_model import Deployment, deploy_model
from note_summarizer.deployment.options import DeployOptions, EndpointOptions
from note_summarizer.deployment.waiting import Patience

QUICK = Patience(poll=0, limit=0.5)
MODEL, ENDPOINT = "/chartbrief/dev/model-name", "/chartbrief/dev/endpoint-name"
REALTIME = EndpointOptions("realtime")
ASYNC = EndpointOptions("async", output=f"s3://{BUCKET}/answers")


def deploy(account: Account, options: DeployOptions, **changes: Any) -> Deployment:
    return deploy_model(replace(options, **changes), aws=account.aws, patience=QUICK)


def value(account: Account, name: str) -> str:
    found: str = account.aws.ssm.get_parameter(Name=name)["Parameter"]["Value"]
    return found
