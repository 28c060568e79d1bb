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
from tests.sam_local.cold_and_warm import measured
from tests.sam_local.conftest import SamCloud
from tests.sam_local.front import Front
from tests.sam_local.samples_run import settle
from tests.sam_local.start_lambda import BUILT, ContainerRuntime, StartLambda

from chartbrief.local_cloud.functions_runtime import InvocationError

NAME, ELSEWHERE = "NotesUploadedFunction", "notes-without-events"
TIGHT = BUILT.with_name("tight.yaml")


@contextmanager
def again(sam: SamCloud, logs: Path, ledger: str = "", **limits: int) -> Iterator[tuple[ContainerRuntime, Front]]:
    """The staging function once more, with other limits, reading a bucket whose events go nowhere."""
    text = BUILT.read_text("utf-8")
    for limit, value in limits.items():
        given = sam.cloud.resources.properties(NAME)[limit]
        assert f"    {limit}: {given}\n" in text
        text = text.replace(f"    {limit}: {given}\n", f"    {limit}: {value}\n", 1)
    TIGHT.write_text(text)
    function = sam.functions[NAME].function
    own = {"NOTES_BUCKET": ELSEWHERE, "LEDGER_TABLE": ledger or function.environment["LEDGER_TABLE"]}
    other = replace(function, environment={**function.environment, **own})
    way = sam.engine.way_home()
    with ExitStack() as open_things:
        open_things.callback(TIGHT.unlink)
        front = open_things.enter_context(Front(way.listen, sam.endpoints))
        service = StartLambda([other], front, way.name, sam.engine, logs, TIGHT)
        open_things.callback(service.stop)
        runtime = ContainerRuntime(other, service)
        yield runtime, front
        sam.remarks.extend(line for line in measured(sam.engine, service.containers(), {NAME: runtime}))


def drop(sam: SamCloud, name: str, *notes: str) -> dict[str, Any]:
    """Write a file elsewhere and return the envelope about it."""
    s3 = sam.cloud.session().client("s3")
    s3.create_bucket(Bucket=ELSEWHERE)
    s3.put_bucket_versioning(Bucket=ELSEWHERE, VersioningConfiguration={"Status": "Enabled"})
    lines = [f"{name}-{i},p{i},{note}\n" for i, note in enumerate(notes)]
    body, key = "note_id,patient_id,note\n" + "".join(lines), f"incoming/ehr/{name}.csv"
    version = s3.put_object(Bucket=ELSEWHERE, Key=key, Body=body.encode())["VersionId"]
    event = read_envelope("notes_uploaded")
    text = event["Records"][0]["body"].replace("notes-bucket", ELSEWHERE).replace("incoming/ehr/monday.csv", key)
    event["Records"][0]["body"] = text.replace("IYV3p45BT0ac8hjHg1houSdS1a.Mro8e", version)
    return event


def other_ledger(sam: SamCloud) -> str:
    """Make a ledger that no other function looks into, and return its name."""
    dynamodb, name = sam.cloud.session().client("dynamodb"), "other-ledger"
    table = sam.cloud.resources.properties("LedgerTable")
    taken = ("AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "BillingMode")
    dynamodb.create_table(TableName=name, **{key: table[key] for key in taken})
    return name


def test_a_call_that_its_time_out_cut_short_is_made_again_and_counts_once(sam: SamCloud, tmp_path: Path) -> None:
    before, event = books(sam.cloud), drop(sam, "cut", *[f"Chest pain for {i} days. ECG normal." for i in range(7)])
    answers_again, staged = threading.Event(), threading.Event()

    def stop_answering_behind_the_shards(method: str, path: str) -> None:
        if method == "PUT" and "/staged/" in path:
            staged.set()
        elif staged.is_set():
            answers_again.wait(60)

    with again(sam, tmp_path, Timeout=5) as (function, front):
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
    with again(sam, tmp_path, MemorySize=40) as (function, _), pytest.raises(InvocationError):
        function.invoke(drop(sam, "small", "Cough."))


def test_a_file_of_100_mb_is_staged_within_the_memory_that_the_template_gives(sam: SamCloud, tmp_path: Path) -> None:
    longest = int(sam.cloud.resources.properties(NAME)["Environment"]["Variables"]["MAX_NOTE_BYTES"])
    sentence = "Seen on the ward round; no fever overnight, eating and drinking. "
    notes = [f"Day {i}. " + sentence * (longest // len(sentence) - 1) for i in range(105)]
    assert sum(map(len, notes)) > 100_000_000
    ledger = other_ledger(sam)
    with again(sam, tmp_path, ledger) as (function, _):
        assert function.invoke(drop(sam, "large", *notes)) == DONE
    rows = sam.cloud.session().client("dynamodb").scan(TableName=ledger)["Items"]
    staged = [row for row in rows if row["sk"]["S"].startswith("RECORD#") and row["status"]["S"] == "pending"]
    assert len(staged) == len(notes)
