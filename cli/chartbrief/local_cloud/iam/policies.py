"""Whether the statements of a policy grant a permission: effect, actions, resources, conditions.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html. What the template does not
use (NotAction, NotResource, other conditions) is an error and not a guess.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from chartbrief.local_cloud.iam.needs import Permission

_KNOWN = {"Sid", "Effect", "Action", "Resource", "Condition", "Principal"}
# Operators whose values may hold wildcards; the ARN ones are the same but for the colons, which no value here blurs.
_LIKE = ("StringLike", "ArnLike", "ArnEquals")
_ALL_VALUES = "ForAllValues:"


@dataclass(frozen=True)
class Statement:
    """One statement with every reference resolved."""

    allows: bool
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    conditions: Mapping[str, Mapping[str, Any]]

    @classmethod
    def read(cls, body: Mapping[str, Any]) -> Statement:
        """Read a statement of a policy's document.

        Raises:
            ValueError: it has a part that is not known here.
        """
        if unknown := set(body) - _KNOWN:
            raise ValueError(f"a statement's {', '.join(sorted(unknown))} is not known here")
        conditions = body.get("Condition", {})
        return cls(body["Effect"] == "Allow", _texts(body["Action"]), _texts(body.get("Resource", "*")), conditions)

    def names(self, action: str) -> bool:
        """Say whether the statement is about an action."""
        return any(_matches(each.lower(), action.lower()) for each in self.actions)

    def covers(self, wanted: Permission) -> bool:
        """Say whether the statement is about a permission, and its conditions hold."""
        return any(self.grants(wanted))

    def grants(self, wanted: Permission) -> Iterator[tuple[str, str]]:
        """Yield the action and the resource, as the statement writes them, that a permission falls under."""
        if all(_holds(operator, keys, wanted) for operator, keys in self.conditions.items()):
            for action in self.actions:
                if _matches(action.lower(), wanted.action.lower()):
                    yield from ((action, each) for each in self.resources if _matches(each, wanted.resource))


class Policy:
    """Statements that hold together: a permission is granted if one allows it and none denies it."""

    def __init__(self, statements: Sequence[Mapping[str, Any]]) -> None:
        self.statements = [Statement.read(body) for body in statements]
        self._about: dict[str, list[Statement]] = {}

    def allows(self, wanted: Permission) -> bool:
        """Say whether a permission is granted."""
        if wanted.action not in self._about:
            self._about[wanted.action] = [each for each in self.statements if each.names(wanted.action)]
        covering = [each for each in self._about[wanted.action] if each.covers(wanted)]
        return bool(covering) and all(statement.allows for statement in covering)


def _texts(value: Any) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(map(str, value))


@cache
def _pattern(wildcard: str) -> re.Pattern[str]:
    escaped = re.escape(wildcard).replace(r"\*", ".*").replace(r"\?", ".")
    return re.compile(escaped, re.DOTALL)


def _matches(wildcard: str, text: str) -> bool:
    return _pattern(wildcard).fullmatch(text) is not None


def _holds(operator: str, keys: Mapping[str, Any], wanted: Permission) -> bool:
    """Say whether a condition holds; one on a key that the request does not have does not, but for all of no values."""
    for_all = operator.startswith(_ALL_VALUES)
    plain = operator.removeprefix(_ALL_VALUES)
    for key, value in keys.items():
        given = [found for name, found in wanted.context if name.lower() == key.lower()]
        held = [any(_is(plain, allowed, one) for allowed in _texts(value)) for one in given]
        if not (all(held) if for_all else any(held)):
            return False
    return True


def _is(operator: str, allowed: str, given: str) -> bool:
    if operator in _LIKE:
        return _matches(allowed, given)
    if operator == "StringEquals":
        return allowed == given
    if operator == "Bool":
        return allowed.lower() == given.lower()
    raise ValueError(f"the condition {operator} is not known here")
