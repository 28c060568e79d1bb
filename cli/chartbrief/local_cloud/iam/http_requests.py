"""A signed HTTP request as the call that it is: whose key signed it, the service, the operation, its parameters."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, unquote

from chartbrief.local_cloud.iam.needs import UnknownCallError

_CREDENTIAL = re.compile(r"Credential=([^/,]+)/[^/]*/[^/]*/([^/]+)/aws4_request")
_ENDPOINT = re.compile(r"/endpoints/([^/]+)/(async-)?invocations")
_CONVERSE, _JOB = re.compile(r"/model/(.+)/converse"), re.compile(r"/model-invocation-job/(.+)")
Call = tuple[str, dict[str, Any]]
# Of a query, what does not tell one operation of S3 from another.
_SAYING_LITTLE = frozenset(
    {"versionId", "partNumber", "uploadId", "x-id", "prefix", "delimiter", "continuation-token", "max-keys"}
)


@dataclass(frozen=True)
class HttpRequest:
    """A request as a server sees it.

    Attributes:
        path: as it was sent, escapes and all.
        header: gives a header by its lower-case name, "" where there is none.
    """

    method: str
    path: str
    query: str
    header: Callable[[str], str]
    body: bytes

    def signer(self) -> tuple[str, str]:
        """Return the id of the key that signed the request, and the service it was signed for; "" if nobody signed."""
        found = _CREDENTIAL.search(self.header("authorization"))
        return (found[1], found[2]) if found else ("", "")

    def call(self) -> tuple[str, str, dict[str, Any]]:
        """Return service, operation and parameters.

        Raises:
            UnknownCallError: it is no call that is known here.
        """
        service = self.signer()[1]
        if target := self.header("x-amz-target"):
            return service, target.rpartition(".")[2], json.loads(self.body or b"{}")
        if service not in _REST:
            raise UnknownCallError(f"{service} {self.method}")
        return (service, *_REST[service](self))


def _s3(request: HttpRequest) -> Call:
    _, bucket, *rest = request.path.split("/", 2)
    key, query = unquote(rest[0]) if rest else "", parse_qs(request.query, keep_blank_values=True)
    params: dict[str, Any] = {"Bucket": bucket, "Key": key}
    if "versionId" in query:
        params["VersionId"] = query["versionId"][0]
    if tagging := request.header("x-amz-tagging"):
        params["Tagging"] = tagging
    return _s3_operation(request, bool(key), query), params


def _s3_operation(request: HttpRequest, has_key: bool, query: Mapping[str, Any]) -> str:
    own = sorted(set(query) - _SAYING_LITTLE)
    kind = (request.method, has_key, ",".join(own), "uploadId" in query)
    found = {
        ("GET", False, "encoding-type,list-type", False): "ListObjectsV2",
        ("GET", False, "list-type", False): "ListObjectsV2",
        ("HEAD", False, "", False): "HeadBucket",
        ("GET", True, "", False): "GetObject",
        ("HEAD", True, "", False): "HeadObject",
        ("PUT", True, "", False): "PutObject",
        ("PUT", True, "", True): "UploadPart",
        ("POST", True, "uploads", False): "CreateMultipartUpload",
        ("POST", True, "", True): "CompleteMultipartUpload",
        ("DELETE", True, "", True): "AbortMultipartUpload",
        ("DELETE", True, "", False): "DeleteObject",
    }
    if kind not in found or request.header("x-amz-copy-source"):
        raise UnknownCallError(f"s3 {request.method} {','.join(own)}")
    return found[kind]


def _sagemaker(request: HttpRequest) -> Call:
    found = _ENDPOINT.fullmatch(request.path)
    if not found:
        raise UnknownCallError(f"sagemaker {request.method}")
    return f"InvokeEndpoint{'Async' if found[2] else ''}", {"EndpointName": unquote(found[1])}


def _bedrock(request: HttpRequest) -> Call:
    if found := _CONVERSE.fullmatch(request.path):
        return "Converse", {"modelId": unquote(found[1])}
    if found := _JOB.fullmatch(request.path):
        return "GetModelInvocationJob", {"jobIdentifier": unquote(found[1])}
    if request.path == "/model-invocation-jobs":
        return "ListModelInvocationJobs", {}
    if request.path == "/model-invocation-job":
        return "CreateModelInvocationJob", json.loads(request.body)
    raise UnknownCallError(f"bedrock {request.method}")


_REST: dict[str, Callable[[HttpRequest], Call]] = {"s3": _s3, "sagemaker": _sagemaker, "bedrock": _bedrock}
