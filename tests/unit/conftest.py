"""Unit tests open no socket: what they need of a network they do not have."""

from collections.abc import Iterator

import pytest
from pytest_socket import disable_socket, enable_socket


@pytest.fixture(autouse=True)
def no_network() -> Iterator[None]:
    # An event loop wakes itself through a socket pair of the UNIX family.
    disable_socket(allow_unix_socket=True)
    yield
    enable_socket()
