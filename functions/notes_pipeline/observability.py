"""Logger, tracer and metrics. They are given ids, counts and durations only: never note text, names or S3 keys."""

from __future__ import annotations

from aws_lambda_powertools import Logger, Metrics, Tracer

SERVICE = "notes-pipeline"
NAMESPACE = "Chartbrief"

logger = Logger(service=SERVICE, log_uncaught_exceptions=False)
tracer = Tracer(service=SERVICE, auto_patch=False)
metrics = Metrics(namespace=NAMESPACE, service=SERVICE)
