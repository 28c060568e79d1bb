"""What a training job on SageMaker is told besides the training options, checked before anything is started."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from note_summarizer.deployment.options import INSTANCE_TYPE, Network, tag_problems, vpc_problems
from note_summarizer.errors import OptionsError

# CreateTrainingJob: at most 100 hyperparameters, names of 256 and values of 2,500 characters; at most 28 days.
MOST_PARAMETERS, LONGEST_NAME, LONGEST_VALUE = 100, 256, 2500
LONGEST_RUN_SECONDS = 28 * 24 * 3600
# Access keys of AWS, tokens of the hub, and addresses that were signed with somebody's rights.
_SECRET = re.compile(r"\b(AKIA|ASIA)[A-Z0-9]{16}\b|\bhf_[A-Za-z0-9]{20,}|X-Amz-Signature=", re.IGNORECASE)


@dataclass(frozen=True)
class TrainingJobOptions:
    """Where and how a training job runs.

    Attributes:
        bucket, prefix: where data that lies here is uploaded, and where results are written.
        role: execution role, by name or ARN; by default that of the SageMaker notebook this runs in.
        image: training container; by default the newest of Hugging Face (GPU) or PyTorch (CPU) that the SDK knows.
        volume_gb: disk of the instance.
        max_run_seconds: the job is stopped after so long.
        spot: spare capacity at a lower price; the job may be interrupted and goes on from its checkpoint.
        max_wait_seconds: spot: longest time from start to end, waiting for capacity included.
        checkpoints: S3 address of the checkpoints; name that of an earlier job to go on with it.
        encrypt_traffic: encrypt what the instances send to each other.
    """

    bucket: str
    prefix: str = "chartbrief/training"
    role: str | None = None
    image: str | None = None
    instance_type: str = "ml.g5.xlarge"
    instance_count: int = 1
    volume_gb: int = 50
    max_run_seconds: int = 4 * 3600
    spot: bool = False
    max_wait_seconds: int | None = None
    checkpoints: str | None = None
    kms_key: str | None = None
    network: Network = field(default_factory=Network)
    encrypt_traffic: bool = False
    tags: Mapping[str, str] = field(default_factory=dict)

    @property
    def place(self) -> str:
        """The S3 address under which everything of the jobs lies."""
        return f"s3://{self.bucket}/{self.prefix.strip('/')}"

    def check(self) -> None:
        """Refuse what cannot work.

        Raises:
            OptionsError: every problem, in one message.
        """
        problems = [*_machine(self), *_times(self), *_network(self), *tag_problems(self.tags)]
        if problems:
            raise OptionsError(f"{'; '.join(problems)}. Nothing was started.")


def check_hyperparameters(parameters: Mapping[str, str]) -> None:
    """Refuse hyperparameters that SageMaker would refuse, that would break the container, or that hold a secret.

    Raises:
        OptionsError: every problem, in one message, without the values.
    """
    problems = [problem for name, value in parameters.items() for problem in _parameter(name, value)]
    if len(parameters) > MOST_PARAMETERS:
        problems.append(f"there are {len(parameters)} hyperparameters, and SageMaker takes {MOST_PARAMETERS}")
    if problems:
        raise OptionsError(f"{'; '.join(problems)}. Nothing was started.")


def source_folder() -> Path:
    """Return the folder that becomes the job's code: `model_build/` of the checkout.

    Raises:
        OptionsError: this runs from an installed package, without train.py.
    """
    folder = Path(__file__).resolve().parents[2]
    missing = [name for name in ("train.py", "requirements.txt") if not (folder / name).is_file()]
    if missing:
        raise OptionsError(f"{folder} has no {' and no '.join(missing)}: run this from a checkout of the project.")
    return folder


def _machine(job: TrainingJobOptions) -> Iterator[str]:
    if not job.bucket or job.bucket.startswith("s3:"):
        yield "--bucket is the name of an S3 bucket, without s3://"
    if not INSTANCE_TYPE.fullmatch(job.instance_type):
        yield f'--instance-type "{job.instance_type}" is not a SageMaker instance type such as ml.g5.xlarge'
    if job.instance_count != 1:
        yield "--instance-count must be 1: the training runs on one instance, more would each train the same model"
    if not 1 <= job.volume_gb <= 16384:
        yield "--volume-gb is not between 1 and 16384"


def _times(job: TrainingJobOptions) -> Iterator[str]:
    if not 1 <= job.max_run_seconds <= LONGEST_RUN_SECONDS:
        yield "--max-run-minutes is not between a second and 28 days"
    if job.max_wait_seconds is not None and not job.spot:
        yield "--max-wait-minutes belongs to --spot"
    if job.spot and (job.max_wait_seconds or job.max_run_seconds) < job.max_run_seconds:
        yield "--max-wait-minutes is shorter than --max-run-minutes: it has to hold the waiting and the running"
    if job.checkpoints and not job.checkpoints.startswith("s3://"):
        yield "--checkpoints is not an S3 address: write s3://bucket/prefix"


def _network(job: TrainingJobOptions) -> Iterator[str]:
    yield from vpc_problems(job.network)
    if job.network.isolated:
        yield "--isolated cannot work for training: the container installs packages when it starts"


def _parameter(name: str, value: str) -> Iterator[str]:
    if len(name) > LONGEST_NAME or len(value) > LONGEST_VALUE:
        yield f"{name} is too long for a hyperparameter: names have {LONGEST_NAME}, values {LONGEST_VALUE} characters"
    if "'" in value:  # the SDK hands every value to a shell in the container, between apostrophes
        yield f"{name} has an apostrophe, which cannot be handed to a training job: rename the column or file"
    if _SECRET.search(value):
        yield f"{name} looks like a secret, and anybody who may look at the job could read it"
