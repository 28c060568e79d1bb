"""A model server in the standard library alone: `python toy_model_server.py PORT`. Answers with the first sentence."""

import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

MODEL = {"name": "toy", "version": "1", "sha256": "0" * 64}


class Handler(BaseHTTPRequestHandler):
    """SageMaker's container contract, as little of it as there can be."""

    def do_GET(self) -> None:
        self._answer(200 if self.path == "/ping" else 404, b"")

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        answers = [self._summary(json.loads(line)["inputs"]) for line in body.splitlines()]
        self._answer(200, "".join(json.dumps(answer) + "\n" for answer in answers).encode())

    def _summary(self, note: str) -> dict[str, object]:
        return {"summary_text": note.split(".")[0] + ".", "parts": 1, "model": MODEL}

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/jsonlines")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        return


if __name__ == "__main__":
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
