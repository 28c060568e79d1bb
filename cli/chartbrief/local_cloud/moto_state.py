"""moto's stores as files: what a run copies by the ten thousand, without a request for each object and row.

Also the place where requests are answered one after another, and counted.
"""

from __future__ import annotations

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

OBJECTS_OUT, OBJECTS_IN, ROWS_OUT, USE = "/local/objects-out", "/local/objects-in", "/local/rows-out", "/local/use"


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
    if path == OBJECTS_OUT:
        return _objects_out(query["bucket"], Path(query["folder"]))
    if path == OBJECTS_IN:
        return _objects_in(query["bucket"], Path(query["folder"]))
    return _rows_out(query["table"], Path(query["file"]))


def _objects_out(bucket: str, folder: Path) -> int:
    """Write every object under a folder, key for path; leave alone what is there already and the same."""
    count = 0
    for key, body in _objects(bucket):
        path = folder / key
        count += 1
        if path.is_file() and path.read_bytes() == body:
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_name(path.name + ".partial")
        partial.write_bytes(body)
        partial.replace(path)
    return count


def _objects(bucket: str) -> Iterator[tuple[str, bytes]]:
    from moto.s3.models import FakeKey, s3_backends

    for key in list(s3_backends[ACCOUNT]["aws"].buckets[bucket].keys.values()):
        if isinstance(key, FakeKey):  # and not the mark of a deletion
            yield key.name, key.value


def _objects_in(bucket: str, folder: Path) -> int:
    from moto.s3.models import s3_backends

    paths = sorted(folder.rglob("*.json"))
    for path in paths:
        s3_backends[ACCOUNT]["aws"].put_object(bucket, path.relative_to(folder).as_posix(), path.read_bytes())
    return len(paths)


def _rows_out(table: str, file: Path) -> int:
    """Write every row of a table, one JSON object of DynamoDB's types a line."""
    from moto.dynamodb.models import dynamodb_backends

    rows = [item.to_json()["Attributes"] for item in dynamodb_backends[ACCOUNT][REGION].get_table(table).all_items()]
    partial = file.with_name(file.name + ".partial")
    partial.write_text("".join(json.dumps(row, sort_keys=True) + "\n" for row in rows), "utf-8")
    partial.replace(file)
    return len(rows)
