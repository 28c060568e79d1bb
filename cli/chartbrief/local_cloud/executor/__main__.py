"""Serve the executor: `python -m chartbrief.local_cloud.executor PORT MODEL_URL MODEL_NAME ENDPOINT_NAME [OUTPUT]`.

OUTPUT, an S3 location, makes the endpoint an asynchronous one.
"""

from __future__ import annotations

import sys

import boto3
import uvicorn

from chartbrief.local_cloud.executor.app import create_app
from chartbrief.local_cloud.executor.container import Container
from chartbrief.local_cloud.executor.service import Service
from chartbrief.local_cloud.processes import leave_interrupts_to_parent


def main() -> None:
    """Serve until the parent ends this process."""
    leave_interrupts_to_parent()
    port, model_url, model, endpoint, *async_output = sys.argv[1:6]
    container, s3, events = Container(model_url), boto3.client("s3"), boto3.client("events")
    service = Service(container, s3, events, model, endpoint, *async_output)
    uvicorn.run(create_app(service), host="127.0.0.1", port=int(port), log_level="warning", access_log=False)


if __name__ == "__main__":
    main()
