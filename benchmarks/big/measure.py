"""What is measured: a large file, a large backlog, a large job, and files that are read whole."""

from __future__ import annotations

import csv
import json
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from benchmarks.big.notes import note_lines, write_notes
from benchmarks.big.stack import Stack, Took, total_calls

_TOGETHER = 10  # messages that a call of the staging function gets at most
_AT_ONCE = 4  # calls of it that run side by side, as Lambda has them run
_KEY = "incoming/ehr/notes.jsonl"
_ENOUGH_ROUNDS = 200
Figures = dict[str, Any]


def measure_file(folder: Path, notes: int) -> Figures:
    """Drop one file of so many notes: the pass over it, its parts, the plan of all its jobs."""
    stack = Stack(folder)
    size = write_notes(stack.cloud.objects.path(stack.bucket("NOTES_BUCKET"), _KEY), notes)
    event, began = stack.dropped(_KEY), time.monotonic()
    first = stack.messages("notes_uploaded", [event])
    parts = stack.take("NotesUploadedQueue")  # none of a file that is small enough to be staged at once
    some = [parts[start : start + _TOGETHER] for start in range(0, len(parts), _TOGETHER)]
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        calls = list(pool.map(lambda messages: stack.messages("notes_uploaded", messages), some))
    seconds = time.monotonic() - began
    rounds = _plan(stack)
    staged = stack.books()
    _, given = stack.run_jobs() if notes <= 10_000 else ([], 0)
    return {
        "notes": notes,
        "bytes": size,
        "pass": first,
        "parts": len(parts),
        "staging": _sum(calls),
        "planning": _sum(rounds),
        "jobs": len(list((stack.cloud.folder / "jobs").glob("*.json"))),
        "given": given,
        "books": staged,
        "records": stack.scalar("SELECT json_extract(item, '$.records.N') FROM rows WHERE sk = 'OBJECT'"),
        "seconds": seconds,
    }


def measure_backlog(folder: Path, shards: int) -> Figures:
    """Plan a backlog of so many files of one note, round by round."""
    stack = Stack(folder)
    _fill(stack, shards)
    rounds = _plan(stack)
    return {"shards": shards, "planning": _sum(rounds), "left": stack.scalar(_WAITING), "rounds": len(rounds)}


def measure_job(folder: Path, notes: int, files: int, latency: float) -> Figures:
    """Stage, give and collect a job of so many notes that came in one file, or in as many files."""
    stack = Stack(folder, latency, MaxNotesPerJob=str(max(notes, 1)))
    _stage(stack, notes, files)
    rounds = _plan(stack)
    batches, given = stack.run_jobs()
    calls = []
    messages = [{"batch_id": batch} for batch in batches]
    while messages:
        calls.append(stack.messages("transform_finished", messages[:1]))
        messages = [*messages[1:], *stack.take("TransformFinishedQueue")]
    written, of_notes = stack.summaries()
    return {
        "notes": notes,
        "files": files,
        "jobs": len(batches),
        "given": given,
        "planning": _sum(rounds),
        "collecting": _sum(calls),
        "calls_of_function": len(calls),
        "books": stack.books(),
        "summaries": written,
        "notes_summarized": of_notes,
    }


def measure_whole(folder: Path, size: int) -> list[Figures]:
    """Stage files of formats that are read whole, of so many bytes."""
    found = []
    for name, text in (("csv", ""), ("json", ""), ("csv, in Greek", "Πυρετός και βήχας από χθες. ")):
        stack = Stack(folder)
        path = stack.cloud.objects.path(stack.bucket("NOTES_BUCKET"), f"incoming/ehr/notes.{name[:4].strip(',')}")
        path.parent.mkdir(parents=True)
        records = _records(size, text)
        with path.open("w", newline="") as file:
            if name == "json":
                file.write("[" + ",\n".join(json.dumps(record) for record in records) + "]")
            else:
                writer = csv.DictWriter(file, ["note_id", "patient_id", "note"])
                writer.writeheader()
                writer.writerows(records)
        took = stack.messages("notes_uploaded", [stack.dropped(f"incoming/ehr/{path.name}")])
        found.append({"format": name, "bytes": path.stat().st_size, "staging": took, "books": stack.books()})
    return found


def _records(size: int, text: str) -> Iterator[dict[str, str]]:
    held = 0
    for line in note_lines(10**9):
        record = json.loads(line)
        record["note"] = text * 30 + record["note"][-20:] if text else record["note"]
        held += len(record["note"].encode()) + 64  # its ids, and the names of fields where a format repeats them
        if held > size - 1_000_000:
            return
        yield record


_WAITING = "SELECT COUNT(*) FROM rows WHERE backlog = 'pending'"


def _plan(stack: Stack) -> list[Took]:
    rounds = []
    for _ in range(_ENOUGH_ROUNDS):
        rounds.append(stack.call("batch_due", {}, timeout=300))
        stack.take("BatchNowQueue")
        if not stack.scalar(_WAITING):
            return rounds
    return rounds


def _stage(stack: Stack, notes: int, files: int) -> None:
    place = stack.cloud.objects.path(stack.bucket("NOTES_BUCKET"), "incoming/ehr")
    place.mkdir(parents=True)
    if files == 1:
        write_notes(place / "notes.jsonl", notes)
        stack.messages("notes_uploaded", [stack.dropped(_KEY)])
        for message in stack.take("NotesUploadedQueue"):
            stack.messages("notes_uploaded", [message])
        return
    events = []
    for number, line in enumerate(note_lines(files)):
        (place / f"{number:07d}.jsonl").write_bytes(line)
        events.append(stack.dropped(f"incoming/ehr/{number:07d}.jsonl"))
    latency, stack.latency = stack.latency, 0.0
    for start in range(0, len(events), 5_000):  # more than a call gets: only their collecting is measured
        stack.messages("notes_uploaded", events[start : start + 5_000])
    stack.latency = latency


def _fill(stack: Stack, shards: int) -> None:
    rows = ((f"SHARD#staged/{n:032x}/00000001-{n:08x}.jsonl", n) for n in range(shards))
    values = ((pk, "SHARD", "pending", _time(n), json.dumps(_shard(pk.removeprefix("SHARD#"), n))) for pk, n in rows)
    stack.cloud.table.database.execute("BEGIN")
    stack.cloud.table.database.executemany("INSERT INTO rows VALUES (?, ?, ?, ?, ?)", values)
    stack.cloud.table.database.execute("COMMIT")


def _shard(key: str, number: int) -> dict[str, Any]:
    texts = {"pk": f"SHARD#{key}", "sk": "SHARD", "key": key, "object_id": key.split("/")[1], "backlog": "pending"}
    plain = {name: {"S": text} for name, text in (texts | {"ready_at": _time(number), "failing_since": ""}).items()}
    counts = {"notes": 1, "tokens": 250, "bytes": 1000, "attempt": 1, "excused": 0, "company": 0}
    return plain | {name: {"N": str(count)} for name, count in counts.items()} | {"urgent": {"BOOL": False}}


def _time(number: int) -> str:
    return (
        f"2031-01-01T{number // 3600 % 24:02d}:{number // 60 % 60:02d}:{number % 60:02d}.{number:07d}+00:00"[:26]
        + "+00:00"
    )


def _sum(took: Sequence[Took]) -> Took:
    """Return several calls of a function as one: times and calls added, the highest peak, the longest call."""
    if not took:
        return {"function_calls": 0, "seconds": 0.0, "longest": 0.0, "processor": 0.0, "peak_mb": 0.0, "calls": {}}
    return {
        "function_calls": len(took),
        "seconds": sum(each["seconds"] for each in took),
        "longest": max(each["seconds"] for each in took),
        "processor": sum(each["processor"] for each in took),
        "peak_mb": max(each["peak_mb"] for each in took),
        "calls": dict(total_calls(took)),
    }
