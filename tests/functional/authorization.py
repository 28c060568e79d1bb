"""Every call of a function is held against the function's own policy in the template, whatever the test is about."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

from botocore.client import BaseClient
from botocore.exceptions import ClientError

from chartbrief.local_cloud.iam import Permission, needed
from chartbrief.local_cloud.iam.needs import if_missing
from chartbrief.local_cloud.iam.roles import keys_by_name, policies_by_role
from chartbrief.local_cloud.resources import Resources
from notes_pipeline.aws import clients

_BOTO3 = ("s3", "dynamodb", "sqs", "events")
# Services that tests stand in for, by their names in `clients`.
_OTHERS = {
    "sagemaker": "sagemaker",
    "sagemaker_runtime": "sagemaker-runtime",
    "bedrock": "bedrock",
    "bedrock_runtime": "bedrock-runtime",
    "comprehendmedical": "comprehendmedical",
}
_READS, _MISSING = ("GetObject", "HeadObject"), ("NoSuchKey", "404")
BATCH_ROLE = "BedrockBatchRole"


class NotGrantedError(BaseException):
    """A function did what its policy does not allow. No handler catches it, so the test fails."""


class Authorization:
    """The policies of a stack.

    Attributes:
        used: which permissions each function, and each role, has used.
        refused: what was not granted, in the background too, where no test sees it raised.
    """

    def __init__(self, resources: Resources) -> None:
        self.policies = policies_by_role(resources)
        self.keys = keys_by_name(resources)
        self.used: dict[str, set[Permission]] = defaultdict(set)
        self.refused: list[str] = []

    def check(self, role: str, service: str, operation: str, request: dict[str, Any]) -> None:
        self.demand(role, needed(service, operation, request, self.keys))
        if operation == "CreateModelInvocationJob":  # the job asks the model in the role that it is given
            self.demand(BATCH_ROLE, needed(service, "Converse", request))

    def demand(self, role: str, wanted: list[Permission]) -> None:
        for permission in wanted:
            if not self.policies[role].allows(permission):
                self.refused.append(f"{role}: {permission}")
                raise NotGrantedError(f"{role}: {permission}")
            self.used[role].add(permission)

    @contextmanager
    def enforced(self, function: str) -> Iterator[None]:
        """Check what the pipeline's own clients are asked for, in the name of a function."""
        ours, original = [getattr(clients, name)() for name in _BOTO3], BaseClient._make_api_call

        def call(client: BaseClient, operation: str, request: dict[str, Any]) -> Any:
            if not any(client is one for one in ours):
                return original(client, operation, request)
            self.check(function, client.meta.service_model.service_name, operation, request)
            try:
                return original(client, operation, request)
            except ClientError as error:
                if operation in _READS and error.response["Error"]["Code"] in _MISSING:
                    self.demand(function, [if_missing(request)])
                raise

        with ExitStack() as patches:
            patches.enter_context(patch.object(BaseClient, "_make_api_call", call))
            for name, service in _OTHERS.items():
                stands_in = getattr(clients, name)
                guarded = self._guarded(function, service, stands_in)
                patches.enter_context(patch.object(clients, name, guarded))
            before = len(self.refused)
            try:
                yield
            finally:  # whatever was made of it on its way out
                if self.refused[before:]:
                    raise NotGrantedError(*self.refused[before:])

    def _guarded(self, role: str, service: str, client: Callable[[], Any]) -> Callable[[], "Guarded"]:
        return lambda: Guarded(client(), partial(self.check, role, service))

    def batch_session(self, session: Any) -> Any:
        """A session whose S3 may do what Bedrock's batch jobs may."""
        return SimpleNamespace(
            client=lambda name: (
                Guarded(session.client(name), partial(self.check, BATCH_ROLE, name))
                if name == "s3"
                else session.client(name)
            )
        )


class Guarded:
    """A client that stands for a service; each of its operations is checked before it is called."""

    def __init__(self, client: Any, check: Callable[[str, dict[str, Any]], None]) -> None:
        self._client, self._check = client, check

    def __getattr__(self, name: str) -> Any:
        operation = getattr(self._client, name)
        if name == "get_paginator":
            return lambda paged: Guarded(operation(paged), lambda _, request: self._check(camel(paged), request))

        def call(**request: Any) -> Any:
            self._check(camel(name), request)
            return operation(**request)

        return call


def camel(operation: str) -> str:
    named = {"infer_icd10_cm": "InferICD10CM", "list_objects_v2": "ListObjectsV2"}
    return named.get(operation) or operation.title().replace("_", "")
