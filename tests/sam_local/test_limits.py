"""What happens at a function's limits in its container: it is ended, and what it was about is done by another call."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
import yaml
from tests.functional.books import books
from tests.functional.envelope_sources import DONE, read_envelope
from tests.sam_local.cold_and_warm import measured
from tests.sam_local.conftest import SamCloud
from tests.sam_local.front import Front
from tests.sam_local.samples_run import objects, settle
from tests.sam_local.start_lambda import BUILT, ContainerRuntime, StartLambda

from chartbrief.local_cloud.functions_runtime import InvocationError

LIMITED = BUILT.with_name("limited.yaml")
NOTES = "".join(f'{{"note_id": "limits-{i}", "patient_id": "p", "note": "Cough for {i} days."}}\n' for i in range(7))


@contextmanager
def again(sam: SamCloud, logs: Path, name: str, **limits: int) -> Iterator[tuple[ContainerRuntime, Front]]:
    """A function once more, in a container of its own with other limits."""
    document = yaml.safe_load(BUILT.read_text("utf-8"))
    document["Resources"][name]["Properties"] |= limits
    LIMITED.write_text(yaml.safe_dump(document))
    with ExitStack() as open_things:
        open_things.callback(LIMITED.unlink)
        front = open_things.enter_context(Front(sam.engine.way_home().listen, name, sam.endpoints))
        function = sam.functions[name].function
        service = StartLambda({name: (function, front)}, sam.endpoints["AWS_ENDPOINT_URL"], sam.engine, logs, LIMITED)
        open_things.callback(service.stop)
        runtime = ContainerRuntime(function, service)
        yield runtime, front
        sam.remarks.extend(measured(sam.engine, service.containers(), {name: runtime}))


def put(sam: SamCloud, name: str, body: str) -> None:
    """Drop a file and wait until all is done."""
    s3, bucket = sam.cloud.session().client("s3"), sam.cloud.outputs["NotesBucket"]
    s3.put_object(Bucket=bucket, Key=f"incoming/ehr/{name}", Body=body.encode())
    settle(sam.cloud)


def test_a_call_that_its_time_out_cut_short_is_made_again_with_the_same_result(sam: SamCloud, tmp_path: Path) -> None:
    put(sam, "limits.jsonl", NOTES)
    records = [json.loads(body) for body in objects(sam.cloud, "SummariesBucket", "by_note/").values()]
    (batch,) = {record["batch_id"] for record in records if record["note_id"].startswith("limits-")}
    event = read_envelope("summaries_written")
    event["Records"][0]["body"] = json.dumps({"detail": {"batch_id": batch}})
    published = objects(sam.cloud, "SummariesBucket", "table/")
    answers_again, written = threading.Event(), list[str]()

    def stop_answering(method: str, path: str) -> None:
        if method == "PUT":
            written.append(path)
            answers_again.wait()

    # Long enough that a cold start on this machine, as busy as it is, is not what is cut short.
    begun, ended = sam.functions["SummariesWrittenFunction"].invocations[0]
    limit = 15 + 3 * round(ended - begun)
    with again(sam, tmp_path, "SummariesWrittenFunction", Timeout=limit) as (function, front):
        front.before = stop_answering
        started = time.monotonic()
        with pytest.raises(InvocationError, match="timed out"):
            function.invoke(event)
        assert limit - 1 < time.monotonic() - started < 2 * limit + 15
        assert written
        answers_again.set()
        assert function.invoke(event) == DONE
    assert objects(sam.cloud, "SummariesBucket", "table/").keys() == published.keys()


def test_a_function_without_the_memory_it_needs_is_ended(sam: SamCloud, tmp_path: Path) -> None:
    with (
        again(sam, tmp_path, "NotesUploadedFunction", MemorySize=40) as (function, _),
        pytest.raises(InvocationError),
    ):
        function.invoke(read_envelope("notes_uploaded"))


def test_a_file_of_100_mb_is_staged_within_the_memory_that_the_template_gives(sam: SamCloud) -> None:
    variables = sam.functions["NotesUploadedFunction"].function.environment
    longest, before = int(variables["MAX_NOTE_BYTES"]), books(sam.cloud)
    sentence = "Seen on the ward round; no fever overnight, eating and drinking. "
    # Each is longer than a note may be; the last is not.
    notes = [*(f"Day {i}. " + sentence * (longest // len(sentence) + 1) for i in range(105)), "Cough."]
    lines = [json.dumps({"note_id": f"large-{i}", "note": note}) for i, note in enumerate(notes)]
    assert sum(map(len, lines)) > 100_000_000
    put(sam, "large.jsonl", "\n".join(lines))
    assert books(sam.cloud) - before == {"quarantined": 105, "summarized": 1}
