"""One call of a function in a process of its own, with as much memory as Lambda would give it.

`python -m benchmarks.big.call <job as JSON>` prints what it took, as JSON; the job names the handler, the folder of the
cloud, the environment, the event, the latency of a call, and the limit of memory in bytes.
"""

from __future__ import annotations

import importlib
import json
import os
import resource
import subprocess
import sys
import threading
import time
import uuid
from pathlib import Path
from typing import Any

from chartbrief.local_cloud.lambda_worker import Context

_LIMIT = 1024 * 1024 * 1024
_STACK = 1024 * 1024


def call(folder: Path, function: str, event: dict[str, Any], **options: Any) -> dict[str, Any]:
    """Call a function; return seconds, processor seconds, peak memory in MB, and calls by operation.

    Raises:
        subprocess.CalledProcessError: it died, for want of memory perhaps.
        RuntimeError: a message failed.
    """
    job = folder / f"call-{uuid.uuid4().hex}.json"
    job.write_text(json.dumps({"folder": str(folder), "function": function, "event": event, "latency": 0.0, **options}))
    # Threads share two arenas, or address space would be counted that nobody uses.
    environment = {**os.environ, "MALLOC_ARENA_MAX": "2"}
    command = [sys.executable, "-m", "benchmarks.big.call", str(job)]
    done = subprocess.run(command, check=True, env=environment, stdout=subprocess.PIPE)  # noqa: S603 - our own
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    if answer["failed"]:
        raise RuntimeError(done.stdout.decode())
    return answer


def main() -> None:
    """Make the call that the job describes."""
    job = json.loads(Path(sys.argv[1]).read_text())
    # Address space is more than what is resident, which Lambda limits: a limit on it is the stricter one.
    limit = job.get("limit", _LIMIT)
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    threading.stack_size(_STACK)
    os.environ.update(job["environment"])
    from benchmarks.big.cloud import Cloud

    cloud = Cloud(Path(job["folder"]), job["latency"])
    cloud.install()
    handler = importlib.import_module(f"notes_pipeline.handlers.{job['function']}").lambda_handler
    at_rest = _peak()
    began, computed = time.monotonic(), time.process_time()
    answer = handler(job["event"], Context(job["function"], job.get("timeout", 900)))
    took = {
        "seconds": time.monotonic() - began,
        "processor": time.process_time() - computed,
        "peak_mb": _peak(),
        "at_rest_mb": at_rest,
        "calls": dict(cloud.calls),
        "failed": answer.get("batchItemFailures", []),
    }
    sys.stdout.write("\n" + json.dumps(took) + "\n")


def _peak() -> float:
    # Not `ru_maxrss`, in which a process that was forked begins with its parent's.
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))


if __name__ == "__main__":
    main()
