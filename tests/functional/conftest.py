"""Every functional test has an AWS of its own: moto, in this process."""

import threading
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from botocore.config import Config
from moto import mock_aws
from moto.core.botocore_stubber import BotocoreStubber
from moto.kms import models as kms
from tests.functional.jobs import Jobs
from tests.functional.sagemaker import wait_for_jobs
from tests.functional.stack import Stack

from notes_pipeline.aws import clients


@pytest.fixture(autouse=True, scope="session")
def one_key_pair() -> Iterator[None]:
    """Moto draws an RSA key pair for every KMS key, a fifth of what a stack costs, and no test looks at it."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(kms, "generate_private_key", cache(kms.generate_private_key))
        yield


@pytest.fixture(autouse=True, scope="session")
def one_request_at_a_time() -> Iterator[None]:
    """The functions ask from several threads, and moto's transactions copy a table while another request changes it."""
    lock, process = threading.RLock(), BotocoreStubber.process_request

    def locked(stubber: BotocoreStubber, request: Any) -> Any:
        with lock:
            return process(stubber, request)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(BotocoreStubber, "process_request", locked)
        yield


@pytest.fixture(autouse=True, scope="session")
def every_request_is_looked_at() -> Iterator[None]:
    """Deployed, the functions spare botocore's look through each request; here it takes it, by the services' models."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(clients, "_CONFIG", clients._CONFIG.merge(Config(parameter_validation=True)))
        yield


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    clients.forget()
    with mock_aws():
        yield
        wait_for_jobs()
    clients.forget()


@pytest.fixture
def stack(aws: None) -> Stack:
    return Stack()


@pytest.fixture
def jobs(aws: None) -> Jobs:
    return Jobs()


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A working folder of the test's own, for commands that look into `out`."""
    monkeypatch.chdir(tmp_path)
