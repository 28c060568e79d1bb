"""One address for all of AWS: the template declares one variable for it, and SAM passes on no other.

Every request says in its signature which service it is for, and goes to the process that answers for that service. SAM
gives every function the same credentials; a front of its own says whose a request is, so that its policy holds.
"""

from __future__ import annotations

import http.client
import re
import socket
import socketserver
import sys
import threading
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from chartbrief.local_cloud.wsgi_server import Server

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment

_SIGNED = re.compile(r"(?<=Credential=)[^/]+(?=/\d{8}/[^/]+/([^/]+)/aws4_request)")
_IP_FREEBIND = 15  # linux/in.h; podman makes its bridge with the first container, and the front is there before
_SECONDS = 300


class Front(Server):
    """Serves on one address of this machine; `with` starts and stops it.

    Attributes:
        before: called with the method and the path of every request; while it does not return, the request waits.
    """

    def __init__(self, address: str, caller: str, endpoints: Mapping[str, str]) -> None:
        """Listen on a free port.

        Args:
            address: of this machine, where containers find it.
            caller: whose requests come here; the local cloud knows functions by their names.
            endpoints: variables that boto3 reads, AWS_ENDPOINT_URL and those of single services.
        """
        self._address = address
        self._caller, self._endpoints = caller, endpoints
        self.before: Callable[[str, str], None] = lambda method, path: None
        super().__init__(0, self._forward)
        self.port = int(self.server_address[1])

    def __enter__(self) -> Front:
        threading.Thread(target=self.serve_forever, name="front", daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.server_close()

    def server_bind(self) -> None:
        """Bind to the address, and look up no name for it."""
        if sys.platform == "linux":
            self.socket.setsockopt(socket.IPPROTO_IP, _IP_FREEBIND, 1)
        self.server_address = (self._address, 0)
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = self.server_address[:2]

    def _url(self, service: str) -> str:
        return self._endpoints.get(f"AWS_ENDPOINT_URL_{service.upper()}", self._endpoints["AWS_ENDPOINT_URL"])

    def _forward(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        self.before(environ["REQUEST_METHOD"], environ["RAW_URI"])
        signature = environ.get("HTTP_AUTHORIZATION", "")
        signed = _SIGNED.search(signature)
        host = urlsplit(self._url(signed[1] if signed else "")).netloc
        environ["HTTP_AUTHORIZATION"] = _SIGNED.sub(self._caller, signature)
        fields = {name[5:].replace("_", "-"): value for name, value in environ.items() if name.startswith("HTTP_")}
        connection = http.client.HTTPConnection(host, timeout=_SECONDS)
        try:
            body = environ["wsgi.input"].read()
            connection.request(environ["REQUEST_METHOD"], environ["RAW_URI"], body, _sent(fields, host, body))
            answer = connection.getresponse()
            content = answer.read()
        finally:
            connection.close()
        kept = [(name, value) for name, value in answer.getheaders() if name.lower() not in _BETWEEN_TWO]
        start_response(f"{answer.status} {answer.reason}", kept)
        return [content]


# What is between two partners of a connection, and not between its ends.
_BETWEEN_TWO = ("connection", "keep-alive", "transfer-encoding")


def _sent(fields: Mapping[str, str], host: str, body: bytes) -> dict[str, str]:
    own = ("HOST", "EXPECT", "CONTENT-LENGTH", *(name.upper() for name in _BETWEEN_TWO))
    rest = {name: value for name, value in fields.items() if name not in own}
    return {"Host": host, "Content-Length": str(len(body)), **rest}
