"""Deploying: register, create, wait, try, and only then switch over; or leave everything as it was."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from note_summarizer.deployment.archives import Archive, delete_upload, read_archive, upload_archive
from note_summarizer.deployment.connections import Aws, open_aws, require_sdk
from note_summarizer.deployment.containers import Container, choose_container
from note_summarizer.deployment.create_model import ensure_model, model_settings
from note_summarizer.deployment.labels import deployed_tags, shared_tags
from note_summarizer.deployment.names import artifact_key, group_name, model_name
from note_summarizer.deployment.options import DeployOptions
from note_summarizer.deployment.register_model import (
    ARCHIVE_HASH,
    ensure_group,
    ensure_version,
    package_request,
    read_figures,
)
from note_summarizer.deployment.serve_model import serve_model
from note_summarizer.deployment.smoke_note import PACKAGED
from note_summarizer.deployment.smoke_test import try_transform
from note_summarizer.deployment.waiting import Patience, Tell
from note_summarizer.deployment.work import Work, whole_or_nothing
from note_summarizer.deployment.write_parameters import ParameterChange, switch_over
from note_summarizer.errors import OptionsError
from note_summarizer.pairs.sources import bucket_and_key, is_s3


@dataclass(frozen=True)
class Deployment:
    """What `deploy` left behind.

    Attributes:
        archive: where the archive is in S3.
        created: what was not there before; the rest was found as it should be.
        smoke_summary: what the model answered to the invented note; nothing if it was not asked.
    """

    archive: str
    sha256: str
    model: str
    model_package: str
    endpoint: str | None
    created: tuple[str, ...]
    parameters: tuple[ParameterChange, ...]
    smoke_summary: str | None

    def as_json(self) -> dict[str, Any]:
        """Return plain structures for scripts."""
        return asdict(self)


def deploy_model(
    options: DeployOptions,
    tell: Tell = lambda _: None,
    aws: Aws | None = None,
    patience: Patience | None = None,
    region: str | None = None,
) -> Deployment:
    """Deploy an archive and switch the stage's SSM parameters to it.

    Doing it again with the same archive and options finds everything there and changes nothing.

    Args:
        tell: called with a line for each thing that happens.
        aws: the account to work in; by default that of the environment.

    Raises:
        OptionsError: options that cannot work; nothing was started.
        ArtifactError: the archive is not one.
        DeploymentError: AWS refused, or the model does not answer with a summary; everything that this call had made
            is removed again, and the message says so.
    """
    options.check()
    require_sdk()
    work = Work(options, aws or open_aws(region), patience or Patience(), tell)
    with whole_or_nothing(work):
        return _deploy(work)


_Work = Work[DeployOptions]


def _deploy(work: _Work) -> Deployment:
    options = work.options
    work.tell(f"Deploying to {work.aws.place}")
    figures = read_figures(options.metrics)
    archive = read_archive(options.artifact, work.aws)
    name, version = _identity(options, archive)
    container = choose_container(options, archive, work.aws)
    model = model_name(name, version, archive.sha256, model_settings(container, options.network))
    tags = deployed_tags(options.stage, model, archive.sha256, options.tags)
    address = _upload(work, archive, name, version)
    about = {"name": name, "version": version, "stage": options.stage, "model": model, **_hashes(archive)}
    package = _register(work, group_name(options.group or name), container, address, {**figures, **about}, tags)
    made = ensure_model(model, address, container, options.network, tags, work.aws, work.undo)
    work.note(f"model {model}", made)
    endpoint, summary = _serve(work, model, address, tags)
    changes = switch_over(options.stage, model, endpoint, options.endpoint.kind, tags, work)
    return Deployment(address, archive.sha256, model, package, endpoint, tuple(work.created), changes, summary)


def _identity(options: DeployOptions, archive: Archive) -> tuple[str, str]:
    name, version = (
        str(given or archive.description.get(what) or "")
        for given, what in ((options.name, "name"), (options.version, "version"))
    )
    if not name or not version:
        raise OptionsError(f"{archive.source} does not say what it is called: give --name and --version.")
    return name, version


def _hashes(archive: Archive) -> dict[str, str]:
    weights = archive.description.get("sha256")
    return {ARCHIVE_HASH: archive.sha256, **({"weights_sha256": str(weights)} if weights else {})}


def _upload(work: _Work, archive: Archive, name: str, version: str) -> str:
    if is_s3(archive.source):
        return archive.source
    bucket = str(work.options.bucket)
    key = artifact_key(name, version, archive.sha256)
    address, made = upload_archive(archive, work.aws, bucket, key, work.options.kms_key, work.tell)
    if made:
        work.undo.add(address, lambda: delete_upload(work.aws, bucket, key))
    work.note(f"archive {address}", made)
    return address


def _register(
    work: _Work, group: str, container: Container, address: str, metadata: Mapping[str, str], tags: Mapping[str, str]
) -> str:
    work.note(f"model package group {group}", ensure_group(group, shared_tags(tags), work.aws, work.undo))
    request = package_request(group, str(container.image), address, work.options.approval, metadata)
    arn, made = ensure_version(request, work.aws, work.undo)
    work.note(f"model package {arn.rpartition(':model-package/')[2]}", made)
    return arn


def _serve(work: _Work, model: str, address: str, tags: Mapping[str, str]) -> tuple[str | None, str | None]:
    """Create the endpoint that is asked for; return its name and what the smoke test answered."""
    options, aws, kms_key = work.options, work.aws, work.options.kms_key
    summary: str | None = None
    if options.smoke_transform:
        place = f"s3://{options.bucket or bucket_and_key(address)[0]}/{model}"
        instance = options.endpoint.instance_type
        summary = try_transform(model, instance, place, kms_key, aws, work.patience, work.tell)
    if options.endpoint.kind == "none":
        return None, summary
    return serve_model(work, model, options.endpoint, kms_key, tags, PACKAGED)
