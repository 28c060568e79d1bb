"""Requests against botocore's own description of the service: fields and types, and the constraints it does not check.

The constraints are those of the API references, such as
https://docs.aws.amazon.com/bedrock/latest/APIReference/API_CreateModelInvocationJob.html. No message quotes a value:
it could be a note.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import botocore.session
from botocore.validate import ParamValidator

from chartbrief.local_cloud.executor.errors import invalid

# What Java writes otherwise, near enough.
_CLASSES = {
    r"\p{Alnum}": "a-zA-Z0-9",
    r"\p{ASCII}": r"[\x00-\x7f]",
    r"\p{L}": r"\w",
    r"\p{M}": r"\w",
    r"\p{N}": r"\d",
    r"\p{P}": r"!-/:-@\[-`{-~",
    r"\p{Print}": r" -~",
    r"\p{S}": r"!-/:-@\[-`{-~",
    r"\p{Z}": r"\s",
    r"\z": r"\Z",
}


def check_request(service: str, operation: str, request: Mapping[str, Any]) -> None:
    """Check a request as boto3 is given it.

    Args:
        service: as boto3 names it: `bedrock`, `bedrock-runtime`, `sagemaker` ...

    Raises:
        ServiceError: ValidationException, with the place and the kind of every problem.
    """
    shape = _service(service).operation_model(operation).input_shape
    report = ParamValidator().validate(request, shape)
    problems = [f"{(name or 'input').lstrip('.')}: {_reason(reason, more)}" for reason, name, more in report._errors]
    problems = problems or list(_violations(request, shape, "input"))
    if problems:
        raise invalid(f"{len(problems)} validation error detected: {'; '.join(problems)}")


@cache
def _service(name: str) -> Any:
    return botocore.session.get_session().get_service_model(name)


def _reason(reason: str, more: Mapping[str, Any]) -> str:
    # Names of fields are the caller's own words only where they are unknown, and a field's name is no note.
    named = more.get("required_name") or more.get("unknown_param") or ""
    return f"{reason} {named}".strip()


def _violations(value: Any, shape: Any, path: str) -> Iterator[str]:
    kind = shape.type_name
    if kind == "structure" and not shape.is_document_type:
        for name in value:
            yield from _violations(value[name], shape.members[name], f"{path}.{name}")
    elif kind in ("list", "map"):
        yield from _size(len(value), shape, path)
        for place, item in enumerate(value if kind == "list" else ()):
            yield from _violations(item, shape.member, f"{path}[{place}]")
    elif kind == "string":
        yield from _text(value, shape, path)
    elif kind in ("integer", "long", "float", "double"):
        yield from _size(value, shape, path)


def _size(size: float, shape: Any, path: str) -> Iterator[str]:
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    if (least is not None and size < least) or (most is not None and size > most):
        yield f"{path} must be between {least} and {most}"


def _as_python(pattern: str) -> str:
    for java, python in _CLASSES.items():
        pattern = pattern.replace(java, python)
    return pattern


def _text(value: str, shape: Any, path: str) -> Iterator[str]:
    wrong = list(_size(len(value), shape, path))
    pattern = shape.metadata.get("pattern")
    if not wrong and pattern and not re.fullmatch(_as_python(pattern), value):
        wrong = [f"{path} must satisfy the pattern {pattern}"]
    if not wrong and shape.enum and value not in shape.enum:
        wrong = [f"{path} must be one of {', '.join(shape.enum)}"]
    yield from wrong
