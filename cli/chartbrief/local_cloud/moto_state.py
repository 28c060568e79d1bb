"""moto's stores beyond AWS's own requests: kept in a journal, and copied without a request for each object and row.

Also the place where requests are answered one after another, and counted.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from chartbrief.kept_state import JOURNAL
from chartbrief.local_cloud.journal import StateError, StateInUseError
from chartbrief.local_cloud.moto_export import forget_export, take_up_export
from chartbrief.local_cloud.moto_kept import Kept
from chartbrief.local_cloud.moto_stores import find_tables, s3_store
from chartbrief.local_cloud.moto_versions import body_md5

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

COPY, ROWS, USE = "/local/copy", "/local/rows", "/local/use"
KEEP, REPORTED, UNREPORTED, SETTLE = "/local/keep", "/local/reported", "/local/unreported", "/local/settle"
# What a run that was killed has left behind ends within moments of it.
_OTHER_ENDS_SECONDS = 10.0
_CANNOT_WRITE = 74


def with_state(application: WSGIApplication) -> WSGIApplication:
    """Answer one request after another, those under `/local/` from here, and each when what it changed is written.

    moto's stores are plain dictionaries and lists: a message sent while another is deleted can be lost, and two
    conditional writes can both succeed. AWS promises neither can happen.
    """
    lock, state = threading.Lock(), _State()

    def locked(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        with lock:
            path, query = environ.get("PATH_INFO", ""), dict(parse_qsl(environ.get("QUERY_STRING", "")))
            if not path.startswith("/local/"):
                answer = state.use.counted(application, environ, start_response)
                state.write_changes()
                return answer
            try:
                status, content = "200 OK", state.answer(path, query)
            except StateError as error:
                status, content = "409 Conflict", str(error)
            state.write_changes()
            body = json.dumps(content).encode()
            start_response(status, [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
            return [body]

    return locked


class _State:
    """moto's stores beyond what AWS answers about them."""

    def __init__(self) -> None:
        self.use = Use()
        self._kept: Kept | None = None

    def write_changes(self) -> None:
        """Keep what was changed. If that fails, end: what would be answered is not true of what a later run reads."""
        try:
            if self._kept:
                self._kept.write_changes()
        except OSError as error:
            sys.stderr.write(f"the state cannot be written ({error.strerror})\n")
            sys.stderr.flush()
            os._exit(_CANNOT_WRITE)

    def answer(self, path: str, query: dict[str, str]) -> Any:
        """Answer a request of ours.

        Raises:
            StateError: the state cannot be used.
        """
        if path == USE:
            return self.use.as_json()
        if path == COPY:
            return _copy(query["bucket"], Path(query["folder"]))
        if path == ROWS:
            return _rows(query["table"], query["prefix"])
        if path == KEEP:
            self._kept = _keep(Path(query["folder"]), query.get("table", ""), query.get("bucket", ""))
            return not self._kept.is_new
        if self._kept and path == UNREPORTED:
            return [_drop(version) for version in self._kept.unreported(query["bucket"])]
        if self._kept and path == REPORTED:
            self._kept.mark_reported()
        elif self._kept and path == SETTLE:
            self._kept.settle()
        return None


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


def _keep(folder: Path, table: str, bucket: str) -> Kept:
    deadline = time.monotonic() + _OTHER_ENDS_SECONDS
    while True:
        try:
            kept = Kept(folder / JOURNAL)
            break
        except StateInUseError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
    if kept.is_new:
        take_up_export(folder, table, bucket)
        kept.write_changes()  # in one record: all of it is taken up, or nothing
    forget_export(folder)
    return kept


def _drop(version: Any) -> dict[str, Any]:
    return {"key": version.name, "version_id": version.version_id, "size": version.size, "md5": body_md5(version)}


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


def _rows(table: str, prefix: str) -> list[dict[str, Any]]:
    """Return the rows whose partition key begins so, in DynamoDB's types."""
    items = find_tables()[table].all_items()
    return [item.to_json()["Attributes"] for item in items if str(item.hash_key.value).startswith(prefix)]
