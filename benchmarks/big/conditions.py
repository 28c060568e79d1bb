"""The conditions and changes that the ledger writes, evaluated on rows as DynamoDB has them on the wire."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

Item = dict[str, dict[str, Any]]
Check = Callable[[Item, Mapping[str, Any]], bool]
_TOKEN = re.compile(r"\(|\)|,|<=|>=|<>|=|<|>|[#:\w]+")
_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def holds(expression: str, item: Item, request: Mapping[str, Any]) -> bool:
    """Say whether a condition holds for a row; a row that is not there is an empty one."""
    if not expression:
        return True
    for name, real in request.get("ExpressionAttributeNames", {}).items():
        expression = expression.replace(name, real)
    return _compiled(expression)(item, request.get("ExpressionAttributeValues", {}))


def changed(expression: str, item: Item, request: Mapping[str, Any]) -> Item:
    """Return a row after an update expression of SET, ADD and REMOVE clauses."""
    for name, real in request.get("ExpressionAttributeNames", {}).items():
        expression = expression.replace(name, real)
    values, after = request.get("ExpressionAttributeValues", {}), dict(item)
    for kind, clause in re.findall(r"(SET|ADD|REMOVE) (.*?)(?= SET | ADD | REMOVE |$)", expression):
        for part in clause.split(", "):
            words = part.replace("=", " ").split()
            if kind == "REMOVE":
                after.pop(words[0], None)
            elif kind == "ADD":
                held = int(after.get(words[0], {"N": "0"})["N"])
                after[words[0]] = {"N": str(held + int(values[words[1]]["N"]))}
            else:
                after[words[0]] = values[words[1]]
    return after


@lru_cache(64)
def _compiled(expression: str) -> Check:
    tokens = _TOKEN.findall(expression)[::-1]
    check = _any_of(tokens)
    if tokens:
        raise ValueError(f"not understood: {expression}")
    return check


def _any_of(tokens: list[str]) -> Check:
    checks = [_all_of(tokens)]
    while tokens and tokens[-1] == "OR":
        tokens.pop()
        checks.append(_all_of(tokens))
    return lambda item, values: any(check(item, values) for check in checks)


def _all_of(tokens: list[str]) -> Check:
    checks = [_one(tokens)]
    while tokens and tokens[-1] == "AND":
        tokens.pop()
        checks.append(_one(tokens))
    return lambda item, values: all(check(item, values) for check in checks)


def _one(tokens: list[str]) -> Check:
    word = tokens.pop()
    if word == "(":
        check = _any_of(tokens)
        tokens.pop()
        return check
    if word in ("attribute_exists", "attribute_not_exists"):
        name = _inside(tokens)[0]
        return lambda item, _: (name in item) is (word == "attribute_exists")
    sign = tokens.pop()
    if sign == "IN":
        names = [name for name in _inside(tokens) if name != ","]
        return lambda item, values: item.get(word) in [values[name] for name in names]
    value, compare = tokens.pop(), _COMPARE[sign]
    return lambda item, values: word in item and compare(_plain(item[word]), _plain(values[value]))


def _inside(tokens: list[str]) -> list[str]:
    tokens.pop()
    words = []
    while (word := tokens.pop()) != ")":
        words.append(word)
    return words


def _plain(value: Mapping[str, Any]) -> Any:
    ((kind, plain),) = value.items()
    return int(plain) if kind == "N" else plain
