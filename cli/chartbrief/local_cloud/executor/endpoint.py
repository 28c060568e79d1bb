"""One endpoint's contract: a request passed on to the container, and its failures as the service words them.

https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_runtime_InvokeEndpoint.html: a body of 6 MB at most, 60
seconds, and ModelError with status 424 for whatever but 200 the container answers: its own status, 429 too, and its
body are fields of that error.
"""

from __future__ import annotations

import httpx

from chartbrief.local_cloud.executor.container import Container
from chartbrief.local_cloud.executor.errors import ServiceError
from chartbrief.local_cloud.template import ACCOUNT, REGION

_LARGEST_BODY, _SECONDS = 6 * 1024 * 1024, 60.0
# The longest that the service quotes: https://docs.aws.amazon.com/botocore/latest/reference/services/sagemaker-runtime/client/exceptions/ModelError.html
_LONGEST_QUOTE = 2048


def not_found(name: str) -> ServiceError:
    """Return the error for an endpoint that is not there."""
    return ServiceError("ValidationError", f"Endpoint {name} of account {ACCOUNT} not found.")


def invoke(container: Container, name: str, body: bytes, content_type: str, accept: str) -> httpx.Response:
    """Answer a synchronous request.

    Raises:
        ServiceError: ValidationError for too large a body, ModelError for a failure of the container.
    """
    if len(body) > _LARGEST_BODY:
        raise ServiceError("ValidationError", "The request body is over 6 MB.", 413)
    return ask(container, name, body, content_type, accept, _SECONDS)


def ask(container: Container, name: str, body: bytes, content_type: str, accept: str, seconds: float) -> httpx.Response:
    """Pass a request on and return what the container answered with 200.

    Raises:
        ServiceError: ModelError, for everything else.
    """
    logs = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/aws/sagemaker/Endpoints/{name}"
    try:
        answer = container.post(body, content_type, accept, seconds)
    except httpx.HTTPError:
        message = "Your invocation timed out while waiting for a response from container primary."
        raise ServiceError("ModelError", message, 424, OriginalStatusCode=0, LogStreamArn=logs) from None
    if answer.status_code == 200:
        return answer
    whose = "client" if 400 <= answer.status_code < 500 else "server"
    quoted = answer.text[:_LONGEST_QUOTE]  # the service does quote it: whoever logs the message logs what it holds
    message = f'Received {whose} error ({answer.status_code}) from primary with message "{quoted}".'
    more = {"OriginalStatusCode": answer.status_code, "OriginalMessage": quoted, "LogStreamArn": logs}
    raise ServiceError("ModelError", message, 424, **more)
