"""Policies enforced by the servers of the local cloud: what a function's key signs is read as the call that it is."""

import io
import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.awsrequest import AWSResponse
from botocore.exceptions import ClientError
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient
from tests.functional.calls import CALLS, KEY

from chartbrief.local_cloud.iam import needed
from chartbrief.local_cloud.iam.asgi import GrantsMiddleware
from chartbrief.local_cloud.iam.enforcement import GRANTS, REFUSED, Grants, with_grants
from chartbrief.local_cloud.iam.http_requests import HttpRequest
from chartbrief.local_cloud.iam.needs import UnknownCallError


class Sent(Exception):  # noqa: N818 - no error
    """What a client was about to send."""


def client(service: str, send: Any) -> Any:
    found = boto3.client(  # type: ignore[call-overload]
        service,
        "us-east-1",
        endpoint_url="http://127.0.0.1",
        aws_access_key_id="TheFunction",
        aws_secret_access_key="local",
    )
    found.meta.events.register_last("before-send", send)
    return found


def sent(service: str, operation: str, params: dict[str, Any]) -> tuple[HttpRequest, str]:
    """What boto3 makes of a call: the request, and the operation's name."""

    def stop(request: Any, **_: Any) -> None:
        raise Sent(request)

    found = client(service, stop)
    with pytest.raises(Sent) as stopped:
        getattr(found, operation)(**params)
    return http(stopped.value.args[0]), found.meta.method_to_api_mapping[operation]


def http(request: Any) -> HttpRequest:
    path, _, query = request.url.removeprefix("http://127.0.0.1").partition("?")
    text = {
        name.lower(): value.decode() if isinstance(value, bytes) else value for name, value in request.headers.items()
    }
    body = request.body if isinstance(request.body, bytes) else b""
    return HttpRequest(request.method, path, query, lambda name: text.get(name, ""), body)


@pytest.mark.parametrize(("service", "operation", "params"), CALLS)
def test_what_boto3_sends_is_read_as_the_call_it_was(service: str, operation: str, params: dict[str, Any]) -> None:
    request, name = sent(service, operation, params)
    assert request.signer()[0] == "TheFunction"
    keys = {"box": KEY, "local-queue": KEY}
    read = request.call()
    assert read[1] == name
    assert needed(*read, keys) == needed(service, name, params, keys)


@pytest.mark.parametrize(
    ("operation", "params"),
    [
        ("get_object_tagging", {"Bucket": "box", "Key": "a"}),
        ("copy_object", {"Bucket": "box", "Key": "a", "CopySource": "other/b"}),
        ("put_object_acl", {"Bucket": "box", "Key": "a", "ACL": "private"}),
        ("delete_bucket", {"Bucket": "box"}),
    ],
)
def test_any_other_request_is_no_call_that_could_be_granted(operation: str, params: dict[str, Any]) -> None:
    with pytest.raises(UnknownCallError):
        sent("s3", operation, params)[0].call()


def statement(*actions: str, resource: str) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": list(actions), "Resource": resource}


@pytest.fixture
def grants() -> Grants:
    found = Grants()
    roles = {"TheFunction": [statement("s3:GetObject", "s3:PutObject", resource="arn:aws:s3:::box/staged/*")]}
    found.take(json.dumps({"roles": roles, "keys": {}}).encode())
    return found


def asked(grants: Grants, method: str, path: str, signer: str = "TheFunction", status: str = "200 OK") -> str:
    """The status of a request to a bucket; an application that would answer with `status` stands behind."""

    def application(_: Any, start_response: Any) -> Iterator[bytes]:
        start_response(status, [])
        return iter([b""])

    environ = {
        "REQUEST_METHOD": method,
        "RAW_URI": path,
        "PATH_INFO": path,
        "HTTP_AUTHORIZATION": f"AWS4-HMAC-SHA256 Credential={signer}/20260101/us-east-1/s3/aws4_request, Signature=x",
        "wsgi.input": io.BytesIO(),
    }
    told: list[str] = []
    list(with_grants(application, grants)(environ, lambda line, _: told.append(line) or (lambda _: None)))
    return told[0]


def test_a_role_may_what_it_is_granted_and_the_machines_owner_everything(grants: Grants) -> None:
    assert asked(grants, "PUT", "/box/staged/a.jsonl") == "200 OK"
    assert asked(grants, "PUT", "/box/incoming/a.csv") == "403 Forbidden"
    assert asked(grants, "DELETE", "/box/staged/a.jsonl") == "403 Forbidden"
    assert asked(grants, "PUT", "/box/incoming/a.csv", signer="local") == "200 OK"
    assert asked(grants, "DELETE", "/box", signer="local") == "200 OK"
    assert grants.refused == [
        "TheFunction may not s3:PutObject on arn:aws:s3:::box/incoming/...",
        "TheFunction may not s3:DeleteObject on arn:aws:s3:::box/staged/...",
    ]


def test_who_may_not_list_a_bucket_is_not_told_that_an_object_is_missing(grants: Grants) -> None:
    assert asked(grants, "GET", "/box/staged/a.jsonl", status="404 Not Found") == "403 Forbidden"
    roles = {"TheFunction": [statement("s3:GetObject", "s3:ListBucket", resource="arn:aws:s3:::box*")]}
    grants.take(json.dumps({"roles": roles, "keys": {}}).encode())
    assert asked(grants, "GET", "/box/staged/a.jsonl", status="404 Not Found") == "404 Not Found"


def test_the_other_services_refuse_as_aws_words_it() -> None:
    async def answer(request: Any) -> PlainTextResponse:
        return PlainTextResponse((await request.body()).decode())

    app = Starlette(routes=[Route("/", answer, methods=["POST"])], middleware=[Middleware(GrantsMiddleware)])
    http = TestClient(app, base_url="http://127.0.0.1")
    job = "arn:aws:sagemaker:us-east-1:123456789012:transform-job/cb-*"
    roles = {"TheFunction": [statement("sagemaker:DescribeTransformJob", resource=job)]}
    http.post(GRANTS, json={"roles": roles, "keys": {}})

    def send(request: Any, **_: Any) -> AWSResponse:
        got = http.post("/", content=request.body, headers={n: v for n, v in request.headers.items() if n != "Host"})
        raw = io.BytesIO(got.content)
        raw.stream = lambda: iter([got.content])  # type: ignore[attr-defined]
        return AWSResponse(request.url, got.status_code, got.headers, raw)

    sagemaker = client("sagemaker", send)
    assert sagemaker.describe_transform_job(TransformJobName="cb-1")["TransformJobName"] == "cb-1"
    with pytest.raises(ClientError, match="AccessDeniedException"):
        sagemaker.describe_transform_job(TransformJobName="another")
    assert http.get(REFUSED).json() == [
        "TheFunction may not sagemaker:DescribeTransformJob on"
        " arn:aws:sagemaker:us-east-1:123456789012:transform-job/another"
    ]
