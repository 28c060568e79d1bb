"""An AWS account for tests: moto in this process, with what it leaves out of SageMaker, and refusals on demand."""

from __future__ import annotations

import gzip
import io
import json
import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError
from moto import mock_aws

from note_summarizer.deployment.connections import Aws, open_aws

BUCKET, ACCOUNT, REGION = "team-models", "123456789012", "us-east-1"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/summarizer"
SUMMARY = {"summary_text": "pneumonia, started ceftriaxone", "parts": 1}
Change = Callable[[dict[str, Any]], dict[str, Any]]


class Account:
    """The account, what was asked of it, and what it will refuse."""

    def __init__(self) -> None:
        self.aws = Aws(_session())
        self.aws.s3.create_bucket(Bucket=BUCKET)
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.refusals: dict[str, Callable[[dict[str, Any]], bool]] = {}
        self.answers: dict[str, Change] = {}

    def refuse(self, operation: str, when: Callable[[dict[str, Any]], bool] = lambda _: True) -> None:
        """Deny an operation from now on."""
        self.refusals[operation] = when

    def change_answer(self, operation: str, change: Change) -> None:
        """Change what an operation answers from now on."""
        self.answers[operation] = change

    def asked(self, operation: str) -> list[dict[str, Any]]:
        """The requests of an operation, in order."""
        return [request for name, request in self.calls if name == operation]

    def endpoint_answers(self, *bodies: Any) -> None:
        """Queue what endpoints answer from now on."""
        from moto.sagemakerruntime.models import sagemakerruntime_backends

        backend = sagemakerruntime_backends[ACCOUNT][REGION]
        backend.results.clear()  # moto answers the same question as before, from whatever endpoint
        backend.results_queue.extend((json.dumps(body), "application/json", "AllTraffic", "") for body in bodies)

    def names(self) -> set[str]:
        """Everything of SageMaker and SSM that is there."""
        from moto.sagemaker.models import sagemaker_backends

        backend = sagemaker_backends[ACCOUNT][REGION]
        parameters = self.aws.ssm.describe_parameters()["Parameters"]
        kinds = (backend._models, backend.endpoint_configs, backend.endpoints, backend.model_package_groups)
        found = {f"{kind}:{name}" for kind, names in zip(_KINDS, kinds, strict=True) for name in names}
        versions = {f"package:{arn.rpartition('model-package/')[2]}" for arn in backend.model_packages}
        return found | versions | {f"parameter:{parameter['Name']}" for parameter in parameters}

    def objects(self, bucket: str = BUCKET) -> set[str]:
        """Every object of a bucket."""
        return {found["Key"] for found in self.aws.s3.list_objects_v2(Bucket=bucket).get("Contents", [])}


_KINDS = ("model", "config", "endpoint", "group")


@cache
def _session() -> Any:
    """One for all tests: a session reads megabytes of service descriptions, once."""
    return open_aws().session


@contextmanager
def sagemaker_account(patched: pytest.MonkeyPatch) -> Iterator[Account]:
    """Yield an empty account in which everything is allowed."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        patched.setenv(name, "testing")
    patched.setenv("AWS_DEFAULT_REGION", REGION)
    patched.setenv("SAGEMAKER_VALIDATE_ROLE", "false")  # the SDK would ask IAM, which moto cannot simulate
    for name in ("AWS_PROFILE", "SAGEMAKER_ROLE"):
        patched.delenv(name, raising=False)
    _complete_moto(patched)
    original = BaseClient._make_api_call
    with mock_aws():
        account = Account()

        def call(client: BaseClient, operation: str, request: dict[str, Any]) -> Any:
            account.calls.append((operation, request))
            if account.refusals.get(operation, lambda _: False)(request):
                raise ClientError({"Error": {"Code": "AccessDeniedException", "Message": "no"}}, operation)
            answer = original(client, operation, request)
            # moto answers {} for what was not given, where SageMaker answers nothing; the SDK reads {} as incomplete.
            if operation.startswith("Describe"):
                answer = {name: value for name, value in answer.items() if value != {}}
            return account.answers.get(operation, lambda same: same)(answer)

        patched.setattr(BaseClient, "_make_api_call", call)
        yield account


def _complete_moto(patched: pytest.MonkeyPatch) -> None:
    """Give moto what it lacks: deletions of the model registry (a group must be empty), and stopping a job."""
    from moto.sagemaker.exceptions import ValidationError
    from moto.sagemaker.responses import SageMakerResponse

    def delete_model_package(response: Any) -> str:
        arn = response._get_param("ModelPackageName")
        if response.sagemaker_backend.model_packages.pop(arn, None) is None:
            raise ValidationError(f"Model package {arn} not found")
        return "{}"

    def delete_model_package_group(response: Any) -> str:
        name, backend = response._get_param("ModelPackageGroupName"), response.sagemaker_backend
        if any(package.model_package_group_name == name for package in backend.model_packages.values()):
            raise ValidationError(f"{name} is not empty")
        backend.model_package_groups.pop(name)
        return "{}"

    def stop_training_job(response: Any) -> str:
        job = response.sagemaker_backend.training_jobs[response._get_param("TrainingJobName")]
        job.training_job_status = "Stopping"
        return "{}"

    for operation in (delete_model_package, delete_model_package_group, stop_training_job):
        patched.setattr(SageMakerResponse, operation.__name__, operation, raising=False)


def write_archive(path: Path, requirements: str = "", **description: Any) -> Path:
    """Write a small model.tar.gz; the same arguments give the same bytes."""
    described = {"name": "demo", "version": "1.0", "sha256": "0" * 64, **description}
    files = {"artifact.json": json.dumps(described), "code/inference.py": "", "code/requirements.txt": requirements}
    path.write_bytes(archive_of(files))
    return path


def archive_of(files: dict[str, str]) -> bytes:
    """A gzipped tar file; the same files give the same bytes."""
    body = io.BytesIO()
    with (
        gzip.GzipFile(fileobj=body, mode="wb", mtime=0) as zipped,
        tarfile.open(fileobj=zipped, mode="w", format=tarfile.PAX_FORMAT) as archive,
    ):
        for name, text in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(text.encode())
            archive.addfile(member, io.BytesIO(text.encode()))
    return body.getvalue()
