"""Everything that leaves the functions, so that it can be searched: logs, requests, messages, events, names, errors."""

import logging
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from moto.sqs.models import sqs_backends
from tests.functional.authorization import Authorization
from tests.functional.canaries import Canaries
from tests.functional.stack import Stack

from notes_pipeline import observability

# What is a note, or may hold one: bodies of objects in the encrypted buckets, and questions to a model or an engine.
CONTENT = {
    ("s3", "PutObject"): ("Body",),
    ("s3", "UploadPart"): ("Body",),
    ("sagemaker-runtime", "InvokeEndpoint"): ("Body",),
    ("bedrock-runtime", "Converse"): ("messages", "system"),
    ("comprehendmedical", "InferICD10CM"): ("Text",),
}
BUCKETS = ("NotesBucket", "WorkBucket", "SummariesBucket")


class Emissions(logging.Handler):
    """Collects what is emitted by kind, until it is searched.

    `private` lists what may hold nothing; `ledger`, where the key of a dropped file may stand, and nothing else.
    """

    def __init__(self, stack: Stack, canaries: Canaries) -> None:
        super().__init__(logging.NOTSET)
        self.stack, self.canaries = stack, canaries
        self.private: dict[str, list[Any]] = {"logs": [], "requests": [], "errors": []}
        self.ledger: list[Any] = []

    def emit(self, record: logging.LogRecord) -> None:
        error = "".join(traceback.format_exception(*record.exc_info)) if record.exc_info else ""
        self.private["logs"].append([record.getMessage(), {k: repr(v) for k, v in vars(record).items()}, error])

    def raised(self, error: BaseException) -> None:
        """Note an error that came out of a handler, with all that it brings along."""
        self.private["errors"] += [repr(error), str(error), *traceback.format_exception(error)]

    def request(self, service: str, operation: str, request: dict[str, Any]) -> None:
        left = {name: value for name, value in request.items() if name not in CONTENT.get((service, operation), ())}
        if request.get("Bucket") == self.stack.name("NotesBucket"):
            left.pop("Key")  # the dropped file's own
        (self.ledger if service == "dynamodb" else self.private["requests"]).append([operation, left])

    @contextmanager
    def collected(self) -> Iterator[None]:
        """Collect while the block runs; our own logger is at DEBUG."""
        check, root, ours = Authorization.check, logging.getLogger(), logging.getLogger(observability.logger.service)

        def noted(authorization: Authorization, role: str, service: str, operation: str, request: Any) -> None:
            self.request(service, operation, request)
            check(authorization, role, service, operation, request)

        level = ours.level
        root.addHandler(self)
        ours.setLevel(logging.DEBUG)
        try:
            with patch.object(Authorization, "check", noted):
                yield
        finally:
            ours.setLevel(level)
            root.removeHandler(self)

    def invoke(self, function: str, event: Any) -> Any:
        """Run a function; an error of it is noted, not raised."""
        try:
            return self.stack.invoke(function, event)
        except Exception as error:  # noqa: BLE001 - whatever it is
            self.raised(error)
            return None

    def leaks(self, **more: Any) -> dict[str, set[str]]:
        """The places whose marks came out, by where they did; the dropped files' names may stand in the ledger."""
        stack = self.stack
        names = {place for place in self.canaries.marks if place.startswith("file-")}
        emitted = {
            **self.private,
            **more,
            "jobs": [stack.sagemaker.created, stack.bedrock.created],
            "keys": [[key, *told] for bucket in BUCKETS[1:] for key, *told in self.described(bucket)],
            "metadata": [told for bucket in BUCKETS for _, *told in self.described(bucket)],
        }
        found = {kind: self.canaries.found_in(what) for kind, what in emitted.items()}
        for kind, what in {"ledger": [self.ledger, stack.rows("")], "queues": self.messages()}.items():
            found[kind] = self.canaries.found_in(what) - names
        return {kind: places for kind, places in found.items() if places}

    def described(self, bucket: str) -> Iterator[tuple[str, Any, Any]]:
        """The key of every object, with its metadata and tags."""
        s3, name = self.stack.session.client("s3"), self.stack.name(bucket)
        for key in self.stack.objects(bucket):
            head = s3.head_object(Bucket=name, Key=key)
            tags = s3.get_object_tagging(Bucket=name, Key=key)["TagSet"]
            yield key, {**head, "ResponseMetadata": None}, tags

    def messages(self) -> list[Any]:
        """Every message that lies in any queue, dead letters too, with its attributes."""
        queues = sqs_backends["123456789012"]["us-east-1"].queues.values()
        return [[queue.name, vars(message)] for queue in queues for message in queue._messages]
