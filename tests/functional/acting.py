"""What the tests of commands that act have in common: what a command printed, and what arrived at the pipeline."""

import json
from typing import Any

from tests.functional.operators import operate
from tests.functional.stack import Event, Stack, failed


def said(stack: Stack, *arguments: str, status: int = 0) -> dict[str, Any]:
    """Run a command with `--json`; return what it printed."""
    result = operate(stack, *arguments, "--json")
    assert result.exit_code == status, (result.output, result.exception)
    printed: dict[str, Any] = json.loads(result.stdout.splitlines()[-1])
    return printed


def refused(stack: Stack, *arguments: str, status: int = 2) -> str:
    """Run a command that ends with a status; return what it said on stderr."""
    result = operate(stack, *arguments)
    assert result.exit_code == status, (result.output, result.exception)
    return result.stderr


def arrive(stack: Stack) -> list[Event]:
    """Give the staging function whatever waits for it; return those messages."""
    messages = [body for body in stack.take("NotesUploadedQueue") if body.get("detail-type") != "Object Tags Added"]
    if messages:
        assert failed(stack.upload(*messages)) == []
    return messages
