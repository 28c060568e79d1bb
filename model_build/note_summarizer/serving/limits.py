"""How many requests of which size the server takes at a time; pure.

A transform job that does not say so itself asks `/execution-parameters` for both numbers, and tells the container in
its environment if it does
(https://docs.aws.amazon.com/sagemaker/latest/dg/your-algorithms-batch-code.html). What a job was told it may send must
not be refused later, so the server's own limits are the same two numbers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from note_summarizer.errors import OptionsError
from note_summarizer.serving.machine import Machine

MEGABYTE = 1024 * 1024
PAYLOAD, CONCURRENT = "SAGEMAKER_MAX_PAYLOAD_IN_MB", "SAGEMAKER_MAX_CONCURRENT_TRANSFORMS"
# MaxPayloadInMB may be 100 at most, and so may its product with MaxConcurrentTransforms; its default is 6
# (https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateTransformJob.html).
_MOST_MB, _USUAL_MB = 100, 6
# One request is its body, its decoded text (four bytes a character at worst, if it is one JSON document) and its
# answers. Half of the memory is the model's and its batches'.
_BYTES_A_BYTE, _SHARE = 8, 0.5
# With one request the cores would idle while its last notes are summarized and the next request is on its way.
_LEAST_CONCURRENT = 2


@dataclass(frozen=True)
class RequestLimits:
    """What the server takes.

    Attributes:
        payload_mb: largest body, in MB of 1,048,576 bytes.
        concurrent: requests that are read and answered at the same time.
        body_seconds: how long a body may take to arrive.
    """

    payload_mb: int = _USUAL_MB
    concurrent: int = _LEAST_CONCURRENT
    body_seconds: float = 60.0

    @property
    def payload_bytes(self) -> int:
        """Largest body, in bytes."""
        return self.payload_mb * MEGABYTE

    @property
    def waiting(self) -> int:
        """Requests that may wait, unread, for one of the others to end; as many as are answered at the same time."""
        return self.concurrent

    def as_execution_parameters(self) -> dict[str, int | str]:
        """Return the suggestion to a transform job."""
        return {
            "MaxConcurrentTransforms": self.concurrent,
            "BatchStrategy": "MULTI_RECORD",
            "MaxPayloadInMB": self.payload_mb,
        }


def request_limits(machine: Machine, environment: Mapping[str, str]) -> RequestLimits:
    """Return what the environment says, and where it says nothing, what suits the machine.

    As many requests as there are cores (two at least), as far as their product with the payload stays within 100 MB and
    their memory within half of the machine's; where memory is short, fewer requests come before smaller ones.

    Raises:
        OptionsError: a variable is not a whole number.
    """
    payload, concurrent = (_given(environment, name) for name in (PAYLOAD, CONCURRENT))
    in_memory = max(1, int(machine.memory_bytes * _SHARE / _BYTES_A_BYTE / MEGABYTE))
    together = min(_MOST_MB, in_memory)
    if payload is None:
        payload = max(1, min(_USUAL_MB, together // (concurrent or 1)))
    elif payload == 0:  # the job sends files whole, as chunks, whatever their size: all that one request may ever be
        payload = _MOST_MB
    # 0 is the API's way to leave the choice to the container.
    concurrent = concurrent or max(1, min(max(machine.cores, _LEAST_CONCURRENT), together // payload))
    return RequestLimits(payload, concurrent)


def _given(environment: Mapping[str, str], name: str) -> int | None:
    text = environment.get(name, "").strip()
    if not text:
        return None
    if not text.isdecimal():
        raise OptionsError(f"{name} is not a whole number: set one from 0 to {_MOST_MB}, or unset it.")
    return int(text)
