"""moto's stores as files: what a run copies by the ten thousand, without a request for each object and row.

Also the place where requests are answered one after another, and counted.
"""

from __future__ import annotations

import base64
import json
import threading
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from chartbrief.local_cloud.template import ACCOUNT, REGION

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

COPY, OBJECTS_OUT, OBJECTS_IN = "/local/copy", "/local/objects-out", "/local/objects-in"
ROWS, ROWS_OUT, USE = "/local/rows", "/local/rows-out", "/local/use"


def with_state(application: WSGIApplication) -> WSGIApplication:
    """Answer one request after another, those under `/local/` from here.

    moto's stores are plain dictionaries and lists: a message sent while another is deleted can be lost, and two
    conditional writes can both succeed. AWS promises neither can happen.
    """
    lock, use = threading.Lock(), Use()

    def locked(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        with lock:
            path, query = environ.get("PATH_INFO", ""), dict(parse_qsl(environ.get("QUERY_STRING", "")))
            if not path.startswith("/local/"):
                return use.counted(application, environ, start_response)
            body = json.dumps(_answer(path, query, use)).encode()
            start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
            return [body]

    return locked


class Use:
    """How many requests were answered, and the wall and processor seconds that took."""

    def __init__(self) -> None:
        self.requests, self.seconds = 0, 0.0

    def counted(
        self, application: WSGIApplication, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        """Answer a request by the application."""
        started = time.perf_counter()
        try:
            return application(environ, start_response)
        finally:
            self.requests += 1
            self.seconds += time.perf_counter() - started

    def as_json(self) -> dict[str, float]:
        """Return the counts so far; processor seconds are the whole process's."""
        return {"requests": self.requests, "seconds": self.seconds, "cpu_seconds": time.process_time()}


def _answer(path: str, query: dict[str, str], use: Use) -> Any:
    if path == USE:
        return use.as_json()
    if path == COPY:
        return _copy(query["bucket"], Path(query["folder"]))
    if path == OBJECTS_OUT:
        return _objects_out(query["bucket"], Path(query["file"]))
    if path == OBJECTS_IN:
        return _objects_in(query["bucket"], Path(query["file"]))
    if path == ROWS:
        return _rows(query["table"], query["prefix"])
    return _rows_out(query["table"], Path(query["file"]))


def s3_store() -> Any:
    """Return moto's S3."""
    from moto.s3.models import s3_backends

    return s3_backends[ACCOUNT]["aws"]


def _copy(bucket: str, folder: Path) -> int:
    """Write every object under a folder, key for path; leave alone what is there already and the same."""
    count = 0
    for key, body in _objects(bucket):
        path = folder / key
        count += 1
        if path.is_file() and path.read_bytes() == body:
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        _write(path, body)
    return count


def _write(path: Path, body: bytes) -> None:
    """Replace a file whole or not at all."""
    partial = path.with_name(path.name + ".partial")
    partial.write_bytes(body)
    partial.replace(path)


def _objects(bucket: str) -> Iterator[tuple[str, bytes]]:
    from moto.s3.models import FakeKey

    for key in list(s3_store().buckets[bucket].keys.values()):
        if isinstance(key, FakeKey):  # and not the mark of a deletion
            yield key.name, key.value


def _objects_out(bucket: str, file: Path) -> None:
    """Write every object as a line of one file: thousands of small files cost more than all they hold."""
    lines = ({"key": key, "body": base64.b64encode(body).decode()} for key, body in _objects(bucket))
    _write(file, "".join(json.dumps(line) + "\n" for line in lines).encode())


def _objects_in(bucket: str, file: Path) -> None:
    for line in map(json.loads, file.read_text("utf-8").splitlines()):
        s3_store().put_object(bucket, line["key"], base64.b64decode(line["body"]))


def _rows(table: str, prefix: str) -> list[dict[str, Any]]:
    """Return the rows whose partition key begins so, in DynamoDB's types."""
    from moto.dynamodb.models import dynamodb_backends

    items = dynamodb_backends[ACCOUNT][REGION].get_table(table).all_items()
    return [item.to_json()["Attributes"] for item in items if str(item.hash_key.value).startswith(prefix)]


def _rows_out(table: str, file: Path) -> None:
    """Write every row of a table, one JSON object of DynamoDB's types a line."""
    _write(file, "".join(json.dumps(row, sort_keys=True) + "\n" for row in _rows(table, "")).encode())
