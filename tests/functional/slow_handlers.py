"""Handlers that a changed template points at: one that takes too long, one that fails, one that says which failed."""

import json
import os
import time
from typing import Any


def too_long(event: dict[str, Any], context: Any) -> None:
    time.sleep(30)


def raises(event: dict[str, Any], context: Any) -> None:
    raise RuntimeError("zanzibarine")


def fails_bad(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Report messages that say "bad"; write down how many messages each call had."""
    with open(os.environ["SEEN"], "a") as file:  # noqa: PTH123 - as a handler of ten lines would
        file.write(f"{len(event['Records'])}\n")
    bad = [r["messageId"] for r in event["Records"] if json.loads(r["body"]) == "bad"]
    return {"batchItemFailures": [{"itemIdentifier": name} for name in bad]}
