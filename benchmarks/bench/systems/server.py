"""This project's model server over HTTP, asked as a transform job asks it; its processes are children of the worker."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx

_START_SECONDS, _ANSWER_SECONDS = 120.0, 3600.0  # a transform job waits up to an hour for a mini-batch


class Server:
    """Mini-batches of JSON Lines, as many in flight as `/execution-parameters` asks for."""

    finished = True

    def __init__(self, served: str, threads: int, parameters: Mapping[str, int], most_in_flight: int = 100) -> None:
        """Start the server and wait for it.

        Args:
            served: artifact folder.
            parameters: of every record's search.
            most_in_flight: mini-batches at a time, if the server asks for more.

        Raises:
            RuntimeError: it does not start.
        """
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        command = [sys.executable, "-m", "note_summarizer.serving", "--model", served, "--port", str(port)]
        # The server takes all the cores it sees: let it see as many as the others use.
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:threads])
        self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL)  # noqa: S603 - our own interpreter
        self._client = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=_ANSWER_SECONDS, trust_env=False)
        self._wait()
        asked = self._client.get("/execution-parameters").raise_for_status().json()
        self._in_flight = min(most_in_flight, int(asked["MaxConcurrentTransforms"]))
        self._more = {"parameters": dict(parameters)}
        self._largest = int(asked["MaxPayloadInMB"]) * 1024 * 1024
        self.settings = f"{self._in_flight} mini-batches in flight, at most {asked['MaxPayloadInMB']} MB each"
        self.checks: dict[str, Any] = {}

    def summarize(self, texts: Sequence[str]) -> list[str]:
        """Return the summaries in the texts' order.

        Raises:
            RuntimeError: a record was answered with an error.
        """
        lines = [json.dumps({"inputs": text, **self._more}).encode() for text in texts]
        with ThreadPoolExecutor(self._in_flight) as pool:
            replies = pool.map(self._ask, mini_batches(lines, self._in_flight, self._largest))
            return [answer for reply in replies for answer in reply]

    def close(self) -> None:
        """Stop the server."""
        self._client.close()
        self._process.terminate()
        self._process.wait(30)

    def _ask(self, lines: Sequence[bytes]) -> list[str]:
        headers = {"Content-Type": "application/jsonlines"}
        reply = self._client.post("/invocations", content=b"\n".join(lines), headers=headers).raise_for_status()
        answers = [json.loads(line) for line in reply.text.split("\n") if line]
        if len(answers) != len(lines) or any("summary_text" not in answer for answer in answers):
            raise RuntimeError("The server did not summarize every record of a mini-batch.")
        return [answer["summary_text"] for answer in answers]

    def _wait(self) -> None:
        end = time.monotonic() + _START_SECONDS
        while time.monotonic() < end and self._process.poll() is None:
            try:
                if self._client.get("/ping").status_code == 200:
                    return
            except httpx.TransportError:
                time.sleep(0.2)
        raise RuntimeError("The model server did not start: see its message above.")


def mini_batches(lines: Sequence[bytes], at_least: int, largest: int) -> list[list[bytes]]:
    """Divide records into mini-batches: enough to fill what may be in flight, none over the payload limit in bytes."""
    budget = min(largest, -(-sum(len(line) + 1 for line in lines) // at_least))
    batches: list[list[bytes]] = [[]]
    size = 0
    for line in lines:
        if batches[-1] and size + len(line) + 1 > budget:
            batches.append([])
            size = 0
        batches[-1].append(line)
        size += len(line) + 1
    return batches
