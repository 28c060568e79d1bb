"""ListModelInvocationJobs: filters, order and pages.

https://docs.aws.amazon.com/bedrock/latest/APIReference/API_ListModelInvocationJobs.html
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from botocore.utils import parse_to_aware_datetime

from chartbrief.local_cloud.bedrock.invocation_job import InvocationJob
from chartbrief.local_cloud.bedrock.job_views import describe
from chartbrief.local_cloud.executor.errors import invalid

_USUAL_PAGE = 1000


def select_jobs(jobs: Sequence[InvocationJob], request: Mapping[str, Any]) -> dict[str, Any]:
    """Return a page of the jobs that a request selects, the newest first unless it says otherwise.

    Raises:
        ServiceError: ValidationException, the token is none that was given out.
    """
    found = sorted((job for job in jobs if _selected(job, request)), key=lambda job: job.submitted_at)
    if request.get("sortOrder", "Descending") == "Descending":
        found.reverse()
    start, size = _start(request.get("nextToken", "0")), int(request.get("maxResults", _USUAL_PAGE))
    page: dict[str, Any] = {"invocationJobSummaries": [describe(job) for job in found[start : start + size]]}
    return page | ({"nextToken": str(start + size)} if len(found) > start + size else {})


def _selected(job: InvocationJob, request: Mapping[str, Any]) -> bool:
    at = datetime.fromtimestamp(job.submitted_at, UTC)
    after, before = (request.get(name) for name in ("submitTimeAfter", "submitTimeBefore"))
    return (
        request.get("statusEquals") in (None, job.status)
        and request.get("nameContains", "") in job.request["jobName"]
        and (after is None or at > parse_to_aware_datetime(after))
        and (before is None or at < parse_to_aware_datetime(before))
    )


def _start(token: str) -> int:
    if not token.isdecimal():
        raise invalid("nextToken is not valid")
    return int(token)
