"""What the roles of a template may do, as a table: `python -m chartbrief.local_cloud.iam.table [TEMPLATE]`."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from chartbrief.cloud import DEFAULT_TEMPLATE
from chartbrief.local_cloud.template import Template

_ROLES = {"AWS::Serverless::Function": "Policies", "AWS::IAM::Role": "Policies"}
_OWNER = re.compile(r"arn:aws:[a-z0-9-]*:[^:]*:[^:]*:")
_HEAD = "| who | may | on | if |\n|---|---|---|---|\n"


def grants_table(template: Template) -> str:
    """Return a table with a row for each statement of each function and role."""
    return _HEAD + "".join(f"| {' | '.join(row)} |\n" for row in _rows(template))


def _rows(template: Template) -> Iterator[tuple[str, str, str, str]]:
    for name, body in template.resources.items():
        for document in body["Properties"].get(_ROLES.get(body["Type"], ""), ()):
            for statement in document.get("PolicyDocument", document)["Statement"]:
                yield _row(template, name, statement)


def _row(template: Template, name: str, statement: Mapping[str, Any]) -> tuple[str, str, str, str]:
    condition, body = statement.get("Fn::If", ["", statement])[:2]
    found = template.resolve(body, lambda logical, _: logical)
    where = [
        condition,
        *(f"{key}: {value}" for keys in found.get("Condition", {}).values() for key, value in keys.items()),
    ]
    return f"`{name}`", _listed(found["Action"]), _listed(found["Resource"]), _listed([one for one in where if one])


def _listed(values: Any) -> str:
    texts = [values] if isinstance(values, str) else values
    return ", ".join(f"`{_OWNER.sub('', text)}`" for text in texts)


if __name__ == "__main__":
    path = Path(sys.argv[1]) if sys.argv[1:] else DEFAULT_TEMPLATE
    sys.stdout.write(grants_table(Template(path, {"EndpointName": "EndpointName"})))
