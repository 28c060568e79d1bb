"""Both runtime services on a port of this machine, saying what a test wants; requests come from botocore itself."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote

import boto3
from botocore.config import Config

from note_summarizer.comparison.services import runtime_config


@dataclass
class Reply:
    """One answer: a document, or bytes as they are; an error's code goes where the services put it."""

    body: Any = None
    status: int = 200
    error: str = ""
    after: float = 0.0

    def bytes(self) -> bytes:
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body or {}).encode()


@dataclass
class Service:
    """What was asked, and what is answered."""

    say: Callable[[dict[str, Any], int], Reply]
    asked: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    most_at_once: int = 0
    _now: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def answer(self, path: str, body: dict[str, Any]) -> Reply:
        with self._lock:
            turn = sum(body == before for _, before in self.asked)
            self.asked.append((path, body))
            self._now += 1
            self.most_at_once = max(self.most_at_once, self._now)
        reply = self.say(body, turn)
        time.sleep(reply.after)
        with self._lock:
            self._now -= 1
        return reply

    @property
    def bodies(self) -> list[dict[str, Any]]:
        return [body for _, body in self.asked]


@contextmanager
def serving(say: Callable[[dict[str, Any], int], Reply]) -> Iterator[tuple[Service, Callable[..., Any]]]:
    """Yield the service and what makes its clients; `say` gets a request and how often it was sent before."""
    service = Service(say)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            reply = service.answer(unquote(self.path), body)
            payload = reply.bytes()
            self.send_response(reply.status)
            if reply.error:
                self.send_header("x-amzn-ErrorType", reply.error)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(payload)))
            self.end_headers()
            self.wfile.write(payload)

        def log_message(self, *_: Any) -> None:
            """Keep quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield service, _clients(f"http://127.0.0.1:{server.server_port}")
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _clients(address: str) -> Callable[..., Any]:
    def connect(name: str, config: Any = None, read_timeout: float = 5) -> Any:
        settings = (config or runtime_config(4)).merge(Config(read_timeout=read_timeout))
        session = boto3.Session("testing", "testing", region_name="us-east-1")
        return session.client(name, endpoint_url=address, config=settings)

    return connect
