"""Every built function takes every envelope of `events/` in its container, under the template's limits."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.sam_local.cold_and_warm import function_of
from tests.sam_local.conftest import SamCloud

from chartbrief.cloud import CHECKOUT
from chartbrief.local_cloud.functions_runtime import InvocationError

ENVELOPES = sorted((CHECKOUT / "events").glob("*.json"))
DONE: dict[str, Any] = {"batchItemFailures": []}


def function_for(sam: SamCloud, event: dict[str, Any]) -> str:
    """The function that the template has an envelope's source invoke."""
    if "Records" not in event:
        (scheduled,) = [name for name, runtime in sam.functions.items() if runtime.function.schedules]
        return scheduled
    queue = sam.cloud.resources.attribute(event["Records"][0]["eventSourceARN"].rpartition(":")[2], "Arn")
    (found,) = [
        name for name, runtime in sam.functions.items() if queue in [s.queue_arn for s in runtime.function.queues]
    ]
    return found


@pytest.mark.parametrize("path", ENVELOPES, ids=lambda path: path.stem)
def test_an_envelope_is_answered_and_again_when_it_comes_again(sam: SamCloud, path: Path) -> None:
    event = json.loads(path.read_text())
    function = sam.functions[function_for(sam, event)]
    assert [function.invoke(event), function.invoke(event)] == [DONE, DONE]


def test_every_function_is_invoked_by_an_envelope(sam: SamCloud) -> None:
    assert {function_for(sam, json.loads(path.read_text())) for path in ENVELOPES} == set(sam.functions)


@pytest.mark.parametrize("name", ["NotesUploadedFunction", "SummariesWrittenFunction"])
def test_what_is_no_event_comes_again_alone(sam: SamCloud, name: str) -> None:
    stem = {"NotesUploadedFunction": "notes_uploaded", "SummariesWrittenFunction": "summaries_written"}[name]
    (record,) = json.loads((CHECKOUT / "events" / f"{stem}.json").read_text())["Records"]
    event = {"Records": [record, {**record, "messageId": "odd", "body": "{}"}]}
    assert sam.functions[name].invoke(event) == {"batchItemFailures": [{"itemIdentifier": "odd"}]}


def test_a_raising_handler_is_an_error_of_the_function(sam: SamCloud) -> None:
    with pytest.raises(InvocationError, match="UnexpectedBatchTypeError"):
        sam.functions["TransformFinishedFunction"].invoke({})


def test_memory_time_and_architecture_are_the_templates(sam: SamCloud) -> None:
    for container in sam.service.containers():
        name = function_of(container)
        properties = sam.cloud.resources.properties(name)
        variables = dict(line.split("=", 1) for line in container["Config"]["Env"])
        assert container["HostConfig"]["Memory"] == properties["MemorySize"] * 1024**2
        assert variables["AWS_LAMBDA_FUNCTION_TIMEOUT"] == str(properties["Timeout"])
        given = {key: str(value) for key, value in properties["Environment"]["Variables"].items()}
        assert {key: variables[key] for key in given} == {**given, "AWS_ENDPOINT_URL": sam.service.address}
