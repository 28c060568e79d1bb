"""The four functions that the Hugging Face container calls; they answer as the application of this package does.

The container turns an exception into a 400 with a reply of its own, so a refusal is carried to the end as a value and
told there, with its status and message.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from note_summarizer.artifact import load_artifact
from note_summarizer.engine import SummaryEngine
from note_summarizer.serving.errors import RequestError
from note_summarizer.serving.machine import read_machine
from note_summarizer.serving.requests import Reply, Request, answer_request, read_request, refuse


def model_fn(model_dir: str, context: Any = None) -> SummaryEngine:  # noqa: ARG001 - the container's signature
    """Return the engine over the model in a folder, which the container unpacked."""
    return SummaryEngine.open(load_artifact(Path(model_dir)), read_machine().cores)


def input_fn(body: bytes | bytearray | str | None, content_type: str | None, context: Any = None) -> Request | Reply:  # noqa: ARG001
    """Return the request's records, or the reply that refuses it."""
    try:
        # The container decodes plain JSON itself and hands over nothing for an empty body.
        return read_request(body.encode() if isinstance(body, str) else bytes(body or b""), content_type)
    except RequestError as error:
        return refuse(error)


def predict_fn(request: Request | Reply, engine: SummaryEngine, context: Any = None) -> Reply:  # noqa: ARG001
    """Return the reply to the request."""
    return request if isinstance(request, Reply) else answer_request(engine, request)


def output_fn(reply: Reply, accept: str | None, context: Any = None) -> str:  # noqa: ARG001
    """Return the reply's body; its form is the request's, whatever is accepted.

    Raises:
        RequestError: the request is refused, and a container without a context cannot be told so otherwise.
    """
    if reply.status != 200:
        if context is None:
            raise RequestError(reply.status, reply.body.decode("utf-8"))
        context.set_response_status(code=reply.status, phrase="Refused")
    return reply.body.decode("utf-8")
