"""A request's body, within limits of size and time."""

from __future__ import annotations

import asyncio
from io import BytesIO

from starlette.requests import ClientDisconnect, Request

from note_summarizer.serving.errors import RequestAbandonedError, RequestError
from note_summarizer.serving.limits import RequestLimits


def check_length(request: Request, limits: RequestLimits) -> None:
    """Refuse a body by the length that its header announces, before any of it is read.

    Raises:
        RequestError: it is too large.
    """
    length = request.headers.get("content-length", "")
    if length.isdecimal() and int(length) > limits.payload_bytes:
        raise _too_large(limits)


async def read_body(request: Request, limits: RequestLimits) -> bytes:
    """Return the whole body.

    Raises:
        RequestError: it is too large, or did not arrive in time.
        RequestAbandonedError: whoever sent it left before its end.
    """
    body = BytesIO()
    try:
        async with asyncio.timeout(limits.body_seconds):
            async for chunk in request.stream():
                if body.tell() + len(chunk) > limits.payload_bytes:
                    raise _too_large(limits)
                body.write(chunk)
    except TimeoutError:
        raise RequestError(408, f"The request did not arrive within {limits.body_seconds:g} seconds.") from None
    except ClientDisconnect:
        raise RequestAbandonedError from None
    return body.getvalue()


def _too_large(limits: RequestLimits) -> RequestError:
    return RequestError(413, f"The request is over {limits.payload_mb} MB: send fewer records at a time.")
