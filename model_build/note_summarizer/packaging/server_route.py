"""A program: answer requests as our own server does, over an unpacked model.

python -m note_summarizer.packaging.server_route FOLDER REQUESTS ANSWERS [--without-ctranslate2]
"""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import Any


def main(arguments: list[str]) -> None:
    """Load the model as the server does and send each request to the application, without a socket."""
    folder, requests, answers, *hidden = arguments
    if hidden:
        sys.modules["ctranslate2"] = None  # type: ignore[assignment] # importing it then fails, as where it is missing
    # Imported after that: the back ends ask what there is.
    from note_summarizer.artifact import load_artifact
    from note_summarizer.engine import SummaryEngine
    from note_summarizer.serving.app import create_app
    from note_summarizer.serving.served_model import ServedModel

    app = create_app(ServedModel.ready(SummaryEngine.open(load_artifact(Path(folder)))))
    found = [asyncio.run(_post(app, request)) for request in json.loads(Path(requests).read_text("utf-8"))]
    Path(answers).write_text(json.dumps(found), "utf-8")


async def _post(app: Any, request: dict[str, str]) -> str:
    """Send one request through the ASGI interface and return the body of the reply."""
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST", "path": "/invocations",
        "query_string": b"", "headers": [(b"content-type", request["content_type"].encode())],
    }  # fmt: skip
    body = bytearray()

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": request["body"].encode(), "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        body.extend(message.get("body", b""))

    await app(scope, receive, send)
    return body.decode("utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
