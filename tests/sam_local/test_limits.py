"""What happens at a function's limits in its container: it is ended, and what it was about is done by another call."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.functional.books import books
from tests.functional.envelope_sources import DONE, read_envelope
from tests.sam_local.conftest import SamCloud
from tests.sam_local.front import Front
from tests.sam_local.samples_run import settle
from tests.sam_local.start_lambda import BUILT, ContainerRuntime, StartLambda

from chartbrief.local_cloud.functions_runtime import InvocationError

NAME, ELSEWHERE = "NotesUploadedFunction", "notes-without-events"
TIGHT = BUILT.with_name("tight.yaml")


@contextmanager
def tight(sam: SamCloud, logs: Path, **limits: int) -> Iterator[tuple[ContainerRuntime, Front]]:
    """The staging function once more, with other limits, reading a bucket whose events go nowhere."""
    text = BUILT.read_text("utf-8")
    for limit, value in limits.items():
        given = sam.cloud.resources.properties(NAME)[limit]
        assert f"    {limit}: {given}\n" in text
        text = text.replace(f"    {limit}: {given}\n", f"    {limit}: {value}\n", 1)
    TIGHT.write_text(text)
    function = sam.functions[NAME].function
    other = replace(function, environment={**function.environment, "NOTES_BUCKET": ELSEWHERE})
    way = sam.engine.way_home()
    with ExitStack() as open_things:
        open_things.callback(TIGHT.unlink)
        front = open_things.enter_context(Front(way.listen, sam.endpoints))
        service = StartLambda([other], front, way.name, sam.engine, logs, TIGHT)
        open_things.callback(service.stop)
        yield ContainerRuntime(other, service), front


def drop(sam: SamCloud, name: str, notes: int) -> dict[str, Any]:
    """Write a file elsewhere and return the envelope about it."""
    s3 = sam.cloud.session().client("s3")
    s3.create_bucket(Bucket=ELSEWHERE)
    s3.put_bucket_versioning(Bucket=ELSEWHERE, VersioningConfiguration={"Status": "Enabled"})
    lines = [f"{name}-{i},p{i},Chest pain for {i} days. ECG normal.\n" for i in range(notes)]
    body = "note_id,patient_id,note\n" + "".join(lines)
    key = f"incoming/ehr/{name}.csv"
    version = s3.put_object(Bucket=ELSEWHERE, Key=key, Body=body.encode())["VersionId"]
    event = read_envelope("notes_uploaded")
    text = event["Records"][0]["body"].replace("notes-bucket", ELSEWHERE).replace("incoming/ehr/monday.csv", key)
    event["Records"][0]["body"] = text.replace("IYV3p45BT0ac8hjHg1houSdS1a.Mro8e", version)
    return event


def test_a_call_that_its_time_out_cut_short_is_made_again_and_counts_once(sam: SamCloud, tmp_path: Path) -> None:
    before, event = books(sam.cloud), drop(sam, "cut", 7)
    answers_again, staged = threading.Event(), threading.Event()

    def stop_answering_behind_the_shards(method: str, path: str) -> None:
        if method == "PUT" and "/staged/" in path:
            staged.set()
        elif staged.is_set():
            answers_again.wait(60)

    with tight(sam, tmp_path, Timeout=5) as (function, front):
        front.before = stop_answering_behind_the_shards
        started = time.monotonic()
        with pytest.raises(InvocationError, match="timed out"):
            function.invoke(event)
        assert 4 < time.monotonic() - started < 20
        assert staged.is_set()
        answers_again.set()
        assert function.invoke(event) == DONE
    settle(sam.cloud)
    assert books(sam.cloud) - before == {"summarized": 7}


def test_a_function_without_the_memory_it_needs_is_ended(sam: SamCloud, tmp_path: Path) -> None:
    with tight(sam, tmp_path, MemorySize=40) as (function, _), pytest.raises(InvocationError):
        function.invoke(drop(sam, "small", 1))
