"""Clean-up as a whole: find, decide, and afterwards delete."""

from __future__ import annotations

from note_summarizer.deployment.connections import Aws
from note_summarizer.deployment.deployed import find_deployed, find_parameters
from note_summarizer.deployment.plan_cleanup import CleanupPlan, plan_cleanup
from note_summarizer.deployment.running_stacks import stacks_that_use
from note_summarizer.deployment.waiting import Tell
from note_summarizer.errors import OptionsError


def look_for_cleanup(
    aws: Aws, stage: str, model: str | None, force: bool, artifacts: bool, tell: Tell = lambda _: None
) -> CleanupPlan:
    """Return what clean-up would delete and keep; nothing is changed.

    Raises:
        OptionsError: the model that is asked for does not exist in this stage, or is in use.
        DeploymentError: AWS refuses to list what there is.
    """
    tell(f"Looking for what was deployed to stage {stage} in {aws.place}")
    parameters = find_parameters(stage, aws)
    found = find_deployed(aws)
    models = [item for item in found if item.kind == "model" and item.stage == stage]
    if model is not None and model not in {item.name for item in models}:
        names = ", ".join(item.name for item in models) or "none"
        raise OptionsError(f"Stage {stage} has no model {model} made by `chartbrief model deploy`; it has: {names}.")
    users = stacks_that_use({item.name for item in found}, aws, tell)
    plan = plan_cleanup(found, parameters, users, stage, model, force, artifacts)
    kept = [kept for kept in plan.kept if kept.item.name == model]
    if kept:
        raise OptionsError(f"The model {model} is in use ({kept[0].reason}): deploy another first, or give --force.")
    return plan
