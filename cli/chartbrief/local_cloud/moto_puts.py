"""Plain puts to S3, straight into moto's store: a run makes one a note, and most of moto's work is dispatch."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from chartbrief.local_cloud.moto_stores import s3_store

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

_PLAIN_PATH = re.compile(r"/([a-z0-9.-]{3,63})/([A-Za-z0-9_./-]+)")
# What a plain put may say of itself; one that says more (a condition, tags, a copy's source) takes moto's own way.
_PLAIN_AMZ = {"HTTP_X_AMZ_DATE", "HTTP_X_AMZ_CONTENT_SHA256", "HTTP_X_AMZ_SECURITY_TOKEN"} | {
    f"HTTP_X_AMZ_{name}" for name in ("SDK_CHECKSUM_ALGORITHM", "CHECKSUM_CRC32", "CHECKSUM_CRC64NVME")
}
_OTHERS = ("HTTP_IF_MATCH", "HTTP_IF_NONE_MATCH", "HTTP_ORIGIN", "HTTP_CACHE_CONTROL", "HTTP_EXPIRES")
_REQUIRED = ("HTTP_AUTHORIZATION", "HTTP_X_AMZ_CONTENT_SHA256", "HTTP_X_AMZ_SDK_CHECKSUM_ALGORITHM")


def with_plain_puts(application: WSGIApplication) -> WSGIApplication:
    """Answer plain puts of objects as moto's S3 would, and leave everything else to the application."""

    def answered(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        place = _place(environ)
        if place is None:
            return application(environ, start_response)
        start_response("200 OK", _put(environ, *place))
        return [b""]

    return answered


def _place(environ: WSGIEnvironment) -> tuple[Any, str] | None:
    """Return the bucket and the key of a plain put; None for every other request."""
    path = _PLAIN_PATH.fullmatch(environ["RAW_URI"]) if environ["REQUEST_METHOD"] == "PUT" else None
    if path is None or any(name in environ for name in _OTHERS) or not all(name in environ for name in _REQUIRED):
        return None
    if any(name.startswith(("HTTP_X_AMZ_", "HTTP_CONTENT_")) and name not in _PLAIN_AMZ for name in _fields(environ)):
        return None
    bucket = s3_store().buckets.get(path[1])
    if bucket is None or bucket.policy or bucket.logging or bucket.object_lock_enabled:
        return None
    return (bucket, path[2]) if _checksum(environ)[1] else None


def _fields(environ: WSGIEnvironment) -> Iterable[str]:
    return (name for name in environ if name not in ("HTTP_CONTENT_TYPE", "HTTP_CONTENT_LENGTH"))


def _checksum(environ: WSGIEnvironment) -> tuple[str, str]:
    algorithm = str(environ["HTTP_X_AMZ_SDK_CHECKSUM_ALGORITHM"])
    return algorithm, str(environ.get(f"HTTP_X_AMZ_CHECKSUM_{algorithm.upper()}", ""))


def _put(environ: WSGIEnvironment, bucket: Any, key: str) -> list[tuple[str, str]]:
    algorithm, checksum = _checksum(environ)
    store, body = s3_store(), environ["wsgi.input"].read()
    item = store.put_object(bucket.name, key, body, storage="STANDARD", checksum_value=checksum)
    metadata = {"x-amz-content-sha256": environ["HTTP_X_AMZ_CONTENT_SHA256"]}
    if environ["CONTENT_TYPE"]:
        metadata["content-type"] = environ["CONTENT_TYPE"]
    item.set_metadata(metadata)
    item.set_acl(bucket.acl)
    item.checksum_algorithm = algorithm
    store.put_object_tagging(item, {})
    told = {f"x-amz-checksum-{algorithm.lower()}": checksum, **item.response_dict, "content-length": "0"}
    return [*told.items(), ("x-amzn-requestid", uuid.uuid4().hex), ("Access-Control-Allow-Origin", "*")]
