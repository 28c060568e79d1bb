"""What clean-up will delete and what it keeps: a pure decision over what was found."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from note_summarizer.deployment.deployed import Item
from note_summarizer.deployment.names import NO_ENDPOINT

# Names first, so that nothing points at what is gone; then what costs money; then what the others were made from.
ORDER = ("parameter", "endpoint", "endpoint configuration", "model", "model package", "model package group", "archive")


@dataclass(frozen=True)
class Kept:
    """Something that is not deleted, and why."""

    item: Item
    reason: str


@dataclass(frozen=True)
class CleanupPlan:
    """What is deleted, in this order, and what is kept."""

    delete: tuple[Item, ...]
    kept: tuple[Kept, ...]


def plan_cleanup(
    found: Sequence[Item],
    parameters: Sequence[Item],
    users: Mapping[str, str],
    stage: str,
    model: str | None = None,
    force: bool = False,
    artifacts: bool = False,
) -> CleanupPlan:
    """Decide what is deleted of a stage, or of one of its models.

    Args:
        found: what was deployed, of every stage: what another stage needs as well is kept without a word.
        users: name of a model or endpoint → what else uses it, such as a stack.
        force: also delete what is in use, and the parameters that name it.
        artifacts: also delete the archives in S3.
    """
    in_use = _in_use(found, parameters, users)
    mine = [item for item in found if _is_meant(item, stage, model)]
    kept = () if force else tuple(Kept(item, in_use[item.name]) for item in mine if item.name in in_use)
    going = [item for item in mine if force or item.name not in in_use]
    staying = [item for item in found if item not in going and item.kind in ("model", "endpoint")]
    versions = [item for item in found if item.kind == "model package" and _is_free(item, going, staying, stage, model)]
    groups = _emptied(found, versions)
    archives = _archives(going, versions, [*staying, *_others(found, versions)]) if artifacts else []
    names = _parameters(parameters, going) if force else []
    delete = [*names, *going, *versions, *groups, *archives]
    return CleanupPlan(tuple(sorted(delete, key=lambda item: ORDER.index(item.kind))), kept)


def _is_meant(item: Item, stage: str, model: str | None) -> bool:
    if item.kind in ("model package", "model package group"):
        return False
    return item.stage == stage and model in (None, item.model)


def _in_use(found: Sequence[Item], parameters: Sequence[Item], users: Mapping[str, str]) -> dict[str, str]:
    """Name → why it is in use: named by a parameter or a stack, or serving an endpoint that is."""
    reasons = {item.detail["value"]: f"{item.name} names it" for item in parameters}
    reasons = {**users, **{name: reason for name, reason in reasons.items() if name != NO_ENDPOINT}}
    endpoints = [item for item in found if item.kind == "endpoint" and item.name in reasons]
    served = {item.model: f"the endpoint {item.name} serves it" for item in endpoints if item.model}
    return {**served, **reasons}


def _is_free(item: Item, going: Sequence[Item], staying: Sequence[Item], stage: str, model: str | None) -> bool:
    """Say whether a registered version can go: its archive is that of a model that goes, and of none that stays."""
    if item.sha256 is None or item.sha256 in {other.sha256 for other in staying}:
        return False
    orphaned = model is None and item.stage == stage
    return orphaned or item.sha256 in {other.sha256 for other in going}


def _emptied(found: Sequence[Item], versions: Sequence[Item]) -> Iterator[Item]:
    full = {item.detail.get("ModelPackageGroupName") for item in _others(found, versions)}
    return (item for item in found if item.kind == "model package group" and item.name not in full)


def _others(found: Sequence[Item], versions: Sequence[Item]) -> list[Item]:
    return [item for item in found if item.kind == "model package" and item not in versions]


def _archives(going: Sequence[Item], versions: Sequence[Item], staying: Sequence[Item]) -> list[Item]:
    needed = {_address(item) for item in staying}
    # What has no archive's hash runs data that are not ours, such as JumpStart's.
    ours = [item for item in (*going, *versions) if item.sha256]
    addresses = {address: item for item in ours if (address := _address(item)) and address not in needed}
    return [replace(item, kind="archive", name=address, detail={}) for address, item in sorted(addresses.items())]


def _address(item: Item) -> str | None:
    containers = {
        "model": [item.detail.get("PrimaryContainer", {})],
        "model package": item.detail.get("InferenceSpecification", {}).get("Containers", [{}]),
    }
    address: str | None = containers.get(item.kind, [{}])[0].get("ModelDataUrl")
    return address


def _parameters(parameters: Sequence[Item], going: Sequence[Item]) -> list[Item]:
    """Return the parameters to delete: all, once the model that they name goes."""
    names = {item.name for item in going}
    return list(parameters) if any(item.detail["value"] in names for item in parameters) else []
