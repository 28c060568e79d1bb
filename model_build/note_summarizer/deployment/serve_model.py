"""Serving: an endpoint is created, waited for and tried, before anything is switched over to it."""

from __future__ import annotations

from collections.abc import Mapping

from note_summarizer.deployment.create_endpoint import (
    endpoint_settings,
    ensure_endpoint,
    has_volume,
    wait_until_it_serves,
)
from note_summarizer.deployment.names import endpoint_name
from note_summarizer.deployment.options import EndpointOptions
from note_summarizer.deployment.smoke_note import Trial
from note_summarizer.deployment.smoke_test import try_async_endpoint, try_endpoint
from note_summarizer.deployment.work import Options, Work


def serve_model(
    work: Work[Options],
    model: str,
    endpoint: EndpointOptions,
    kms_key: str | None,
    tags: Mapping[str, str],
    trial: Trial,
) -> tuple[str, str]:
    """Return the endpoint's name and the summary it gave of the invented note.

    Raises:
        DeploymentError: AWS refuses, or the answer is no summary.
    """
    if kms_key and endpoint.kind != "serverless" and not has_volume(endpoint):
        work.tell(f"{endpoint.instance_type} encrypts its local storage itself: it is given no key.")
    name = endpoint_name(model, endpoint.kind, endpoint_settings(endpoint, kms_key))
    made = ensure_endpoint(name, model, endpoint, kms_key, tags, work.aws, work.undo)
    work.note(f"endpoint {name}", made)
    wait_until_it_serves(name, work.aws, work.patience, work.tell)
    if endpoint.kind == "async":
        output = str(endpoint.output)
        return name, try_async_endpoint(name, output, kms_key, work.aws, work.patience, work.tell, trial)
    return name, try_endpoint(name, work.aws, trial)
