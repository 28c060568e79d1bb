"""Policies enforced where requests arrive: a server refuses what the role that signed may not do, as AWS does.

Roles are told apart by the id of the key that signs, which is the role's logical id; signatures are not checked, since
all of this is on one machine and nobody has anything to forge. Whoever signs with another key is the machine's owner
and may do everything.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from chartbrief.local_cloud.iam.http_requests import HttpRequest
from chartbrief.local_cloud.iam.needs import UnknownCallError, if_missing, needed
from chartbrief.local_cloud.iam.policies import Policy

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

GRANTS, REFUSED = "/local/grants", "/local/refused"
_ERROR_TYPES = {"s3": "AccessDenied"}


@dataclass
class Grants:
    """What each role may do.

    Attributes:
        refused: what was refused so far, without the names of objects.
    """

    policies: dict[str, Policy] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)

    def take(self, body: bytes) -> None:
        """Take up the statements of every role, and the keys that encrypt buckets and queues."""
        given = json.loads(body)
        self.policies = {role: Policy(statements) for role, statements in given["roles"].items()}
        self.keys = given["keys"]

    def refusal(self, request: HttpRequest, *, was_missing: bool = False) -> str:
        """Return what a request's signer is not allowed that it needs; "" if it is allowed everything.

        Args:
            was_missing: the object that it asks for does not exist.
        """
        role, _ = request.signer()
        policy = self.policies.get(role)
        if policy is None:
            return ""
        try:
            service, operation, params = request.call()
            wanted = [if_missing(params)] if was_missing else needed(service, operation, params, self.keys)
        except UnknownCallError as unknown:
            return self._refuse(role, str(unknown))
        lacking = [permission for permission in wanted if not policy.allows(permission)]
        return self._refuse(role, f"{lacking[0].action} on {_place(lacking[0].resource)}") if lacking else ""

    def _refuse(self, role: str, what: str) -> str:
        self.refused.append(f"{role} may not {what}")
        return what


def _place(resource: str) -> str:
    """Return a resource without the name of an object, which can be a file's."""
    return "/".join(resource.split("/")[:2]) + ("/..." if resource.count("/") > 1 else "")


def refused_body(service: str, what: str) -> tuple[str, bytes]:
    """Return an error's content type and body, as the service would write them."""
    message = f"not authorized to perform: {what}"
    if service == "s3":
        return "application/xml", f"<Error><Code>AccessDenied</Code><Message>{message}</Message></Error>".encode()
    return "application/x-amz-json-1.0", json.dumps({"__type": "AccessDeniedException", "message": message}).encode()


def with_grants(application: WSGIApplication, grants: Grants) -> WSGIApplication:
    """Refuse what is not granted, and leave everything else to the application."""

    def guarded(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if path == GRANTS:
            grants.take(environ["wsgi.input"].read())
            return _answer(start_response, "200 OK", "application/json", b"{}")
        if path == REFUSED:
            return _answer(start_response, "200 OK", "application/json", json.dumps(grants.refused).encode())
        request = _wsgi_request(environ)
        if what := grants.refusal(request):
            return _denied(start_response, request, what)
        if request.method not in ("GET", "HEAD"):
            return application(environ, start_response)
        return _found(application, environ, start_response, request, grants)

    return guarded


def _found(
    application: WSGIApplication,
    environ: WSGIEnvironment,
    start_response: StartResponse,
    request: HttpRequest,
    grants: Grants,
) -> Iterable[bytes]:
    """Answer a request that reads; whoever may not list a bucket is not told that an object is missing."""
    told: list[Any] = []

    def keep(*answer: Any) -> Callable[[bytes], object]:
        told[:] = answer
        return io.BytesIO().write

    body = application(environ, keep)
    if told[0].startswith("404") and (what := grants.refusal(request, was_missing=True)):
        return _denied(start_response, request, what)
    start_response(*told)
    return body


def _wsgi_request(environ: WSGIEnvironment) -> HttpRequest:
    body = environ["wsgi.input"].read()
    environ["wsgi.input"] = io.BytesIO(body)
    path = str(environ.get("RAW_URI", environ.get("PATH_INFO", ""))).partition("?")[0]
    named = lambda name: str(environ.get("HTTP_" + name.upper().replace("-", "_"), ""))  # noqa: E731
    return HttpRequest(environ["REQUEST_METHOD"], path, environ.get("QUERY_STRING", ""), named, body)


def _denied(start_response: StartResponse, request: HttpRequest, what: str) -> Iterable[bytes]:
    return _answer(start_response, "403 Forbidden", *refused_body(request.signer()[1], what))


def _answer(start_response: StartResponse, status: str, content_type: str, body: bytes) -> Iterable[bytes]:
    start_response(status, [("Content-Type", content_type), ("Content-Length", str(len(body)))])
    return [body]
