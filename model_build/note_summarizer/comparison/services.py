"""The two services that are asked: SageMaker's InvokeEndpoint and Bedrock's Converse, one request at a time.

Requests and errors: https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_runtime_InvokeEndpoint.html and
https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from note_summarizer.comparison.answers import TIMED_OUT
from note_summarizer.comparison.back_off import Ask, AskError
from note_summarizer.comparison.systems import System

# An endpoint's container has 60 s to answer (InvokeEndpoint's page); a model on Bedrock may write for longer.
READ_SECONDS, CONNECT_SECONDS = 120, 10
_THROTTLED = {"ThrottlingException", "TooManyRequestsException", "Throttling", "ServiceQuotaExceededException"}
_BUSY = {
    "InternalDependencyException",
    "InternalFailure",
    "InternalServerException",
    "ModelErrorException",
    "ModelNotReadyException",
    "ServiceUnavailable",
    "ServiceUnavailableException",
}
_LATE = {"ModelTimeoutException"}
_MISSING_RIGHT = {"AccessDeniedException", "AccessDenied"}
_MISSING_NAME = {"ResourceNotFoundException"}
_SIGNED_OUT = {"ExpiredToken", "ExpiredTokenException", "InvalidClientTokenId", "UnrecognizedClientException"}
_TOO_MANY, _SERVER = 429, 500


def ask_endpoint(client: Any, system: System) -> Ask:
    """Return how an endpoint is asked: one JSON object a request, as the pipeline sends it to containers not ours.

    Args:
        client: boto3's `sagemaker-runtime`.
    """

    def ask(body: dict[str, Any]) -> Any:
        request = json.dumps(body, ensure_ascii=False).encode()
        answer = _asked(
            lambda: client.invoke_endpoint(
                EndpointName=system.target, ContentType="application/json", Accept="application/json", Body=request
            )["Body"].read()
        )
        try:
            return json.loads(answer)
        except ValueError:
            return None  # no dialect reads it: the answer is malformed

    return ask


def ask_bedrock(client: Any, system: System) -> Ask:
    """Return how a model on Bedrock is asked.

    Args:
        client: boto3's `bedrock-runtime`.
    """
    return lambda body: _asked(lambda: client.converse(modelId=system.target, **body))


def runtime_config(concurrency: int) -> Any:
    """Return botocore's settings: no tries of its own, so that ours are counted, and a connection for each request."""
    from botocore.config import Config

    return Config(
        retries={"total_max_attempts": 1},
        read_timeout=READ_SECONDS,
        connect_timeout=CONNECT_SECONDS,
        max_pool_connections=concurrency,
    )


def _asked(call: Callable[[], Any]) -> Any:
    from botocore.exceptions import (
        BotoCoreError,
        ClientError,
        ConnectionClosedError,
        ConnectionError,  # noqa: A004 - botocore's, of which timeouts are kinds
        EndpointConnectionError,
        NoCredentialsError,
        ReadTimeoutError,
    )

    try:
        return call()
    except ClientError as error:
        raise _refused(error) from None
    except ReadTimeoutError:
        raise AskError(TIMED_OUT, again=True) from None
    except (NoCredentialsError, EndpointConnectionError) as error:
        raise AskError(type(error).__name__, final=True, advice="check your credentials, region and network.") from None
    except (ConnectionClosedError, ConnectionError) as error:
        raise AskError(type(error).__name__, again=True) from None
    except BotoCoreError as error:
        raise AskError(type(error).__name__, final=True, advice="check your AWS settings.") from None


def _refused(error: Any) -> AskError:
    found = error.response.get("Error", {})
    code, status = str(found.get("Code", "Unknown")), _status(error)
    plain = code if code.isalnum() and code.isascii() else f"Status{status}"
    if code in _MISSING_RIGHT:
        return AskError(plain, final=True, advice=f"you need the right to {error.operation_name}, and to the model.")
    if code in _SIGNED_OUT:
        return AskError(plain, final=True, advice="sign in to AWS again.")
    if code in _MISSING_NAME or (code == "ValidationError" and "not found" in str(found.get("Message", ""))):
        return AskError(plain, final=True, advice="there is nothing of this name in this account and region.")
    if code in _LATE:
        return AskError(TIMED_OUT, again=True)
    throttled = code in _THROTTLED or status == _TOO_MANY
    return AskError(plain, again=throttled or code in _BUSY or status >= _SERVER, throttled=throttled)


def _status(error: Any) -> int:
    # InvokeEndpoint answers 424 with the container's own status beside it.
    own = error.response.get("OriginalStatusCode")
    return own if isinstance(own, int) else int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
