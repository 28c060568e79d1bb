"""The calls that a schedule makes by the hundred, straight to moto's own models: no HTTP is made up and taken apart.

What comes of a call is moto's doing all the same; a test runs a schedule both ways.
"""

import io
from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError
from botocore.response import StreamingBody
from moto.core.exceptions import JsonRESTError
from moto.core.utils import camelcase_to_underscores
from moto.dynamodb.responses import DynamoHandler
from moto.s3.models import s3_backends

from chartbrief.local_cloud.template import ACCOUNT, REGION

Request = dict[str, Any]
_ROWS = {"GetItem", "PutItem", "UpdateItem", "Query", "BatchGetItem", "BatchWriteItem", "TransactWriteItems"}
_PAGE = 1000


def short_cut(operation: str, request: Request) -> Callable[[], Any] | None:
    """Return the way around HTTP for a call, or None if it has none."""
    if operation in _ROWS:
        return lambda: _row_call(operation, request)
    known = _OBJECT_CALLS.get(operation)
    if known is None or not set(request) <= known[1]:
        return None
    return lambda: known[0](request)


def _row_call(operation: str, request: Request) -> Any:
    handler = DynamoHandler()
    handler.headers, handler.region, handler.current_account, handler.uri_match = {}, REGION, ACCOUNT, None
    handler.body = handler.params = request
    try:
        result = getattr(handler, camelcase_to_underscores(operation))().result
    except JsonRESTError as error:
        raise _refused(error.relative_error_type, error.message, operation) from None
    return _plain(result)


def _plain(value: Any) -> Any:
    """moto's own attribute values as the wire has them."""
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if hasattr(value, "to_regular_json"):
        return value.to_regular_json()
    return value.to_json() if hasattr(value, "to_json") else value


def _get_object(request: Request) -> Any:
    found = _backend().get_object(request["Bucket"], request["Key"], version_id=request.get("VersionId"))
    if found is None:
        raise _refused("NoSuchVersion" if "VersionId" in request else "NoSuchKey", "not there", "GetObject")
    body = found.value
    return {"Body": StreamingBody(io.BytesIO(body), len(body)), "ContentLength": len(body)}


def _put_object(request: Request) -> Any:
    body = request["Body"]
    made = _backend().put_object(request["Bucket"], request["Key"], bytes(body), disable_notification=True)
    return {"VersionId": made.version_id}


def _list_objects(request: Request) -> Any:
    keys = _backend().get_bucket(request["Bucket"]).keys
    prefix = request.get("Prefix", "")
    found = [{"Key": key, "Size": len(keys[key].value)} for key in sorted(keys) if key.startswith(prefix)]
    assert len(found) <= _PAGE
    return {"Contents": found, "IsTruncated": False}


def _backend() -> Any:
    return s3_backends[ACCOUNT]["aws"]


def _refused(code: str, message: str, operation: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": message}}, operation)


_OBJECT_CALLS: dict[str, tuple[Callable[[Request], Any], set[str]]] = {
    "GetObject": (_get_object, {"Bucket", "Key", "VersionId"}),
    "PutObject": (_put_object, {"Bucket", "Key", "Body", "ContentType"}),
    "ListObjectsV2": (_list_objects, {"Bucket", "Prefix"}),
}
