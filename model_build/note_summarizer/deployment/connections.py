"""The account and region that are worked in, from AWS's normal chain of credentials; refusals become sentences."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError

from note_summarizer.errors import DeploymentError, OptionsError

_DENIED = {"AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "403"}
_MISSING = {"ResourceNotFound", "ResourceNotFoundException", "NoSuchKey", "NoSuchBucket", "404", "ParameterNotFound"}
# SageMaker says of most things that are not there that the request is invalid.
_MISSING_TEXT = re.compile("could not find|does not exist|not found", re.IGNORECASE)


class Aws:
    """Clients of one account and region, each made when it is first needed."""

    def __init__(self, session: Any) -> None:
        self.session = session
        self.region: str = session.region_name

    def client(self, service: str) -> Any:
        """Return a client of a service that has no attribute of its own."""
        return self.session.client(service)

    @cached_property
    def sagemaker(self) -> Any:
        """SageMaker's control plane."""
        return self.client("sagemaker")

    @cached_property
    def runtime(self) -> Any:
        """SageMaker's endpoints."""
        return self.client("sagemaker-runtime")

    @cached_property
    def s3(self) -> Any:
        """S3."""
        return self.client("s3")

    @cached_property
    def ssm(self) -> Any:
        """SSM's parameter store."""
        return self.client("ssm")

    @cached_property
    def place(self) -> str:
        """The account and region, as one tells them.

        Raises:
            DeploymentError: there are no credentials, or they are not valid.
        """
        with refusals_told("Asking who you are"):
            account = self.client("sts").get_caller_identity()["Account"]
        return f"account {account}, region {self.region}"


def require_sdk() -> None:
    """Check that the SageMaker SDK is here, without the seconds that importing it takes.

    Raises:
        ModuleNotFoundError: it is not.
    """
    if importlib.util.find_spec("sagemaker") is None:
        raise ModuleNotFoundError("No module named 'sagemaker'", name="sagemaker")


def open_aws(region: str | None = None) -> Aws:
    """Connect with the credentials of the environment, the profile or the machine's role.

    Raises:
        OptionsError: no region is set.
    """
    import boto3  # here, so that a command's help does not wait for it

    try:
        session = boto3.Session(region_name=region)
    except BotoCoreError as error:  # a profile that does not exist
        raise OptionsError(f"AWS cannot be reached: {error}. Check AWS_PROFILE.") from error
    if not session.region_name:
        raise OptionsError("No AWS region is set: give --region, or set AWS_DEFAULT_REGION.")
    return Aws(session)


def is_missing(error: ClientError) -> bool:
    """Say whether the service refuses because the thing is not there."""
    found = error.response.get("Error", {})
    code = found.get("Code", "")
    return code in _MISSING or (code == "ValidationException" and bool(_MISSING_TEXT.search(found.get("Message", ""))))


@contextmanager
def refusals_told(doing: str) -> Iterator[None]:
    """Turn what AWS refuses into one sentence.

    Args:
        doing: what was tried, as the beginning of a sentence: "Creating the model x".

    Raises:
        DeploymentError: the call was refused, or AWS could not be reached.
    """
    try:
        yield
    except ClientError as error:
        found = error.response.get("Error", {})
        code = found.get("Code", "?")
        raise DeploymentError(
            f"{doing} failed ({error.operation_name}: {code}): {_sentence(found.get('Message', ''))}"
            f"{_advice(code, error.operation_name)}"
        ) from error
    except BotoCoreError as error:
        raise DeploymentError(f"{doing} failed: {_sentence(str(error))}{_where_to_look(error)}") from error


def _where_to_look(error: BotoCoreError) -> str:
    return "" if isinstance(error, ParamValidationError) else " Check your AWS credentials and network."


def _sentence(text: str) -> str:
    text = text.strip() or "AWS gave no reason"
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _advice(code: str, operation: str) -> str:
    if code in _DENIED:
        return f" You need the right to {operation}; docs/deploy-model.md lists the policy."
    if code in {"ResourceLimitExceeded", "LimitExceededException"}:
        return " Ask for a higher quota in Service Quotas, or choose another instance type or count."
    if code in {"ExpiredToken", "ExpiredTokenException", "InvalidClientTokenId", "UnrecognizedClientException"}:
        return " Sign in to AWS again."
    return ""
