"""What happens when a job does not end well: one table, by the kind of its failure; docs/operations.md has it in words.

The service says why a job failed in a line of text whose first word is a code. Where that code covers several kinds,
known phrases tell them apart; of the text itself nothing is kept, since it may quote a record.
"""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

from notes_pipeline.models import Frozen

_DESCRIBE = "https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeTransformJob.html"
_RETRY = "https://docs.aws.amazon.com/sagemaker/latest/dg/pipelines-retry-policy.html"
_ERRORS = "https://docs.aws.amazon.com/sagemaker/latest/dg/batch-transform-errors.html"
_STOP = "https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_StopTransformJob.html"
_ROLES = "https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-roles.html"
_SERVE = "https://docs.aws.amazon.com/sagemaker/latest/dg/your-algorithms-batch-code.html"


class FailureKind(StrEnum):
    """Why a job did not answer what it was given; the value is the code that records and logs carry."""

    NONE = "NoAnswer"
    CAPACITY = "CapacityError"
    SERVICE = "InternalServerError"
    STOPPED = "Stopped"
    NO_JOB = "NoSuchJob"
    OVERDUE = "TookTooLong"
    MEMORY = "OutOfMemory"
    ALGORITHM = "AlgorithmError"
    ACCESS = "AccessDenied"
    MODEL = "ModelUnavailable"
    OTHER = "Unknown"


class Action(StrEnum):
    """What happens to a shard that came back without an answer.

    AGAIN: it goes to the model again as it is, `MaxAttempts` times in all.
    LATER: the same, but nobody's attempts are used up: the failure is not about the notes.
    DIVIDE: it goes again in halves, until the one note that breaks the model stands alone and is quarantined.
    """

    AGAIN = "again"
    LATER = "later"
    DIVIDE = "divide"


class Rule(Frozen):
    """What follows from one kind of failure.

    Attributes:
        pauses_after: so many jobs in a row without a single answer, and no job starts until a pause is over; then one
            does, to see; each that fails makes the next pause twice as long. 0: such jobs pause nothing.
        first_pause, longest_pause: how long.
        gives_up_after: since a shard's first failure of this kind; then its notes are quarantined. None: never.
        blames: whether a note that stands alone is quarantined at once, rather than after `MaxAttempts`.
        loses_all: whether what other files of the job came to is lost too, so that nothing is proven by its absence.
        advice: what a person can do, for the reason in quarantine and for the log.
        source: the AWS page that says so.
    """

    action: Action
    pauses_after: int = 0
    first_pause: timedelta = timedelta(minutes=5)
    longest_pause: timedelta = timedelta(hours=4)
    gives_up_after: timedelta | None = None
    blames: bool = False
    loses_all: bool = False
    advice: str
    source: str

    def pause(self, jobs: int) -> timedelta:
        """Return how long nothing starts after so many jobs in a row without an answer; zero for a first few."""
        beyond = jobs - self.pauses_after
        if not self.pauses_after or beyond < 0:
            return timedelta()
        return min(self.longest_pause, self.first_pause * float(2 ** min(beyond, 20)))


RULES: dict[FailureKind, Rule] = {
    FailureKind.NONE: Rule(action=Action.DIVIDE, advice="check the model's logs, then drop it again", source=_DESCRIBE),
    FailureKind.CAPACITY: Rule(
        action=Action.LATER,
        pauses_after=1,
        gives_up_after=timedelta(days=7),
        advice="choose another InstanceType or fewer instances, then drop it again",
        source=_RETRY,
    ),
    FailureKind.SERVICE: Rule(
        action=Action.LATER,
        pauses_after=2,
        first_pause=timedelta(minutes=15),
        gives_up_after=timedelta(days=1),
        advice="look at the service's health and at the job's log, then drop it again",
        source=_RETRY,
    ),
    FailureKind.STOPPED: Rule(action=Action.AGAIN, advice="it was stopped by a person: drop it again", source=_STOP),
    # It never began, or its service has forgotten it: as the local one does whenever its process ends.
    FailureKind.NO_JOB: Rule(
        action=Action.LATER,
        pauses_after=5,
        first_pause=timedelta(seconds=30),
        longest_pause=timedelta(minutes=1),
        gives_up_after=timedelta(days=1),
        advice="its job is not known to the service: drop it again",
        source=_DESCRIBE,
    ),
    FailureKind.OVERDUE: Rule(
        action=Action.DIVIDE,
        pauses_after=3,
        blames=True,
        loses_all=True,
        advice="the model does not come to an end with it: have a person read it, or take another model",
        source=_STOP,
    ),
    FailureKind.MEMORY: Rule(
        action=Action.DIVIDE,
        pauses_after=3,
        blames=True,
        advice="take an InstanceType with more memory, or lower MaxPayloadMB or MaxConcurrentTransforms; "
        "then drop it again",
        source=_ERRORS,
    ),
    FailureKind.ALGORITHM: Rule(
        action=Action.DIVIDE,
        pauses_after=3,
        blames=True,
        advice="check the model's logs, then drop it again",
        source=_ERRORS,
    ),
    FailureKind.ACCESS: Rule(
        action=Action.LATER,
        pauses_after=1,
        longest_pause=timedelta(hours=1),
        advice="give the model's execution role its rights to bucket, key and image",
        source=_ROLES,
    ),
    FailureKind.MODEL: Rule(
        action=Action.LATER,
        pauses_after=1,
        longest_pause=timedelta(hours=1),
        advice="see that the model, its data and its image are there and that its container starts",
        source=_SERVE,
    ),
    FailureKind.OTHER: Rule(
        action=Action.AGAIN, pauses_after=3, advice="check the job's log, then drop it again", source=_DESCRIBE
    ),
}

_CODES = {
    "CapacityError": FailureKind.CAPACITY,
    "InsufficientCapacity": FailureKind.CAPACITY,
    "InternalServerError": FailureKind.SERVICE,
    "InternalServerException": FailureKind.SERVICE,
    "InternalFailure": FailureKind.SERVICE,
    "ServiceUnavailable": FailureKind.SERVICE,
    "ServiceUnavailableException": FailureKind.SERVICE,
    "ThrottlingException": FailureKind.SERVICE,
    "AccessDeniedException": FailureKind.ACCESS,
    "AlgorithmError": FailureKind.ALGORITHM,
    # The container refused a request with a 4xx, or the service could not reach something: the phrases below say which.
    "ClientError": FailureKind.ALGORITHM,
}
# In order: a line on memory or on rights may name the model too.
_PHRASES: tuple[tuple[FailureKind, tuple[str, ...]], ...] = (
    (FailureKind.MEMORY, ("more memory", "out of memory", "outofmemory", "exit code: 137", "exit code 137", "sigkill")),
    (FailureKind.CAPACITY, ("insufficient capacity", "insufficientinstancecapacity", "not enough capacity")),
    (
        FailureKind.ACCESS,
        ("access denied", "accessdenied", "not authorized", "permission", "forbidden", "no s3 objects found"),
    ),
    (
        FailureKind.MODEL,
        ("model data", "find model", "model artifact", "to ping", "health check", "pull image", "docker image"),
    ),
)


def failure_kind(status: str, reason: str = "") -> FailureKind:
    """Return the kind of a failure.

    Args:
        status: the job's, as its service names it.
        reason: the service's line on it: a code, perhaps with a message behind a colon.
    """
    if status in ("Completed", "PartiallyCompleted"):
        return FailureKind.NONE
    if status in ("Stopped", "Expired"):
        return FailureKind.STOPPED
    code, text = reason.partition(":")[0].strip(), reason.lower()
    known = _CODES.get(code, FailureKind.OTHER)
    if known in (FailureKind.ALGORITHM, FailureKind.OTHER):
        return next((kind for kind, phrases in _PHRASES if any(phrase in text for phrase in phrases)), known)
    return known
