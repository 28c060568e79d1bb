"""Clients of the local cloud's services."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any

import boto3
from botocore.config import Config

from chartbrief.local_cloud.template import REGION


class LocalSession:
    """Gives boto3 clients whose services are the local ones."""

    def __init__(self, endpoints: Mapping[str, str]) -> None:
        self._endpoints = endpoints
        self._session = boto3.Session(
            aws_access_key_id=endpoints["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=endpoints["AWS_SECRET_ACCESS_KEY"],
            region_name=REGION,
        )
        self._clients: dict[str, Any] = {}
        self._lock = threading.Lock()

    def client(self, service_name: str, /) -> Any:
        """Return the client of a service; clients are shared between threads."""
        with self._lock:
            if service_name not in self._clients:
                variable = "AWS_ENDPOINT_URL_" + service_name.upper().replace("-", "_")
                url = self._endpoints.get(variable, self._endpoints["AWS_ENDPOINT_URL"])
                config = Config(retries={"max_attempts": 2}, max_pool_connections=32)
                self._clients[service_name] = self._session.client(service_name, endpoint_url=url, config=config)  # type: ignore[call-overload]
            return self._clients[service_name]
