"""Deploying a model of JumpStart: looked up, created, waited for, tried, and only then switched over to."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from note_summarizer.deployment.connections import Aws, open_aws, require_sdk
from note_summarizer.deployment.containers import Container, role_arn
from note_summarizer.deployment.create_model import ensure_model, model_settings
from note_summarizer.deployment.jumpstart_container import (
    archive_of,
    container_of,
    endpoint_of,
    require_settled,
    subscription_told,
)
from note_summarizer.deployment.jumpstart_dialect import choose_facts
from note_summarizer.deployment.jumpstart_models import JumpStartModel, find_jumpstart_model
from note_summarizer.deployment.jumpstart_options import JumpStartOptions
from note_summarizer.deployment.labels import JUMPSTART, deployed_tags
from note_summarizer.deployment.names import model_name, parameter_names
from note_summarizer.deployment.options import Network
from note_summarizer.deployment.serve_model import serve_model
from note_summarizer.deployment.smoke_note import NOTE, trial_of
from note_summarizer.deployment.waiting import Patience, Tell
from note_summarizer.deployment.work import Work, whole_or_nothing
from note_summarizer.deployment.write_parameters import ParameterChange, switch_over
from notes_pipeline.core.options import OptionFacts

# What stands before a family's name in JumpStart's identifiers: framework and task.
_BEFORE_FAMILY = re.compile(r"^(huggingface|pytorch|tensorflow)-[a-z0-9]+-")


@dataclass(frozen=True)
class JumpStartDeployment:
    """What `deploy --jumpstart` left behind.

    Attributes:
        version: of JumpStart.
        created: what was not there before; the rest was found as it should be.
        template: parameters of template.yaml that this model needs.
        smoke_summary: what the model answered to the invented note; nothing if it was not asked.
    """

    jumpstart: str
    version: str
    model: str
    endpoint: str | None
    created: tuple[str, ...]
    parameters: tuple[ParameterChange, ...]
    template: Mapping[str, str]
    smoke_summary: str | None

    def as_json(self) -> dict[str, Any]:
        """Return plain structures for scripts."""
        return asdict(self)


_Work = Work[JumpStartOptions]


def deploy_jumpstart(
    options: JumpStartOptions,
    tell: Tell = lambda _: None,
    aws: Aws | None = None,
    patience: Patience | None = None,
    region: str | None = None,
) -> JumpStartDeployment:
    """Deploy a model of JumpStart and switch the stage's SSM parameters to it.

    Doing it again with the same options finds everything there and changes nothing, until JumpStart has a new version.

    Raises:
        OptionsError: options that cannot work, a model that JumpStart does not have, a licence agreement that is not
            accepted; nothing was started.
        DeploymentError: AWS refuses, or the model does not answer with a summary; everything that this call had made
            is removed again, and the message says so.
    """
    options.check()
    require_sdk()
    work = Work(options, aws or open_aws(region), patience or Patience(), tell)
    with whole_or_nothing(work):
        return _deploy(work)


def _deploy(work: _Work) -> JumpStartDeployment:
    options = work.options
    work.tell(f"Deploying to {work.aws.place}")
    role = role_arn(options.role, work.aws)
    found = find_jumpstart_model(options.identifier, options.version, options.instance_type, work.aws)
    work.tell(f"{found.identifier} {found.version} on {found.instance_type}")
    require_settled(found, options)
    facts = choose_facts(found.identifier, options.option, options.dialect, found.examples, work.tell)
    container = container_of(found, role, options)
    # Packages of AWS Marketplace may only run isolated:
    # https://docs.aws.amazon.com/sagemaker/latest/dg/mkt-algo-model-internet-free.html
    isolated = options.network.isolated or found.isolated or found.proprietary
    network = replace(options.network, isolated=isolated)
    model = _name(found, container, network, options)
    tags = deployed_tags(options.stage, model, None, {**options.tags, JUMPSTART: f"{found.identifier}:{found.version}"})
    with subscription_told(found):
        made = ensure_model(model, archive_of(found), container, network, tags, work.aws, work.undo)
    work.note(f"model {model}", made)
    endpoint, summary = _serve(work, found, facts, model, tags)
    changes = switch_over(options.stage, model, endpoint, options.endpoint.kind, tags, work, asynchronous_too=True)
    needed = template_parameters(found, facts, options)
    created = tuple(work.created)
    return JumpStartDeployment(found.identifier, found.version, model, endpoint, created, changes, needed, summary)


def _name(found: JumpStartModel, container: Container, network: Network, options: JumpStartOptions) -> str:
    name = options.name or _BEFORE_FAMILY.sub("", found.identifier)
    exact = json.dumps([found.identifier, found.version, archive_of(found)]).encode()
    return model_name(name, found.version, hashlib.sha256(exact).hexdigest(), model_settings(container, network))


def _serve(
    work: _Work, found: JumpStartModel, facts: OptionFacts, model: str, tags: Mapping[str, str]
) -> tuple[str | None, str | None]:
    options = work.options
    if options.endpoint.kind == "none":
        return None, None
    name, summary = serve_model(work, model, endpoint_of(found, options), options.kms_key, tags, trial_of(facts))
    if len(summary) >= len(NOTE):
        work.tell("Its answer is as long as the note: without fine-tuning this model hardly summarizes.")
    return name, summary


def template_parameters(found: JumpStartModel, facts: OptionFacts, options: JumpStartOptions) -> dict[str, str]:
    """Return the parameters with which template.yaml uses a deployment of a model; two are names of SSM parameters."""
    kind, names = options.endpoint.kind, parameter_names(options.stage)
    needed = {
        "SummarizerOption": facts.option,
        "ModelId": found.identifier,
        "ModelDialect": facts.dialect,
        "InferenceMode": "batch" if kind == "none" else "online",
        "ModelName": names.model,
        "EndpointName": names.endpoint,
    }
    if kind == "none":
        return {**needed, "InstanceType": found.instance_type}
    return {**needed, "EndpointKind": "async" if kind == "async" else "sync"}
