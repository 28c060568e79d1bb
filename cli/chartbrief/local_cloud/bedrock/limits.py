"""The service's limits, with its defaults.

Of batch jobs: https://docs.aws.amazon.com/bedrock/latest/userguide/batch-inference-data.html names them, and
https://docs.aws.amazon.com/general/latest/gr/bedrock.html has the values for most models. On demand:
https://docs.aws.amazon.com/bedrock/latest/userguide/quotas-runtime.html; accounts differ widely.
"""

from __future__ import annotations

from dataclasses import dataclass

_GIGABYTE = 1024**3


@dataclass(frozen=True)
class Limits:
    """What a model takes in an account.

    Attributes:
        context_tokens: prompt and answer together.
        max_output_tokens: most tokens of an answer.
        requests_per_minute, tokens_per_minute: on demand.
        min_records: fewest records of a batch job.
        max_records: most records of a file, and of a job.
        file_bytes, job_bytes: largest file, and all files of a job together.
        open_jobs: jobs that are submitted or in progress at a time.
    """

    context_tokens: int = 128_000
    max_output_tokens: int = 5_000
    requests_per_minute: int = 1_000
    tokens_per_minute: int = 1_000_000
    min_records: int = 100
    max_records: int = 50_000
    file_bytes: int = _GIGABYTE
    job_bytes: int = 5 * _GIGABYTE
    open_jobs: int = 20
