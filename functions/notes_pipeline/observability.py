"""Logger and metrics. They are given ids, counts and durations only: never note text, names or S3 keys.

Lambda's own active tracing covers the invocations. The X-Ray SDK is left out: it brings botocore along, half the zip
again, and would trace request parameters that can name files.
"""

from __future__ import annotations

from aws_lambda_powertools import Logger, Metrics

NAMESPACE = "Chartbrief"

# Both take the service's name, a dimension of every metric, from the environment: it is the stack's name.
logger = Logger(log_uncaught_exceptions=False)
metrics = Metrics(namespace=NAMESPACE)
