"""A function under Lambda's own runtime, in a process of its own: what it writes to the log, the trace and its caller.

`python -m tests.functional.lambda_runtime`, with a request as JSON on standard input; everything that comes out is
printed. The runtime sets logging up before it imports the handler, to the level of the function's configuration.
"""

import contextlib
import json
import logging
import subprocess
import sys
from collections.abc import Mapping
from typing import Any
from unittest.mock import patch

FUNCTION = "NotesUploadedFunction"
# As Lambda gives them to a function whose LoggingConfig asks for DEBUG, and everything that Powertools can turn on.
LOUDEST = {
    "AWS_LAMBDA_LOG_FORMAT": "JSON",
    "AWS_LAMBDA_LOG_LEVEL": "DEBUG",
    "POWERTOOLS_LOG_LEVEL": "DEBUG",
    "POWERTOOLS_DEBUG": "true",
    "POWERTOOLS_DEV": "true",
    "POWERTOOLS_LOGGER_LOG_EVENT": "true",
    "POWERTOOLS_LOGGER_SAMPLE_RATE": "1",
}
_CLIENTS = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_ENDPOINT_URL_BEDROCK_RUNTIME": "http://127.0.0.1:9",
}


def run_under_lambda(request: Mapping[str, Any], environment: Mapping[str, str], path: str) -> str:
    """Drop a file and have it staged; then ask Bedrock, where its other bodies are text too.

    Args:
        request: `key` and `body` of the file; what Bedrock `asks`; `raises`, the words of an error that
            reading it ends with; `undone`, to take the functions' own precaution back.
    """
    command = [sys.executable, "-W", "ignore", "-m", "tests.functional.lambda_runtime"]
    variables = {"PYTHONPATH": path, **_CLIENTS, **environment}
    ended = subprocess.run(
        command, input=json.dumps(request), env=variables, capture_output=True, text=True, check=True
    )
    return ended.stdout + ended.stderr


class _Caller:
    """Stands for Lambda's interface to its runtime: prints what the runtime reports, X-Ray's part too."""

    def __init__(self) -> None:
        from awslambdaric.lambda_runtime_marshaller import LambdaMarshaller

        self.marshaller = LambdaMarshaller()

    def post_invocation_error(self, *reported: Any) -> None:
        sys.stdout.write(f"reported {reported}\n")

    def post_invocation_result(self, *reported: Any) -> None:
        sys.stdout.write(f"answered {reported}\n")


def main() -> None:
    from awslambdaric import bootstrap

    asked = json.load(sys.stdin)
    sink = bootstrap.StandardLogSink()
    bootstrap._setup_logging(bootstrap._AWS_LAMBDA_LOG_FORMAT, bootstrap._AWS_LAMBDA_LOG_LEVEL, sink)
    from moto import mock_aws
    from tests.functional.stack import Stack, queue_event

    from notes_pipeline.aws import bedrock
    from notes_pipeline.errors import PipelineError
    from notes_pipeline.handlers import notes_uploaded

    if asked.get("undone"):
        logging.getLogger().setLevel("DEBUG")
    with mock_aws():
        stack = Stack()
        event = queue_event("notes_uploaded", stack.drop(asked["key"], asked["body"]))
        words = asked.get("raises", "")
        failing = {"side_effect": RuntimeError(words)} if words else {"wraps": notes_uploaded.each_message}
        with patch.object(notes_uploaded, "each_message", **failing):
            arguments = [json.dumps(event).encode(), "application/json", None, None, "arn", 0, None, sink]
            bootstrap.handle_event_request(
                _Caller(), lambda event, _: stack.invoke(FUNCTION, event), "request-1", *arguments
            )
    with contextlib.suppress(PipelineError):  # nobody listens there
        bedrock.converse(
            "amazon.nova-lite-v1:0", {"messages": [{"role": "user", "content": [{"text": asked["asks"]}]}]}
        )


if __name__ == "__main__":
    main()
