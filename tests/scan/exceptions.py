"""What the tools found against what the template gives reasons for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, order=True)
class Finding:
    """A check that a resource of the translated template does not pass."""

    check: str
    resource: str
    title: str = field(compare=False, default="")

    def __str__(self) -> str:
        return f"{self.check} {self.resource}: {self.title}" if self.title else f"{self.check} {self.resource}"


# (logical id in template.yaml, check) → reason.
Exceptions = Mapping[tuple[str, str], str]


@dataclass(frozen=True)
class Verdict:
    """Findings with a reason, those without, and exceptions that no finding needs."""

    excused: list[tuple[Finding, str]]
    unjustified: list[Finding]
    not_needed: list[tuple[str, str]]


def exceptions_of(resources: Mapping[str, Any]) -> dict[tuple[str, str], str]:
    """Return every exception of a template's resources."""
    found: dict[tuple[str, str], str] = {}
    for name, body in resources.items():
        metadata = body.get("Metadata", {})
        for skip in metadata.get("checkov", {}).get("skip", []):
            found[name, skip["id"]] = str(skip.get("comment", ""))
        for rule in metadata.get("cdk_nag", {}).get("rules_to_suppress", []):
            found[name, rule["id"]] = str(rule.get("reason", ""))
    return found


def judge(findings: Sequence[Finding], exceptions: Exceptions) -> Verdict:
    """Match findings with exceptions."""
    owners = {name for name, _ in exceptions}
    excused: list[tuple[Finding, str]] = []
    unjustified: list[Finding] = []
    used: set[tuple[str, str]] = set()
    for finding in sorted(set(findings)):
        place = (_owner(finding.resource, owners), finding.check)
        if exceptions.get(place):
            excused.append((finding, exceptions[place]))
            used.add(place)
        else:
            unjustified.append(finding)
    return Verdict(excused, unjustified, sorted(set(exceptions) - used))


def _owner(resource: str, owners: set[str]) -> str:
    """Return the function that SAM made a resource of, or the resource itself."""
    made_of = [name for name in owners if name.endswith("Function") and resource.startswith(name)]
    return resource if resource in owners or not made_of else max(made_of, key=len)
