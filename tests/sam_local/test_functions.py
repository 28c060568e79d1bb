"""Every built function takes every envelope of `events/` in its container, under the template's limits."""

from __future__ import annotations

import pytest
from tests.functional.envelope_sources import DONE, ENVELOPES, function_for, read_envelope
from tests.sam_local.conftest import SamCloud

from chartbrief.local_cloud.functions_runtime import InvocationError


@pytest.mark.parametrize("name", [path.stem for path in ENVELOPES])
def test_an_envelope_is_answered_and_again_when_it_comes_again(sam: SamCloud, name: str) -> None:
    event = read_envelope(name)
    function = sam.functions[function_for(sam.cloud.resources, event)]
    assert [function.invoke(event), function.invoke(event)] == [DONE, DONE]


def test_every_function_is_invoked_by_an_envelope(sam: SamCloud) -> None:
    assert {function_for(sam.cloud.resources, read_envelope(path.stem)) for path in ENVELOPES} == set(sam.functions)


@pytest.mark.parametrize("name", ["NotesUploadedFunction", "SummariesWrittenFunction"])
def test_what_is_no_event_comes_again_alone(sam: SamCloud, name: str) -> None:
    stem = {"NotesUploadedFunction": "notes_uploaded", "SummariesWrittenFunction": "summaries_written"}[name]
    (record,) = read_envelope(stem)["Records"]
    event = {"Records": [record, {**record, "messageId": "odd", "body": "{}"}]}
    assert sam.functions[name].invoke(event) == {"batchItemFailures": [{"itemIdentifier": "odd"}]}


def test_a_raising_handler_is_an_error_of_the_function(sam: SamCloud) -> None:
    with pytest.raises(InvocationError, match="UnexpectedBatchTypeError"):
        sam.functions["TransformFinishedFunction"].invoke({})


def test_memory_time_and_architecture_are_the_templates(sam: SamCloud) -> None:
    containers = sam.service.containers()
    assert containers.keys() == sam.functions.keys()
    for name, container in containers.items():
        properties = sam.cloud.resources.properties(name)
        variables = dict(line.split("=", 1) for line in container["Config"]["Env"])
        assert container["HostConfig"]["Memory"] == properties["MemorySize"] * 1024**2
        assert variables["AWS_LAMBDA_FUNCTION_TIMEOUT"] == str(properties["Timeout"])
        given = sam.service.environment(name)
        assert {key: variables[key] for key in given} == given
