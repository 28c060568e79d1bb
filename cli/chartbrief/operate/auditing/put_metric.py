"""The audit's result as a metric: the template's alarm goes by it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from chartbrief.deployment import Deployment
from chartbrief.operate.auditing.audit_deployment import Audit
from notes_pipeline.aws.error_map import translated
from notes_pipeline.observability import NAMESPACE

METRIC = "AuditProblems"


def put_metric(deployment: Deployment, stack: str, audit: Audit) -> None:
    """Put the number of findings: all of them under the stack's name as the functions' metrics are, and by kind."""
    with translated("CloudWatch PutMetricData"):
        deployment.client("cloudwatch").put_metric_data(
            Namespace=NAMESPACE,
            MetricData=[
                _datum(audit, audit.problems, service=stack),
                *(_datum(audit, count, service=stack, kind=kind) for kind, count in audit.counts.items()),
            ],
        )


def _datum(audit: Audit, value: int, **dimensions: str) -> dict[str, Any]:
    return {
        "MetricName": METRIC,
        "Dimensions": [{"Name": name, "Value": text} for name, text in dimensions.items()],
        "Timestamp": datetime.fromtimestamp(audit.began, UTC),
        "Value": float(value),
        "Unit": "Count",
    }
