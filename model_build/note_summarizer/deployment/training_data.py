"""The data of a training job: files here are uploaded under names of ours, S3 addresses are used as they are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from note_summarizer.deployment.connections import Aws, is_missing, refusals_told
from note_summarizer.errors import DataError
from note_summarizer.pairs.sources import bucket_and_key, is_s3
from note_summarizer.resolve_model import checkpoint_folder
from note_summarizer.training.options import TrainOptions

INPUT = "/opt/ml/input/data"  # where the container finds its channels
FILES = ("train", "validation", "test")
CHECKPOINT = "checkpoint"


@dataclass(frozen=True)
class Channel:
    """One input of the job.

    Attributes:
        name: also the option that names it.
        source: file or folder here, or an S3 address.
        path: where the container finds it; what the option says there.
    """

    name: str
    source: str
    path: str

    @property
    def is_local(self) -> bool:
        """Whether it has to be uploaded."""
        return not is_s3(self.source)


def plan_channels(options: TrainOptions) -> list[Channel]:
    """Return the channels that the options' files and checkpoint become.

    Raises:
        DataError: a file does not exist.
        CheckpointError: the checkpoint's folder holds no model.
    """
    sources = {name: source for name in FILES if (source := getattr(options, name))}
    channels = [Channel(name, source, f"{INPUT}/{name}/{_file_name(name, source)}") for name, source in sources.items()]
    spec = options.checkpoint
    if spec and is_s3(spec):
        channels.append(Channel(CHECKPOINT, f"{spec.rstrip('/')}/", f"{INPUT}/{CHECKPOINT}"))
    elif spec and (folder := checkpoint_folder(spec)):
        channels.append(Channel(CHECKPOINT, str(folder), f"{INPUT}/{CHECKPOINT}"))
    return channels  # any other checkpoint is a name on the hub, which the container looks up itself


def options_in_container(options: TrainOptions, channels: list[Channel]) -> TrainOptions:
    """Return the options as the container has them: its paths instead of ours."""
    return options.model_copy(update={channel.name: channel.path for channel in channels})


def require_sources(channels: list[Channel], aws: Aws) -> None:
    """Check that every S3 address of the channels has something.

    Raises:
        DataError: there is nothing there.
        DeploymentError: S3 does not say.
    """
    for channel in channels:
        if not channel.is_local and not written(channel.source, aws):
            raise DataError(f"{channel.source} does not exist: check the address.")


def written(address: str, aws: Aws) -> str | None:
    """Return the address if something is there.

    Raises:
        DeploymentError: S3 does not say.
    """
    bucket, key = bucket_and_key(address)
    with refusals_told(f"Looking for {address}"):
        found = aws.s3.list_objects_v2(Bucket=bucket, Prefix=key, MaxKeys=1).get("Contents")
    return address if found else None


def require_bucket(bucket: str, aws: Aws) -> None:
    """Check that the bucket is there; the SDK would make one of its own, without anybody's settings.

    Raises:
        DataError: there is no such bucket.
        DeploymentError: it may not be used.
    """
    with refusals_told(f"Looking for the bucket {bucket}"):
        try:
            aws.s3.head_bucket(Bucket=bucket)
        except ClientError as error:
            if is_missing(error):
                raise DataError(f"There is no bucket {bucket}: create it first, encrypted and private.") from None
            raise


def upload(channel: Channel, prefix: str, kms_key: str | None, aws: Aws) -> str:
    """Upload a channel's file or folder below an S3 address; return the address that becomes the channel's source.

    Keys do not have the files' own names, except those of a checkpoint's files: a name may be a patient's.
    """
    bucket, key = bucket_and_key(f"{prefix}/{channel.name}")
    source = Path(channel.source)
    files: Mapping[str, Path] = (
        {str(path.relative_to(source)): path for path in sorted(source.rglob("*")) if path.is_file()}
        if source.is_dir()
        else {Path(channel.path).name: source}
    )
    extra: dict[str, Any] = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": kms_key} if kms_key else {}
    for name, path in files.items():
        with refusals_told(f"Uploading the {channel.name} data to s3://{bucket}/{key}"):
            aws.s3.upload_file(str(path), bucket, f"{key}/{name}", ExtraArgs=extra)
    return f"s3://{bucket}/{key}/"


def check_local_data(options: TrainOptions, read: Callable[..., Any]) -> None:
    """Read the files that lie here as the training will, so that a bad one stops before anything costs money.

    Raises:
        DataError: a file cannot be used.
    """
    for name in FILES:
        source = getattr(options, name)
        if source and not is_s3(source):
            read(source, options.columns)


def _file_name(name: str, source: str) -> str:
    if is_s3(source):
        key = bucket_and_key(source)[1].rpartition("/")[2]
        if not key:
            raise DataError(f"{source} names a folder: name the file.")
        return key
    path = Path(source)
    if not path.is_file():
        raise DataError(f"{source} does not exist or is not a file: check the path.")
    inner = path.with_suffix("").suffix if path.suffix == ".gz" else ""
    return f"{name}{inner}{path.suffix}"
