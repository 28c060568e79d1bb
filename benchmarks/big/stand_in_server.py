"""A model server without a model: `python stand_in_server.py PORT` answers with a note's first sentences."""

from __future__ import annotations

import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

_MODEL = {"name": "stand-in", "version": "1", "sha256": "0" * 64}


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self._answer(200 if self.path == "/ping" else 404, b"")

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        answers = [_summary(json.loads(line)["inputs"]) for line in body.splitlines()]
        self._answer(200, "".join(json.dumps(answer) + "\n" for answer in answers).encode())

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/jsonlines")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        return


def _summary(note: str) -> dict[str, object]:
    return {"summary_text": ". ".join(note.split(". ")[:3]) + ".", "parts": 1, "model": _MODEL}


if __name__ == "__main__":
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), _Handler).serve_forever()
