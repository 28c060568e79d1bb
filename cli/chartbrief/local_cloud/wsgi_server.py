"""A WSGI server for the loopback interface that keeps connections open; werkzeug's opens one for every request."""

from __future__ import annotations

import io
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes

if TYPE_CHECKING:
    from collections.abc import Callable
    from wsgiref.types import WSGIApplication, WSGIEnvironment


class Server(ThreadingHTTPServer):
    """Serves one application on 127.0.0.1, each connection in a thread of its own."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, port: int, application: WSGIApplication) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.application = application


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # A head and a body sent one by one over a kept connection wait 40 ms for each other's acknowledgement.
    wbufsize, disable_nagle_algorithm = -1, True
    server: Server

    def _serve(self) -> None:
        # Read whole, whatever the application makes of it: the next request begins behind it.
        body = self._chunks() if "Transfer-Encoding" in self.headers else self.rfile.read(self._length())
        status, headers = [""], list[tuple[str, str]]()

        def start_response(line: str, fields: list[tuple[str, str]], _: Any = None) -> Callable[[bytes], object]:
            status[0], headers[:] = line, fields
            return content.write

        content = io.BytesIO()
        answer = self.server.application(self._environ(body), start_response)
        try:
            content.writelines(answer)
        finally:
            getattr(answer, "close", lambda: None)()
        self._reply(status[0], headers, content.getvalue())

    do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = do_PATCH = _serve  # noqa: N815 - names that the library calls

    def _length(self) -> int:
        return int(self.headers.get("Content-Length") or 0)

    def _chunks(self) -> bytes:
        body = b""
        while size := int(self.rfile.readline().split(b";")[0], 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        while self.rfile.readline().strip():  # trailers
            continue
        return body

    def _environ(self, body: bytes) -> WSGIEnvironment:
        path, _, query = self.path.partition("?")
        host, port = self.server.server_address[:2]
        fields = {"HTTP_" + name.upper().replace("-", "_"): value for name, value in self.headers.items()}
        return {
            **fields,
            "REQUEST_METHOD": self.command,
            "SCRIPT_NAME": "",
            "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
            "QUERY_STRING": query,
            "REQUEST_URI": self.path,
            "RAW_URI": self.path,
            "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "CONTENT_LENGTH": str(len(body)),
            "SERVER_NAME": str(host),
            "SERVER_PORT": str(port),
            "SERVER_PROTOCOL": self.request_version,
            "REMOTE_ADDR": self.client_address[0],
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(body),
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }

    def _reply(self, status: str, headers: list[tuple[str, str]], body: bytes) -> None:
        code, _, phrase = status.partition(" ")
        self.send_response_only(int(code), phrase)
        names = {name.lower() for name, _ in headers}
        for name, value in headers:
            self.send_header(name, value)
        if "content-length" not in names:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def handle_expect_100(self) -> bool:
        """Tell a client to go on at once: it waits for that."""
        answered = super().handle_expect_100()
        self.wfile.flush()
        return answered
