"""The SDK's trainer for a job of ours: container, code, machine, network, limits, keys, tags and metrics."""

from __future__ import annotations

import logging
import shutil
import tempfile
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from note_summarizer.deployment.connections import Aws, refusals_told
from note_summarizer.deployment.containers import role_arn, training_image
from note_summarizer.deployment.follow_job import metric_definitions
from note_summarizer.deployment.labels import MADE_BY, TRAIN, as_sdk_tags
from note_summarizer.deployment.training_job import TrainingJobOptions
from note_summarizer.errors import OptionsError
from note_summarizer.pairs.sources import bucket_and_key

_BASE_NAME = "chartbrief-train"  # the SDK adds the time; no file's or patient's name is ever part of it
# "exec": SageMaker sends SIGTERM, two minutes before a spot instance is taken back, to the container's first process
# alone. The SDK's script is that process and hands no signal on; so the training takes its place.
_COMMAND = "exec $SM_PYTHON_CMD train.py"
_LEFT_AT_HOME = shutil.ignore_patterns("demo_model", "__pycache__", "*.pyc", "*.egg-info", ".*")
_OPT_OUT = {"SchemaVersion": "1.0", "SageMaker": {"PythonSDK": {"Modules": {"TelemetryOptOut": True}}}}


def job_trainer(job: TrainingJobOptions, code: Path, parameters: Mapping[str, str], aws: Aws) -> Any:
    """Return a `ModelTrainer` that is ready to start the job.

    Args:
        code: folder that becomes the job's code.

    Raises:
        OptionsError: the role cannot train, or there is no such container.
        DeploymentError: AWS refuses to say.
    """
    from sagemaker.core.helper.session_helper import Session
    from sagemaker.core.training import configs

    bucket, prefix = bucket_and_key(job.place)
    session = Session(aws.session, default_bucket=bucket, default_bucket_prefix=prefix, sagemaker_config=_OPT_OUT)
    limits = configs.StoppingCondition(max_runtime_in_seconds=job.max_run_seconds)
    if job.spot:
        limits.max_wait_time_in_seconds = job.max_wait_seconds or 2 * job.max_run_seconds
    with refusals_told("Preparing the training job"), sdk_refusals_told():
        trainer = _model_trainer()(
            sagemaker_session=session,
            role=role_arn(job.role, aws),
            base_job_name=_BASE_NAME,
            training_image=job.image or training_image(aws.region, job.instance_type),
            source_code=configs.SourceCode(
                source_dir=str(code), command=_COMMAND, requirements="requirements.txt", ignore_patterns=[]
            ),
            compute=_compute(job),
            networking=_networking(job),
            stopping_condition=limits,
            output_data_config=configs.OutputDataConfig(s3_output_path=f"{job.place}/jobs", kms_key_id=job.kms_key),
            checkpoint_config=configs.CheckpointConfig(s3_uri=job.checkpoints),
            hyperparameters=dict(parameters),
            tags=[configs.Tag(**tag) for tag in as_sdk_tags({**job.tags, MADE_BY: TRAIN})],
        )
    definitions = [configs.MetricDefinition(**definition) for definition in metric_definitions()]
    return trainer.with_metric_definitions(definitions)


def _compute(job: TrainingJobOptions) -> Any:
    from sagemaker.core.training.configs import Compute

    return Compute(
        instance_type=job.instance_type,
        instance_count=job.instance_count,
        volume_size_in_gb=job.volume_gb,
        volume_kms_key_id=job.kms_key,
        enable_managed_spot_training=job.spot,
    )


def _networking(job: TrainingJobOptions) -> Any:
    from sagemaker.core.training.configs import Networking

    network = job.network
    return Networking(
        subnets=list(network.subnets) or None,
        security_group_ids=list(network.security_groups) or None,
        enable_inter_container_traffic_encryption=job.encrypt_traffic,
    )


@contextmanager
def staged_code(code: Path) -> Iterator[Path]:
    """Yield a copy of the code without what a job does not need; the SDK would leave the copy that it makes behind."""
    with tempfile.TemporaryDirectory(prefix="chartbrief-code-") as scratch:
        yield Path(shutil.copytree(code, Path(scratch) / "code", ignore=_LEFT_AT_HOME))


@contextmanager
def quiet_sdk() -> Iterator[None]:
    """Keep the SDK's log lines to itself: one warns that hyperparameters are no arguments, as we want it."""
    logger = logging.getLogger("sagemaker")
    before = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(before)


@contextmanager
def sdk_refusals_told() -> Iterator[None]:
    """Turn the SDK's own refusals, of a role that cannot train or an image it does not know, into sentences."""
    from sagemaker.core.helper.iam_role_resolver import RoleValidationError

    try:
        yield
    except (ValueError, RoleValidationError) as error:
        raise OptionsError(f"The SageMaker SDK refuses: {error}") from error


def _model_trainer() -> Any:
    with warnings.catch_warnings():  # the SDK warns of a module that it imports itself
        warnings.filterwarnings("ignore", "sagemaker.train.configs has been moved", DeprecationWarning)
        from sagemaker.train import ModelTrainer
    return ModelTrainer
