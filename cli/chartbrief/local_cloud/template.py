"""Reading template.yaml: CloudFormation's short forms as plain structures, parameters, intrinsic functions."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import yaml

from chartbrief.errors import CloudFailedError

REGION, ACCOUNT, STACK = "us-east-1", "123456789012", "local"
_PSEUDO = {
    "AWS::Region": REGION,
    "AWS::AccountId": ACCOUNT,
    "AWS::Partition": "aws",
    "AWS::StackName": STACK,
    "AWS::URLSuffix": "amazonaws.com",
}
_REFERENCE = re.compile(r"\$\{([^!}][^}]*)\}")
_NO_VALUE = object()
_SSM = "AWS::SSM::Parameter::Value<"

# What a resource's Ref or GetAtt gives: (logical id, attribute or "Ref") → value.
Attribute = Callable[[str, str], str]


class TemplateError(CloudFailedError):
    """The template says something that cannot be run here; the message says what and where."""


class _Loader(yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader):  # type: ignore[misc]
    """YAML with CloudFormation's tags; read by libyaml where it is there, ten times as fast."""


def _tagged(loader: _Loader, suffix: str, node: yaml.Node) -> Any:
    name = suffix if suffix in ("Ref", "Condition") else f"Fn::{suffix}"
    if isinstance(node, yaml.ScalarNode):
        value: Any = loader.construct_scalar(node)
        return {name: value.split(".", 1) if suffix == "GetAtt" else value}
    if isinstance(node, yaml.SequenceNode):
        return {name: loader.construct_sequence(node, deep=True)}
    assert isinstance(node, yaml.MappingNode)  # noqa: S101 - YAML has no fourth kind
    return {name: loader.construct_mapping(node, deep=True)}


_Loader.add_multi_constructor("!", _tagged)


class Template:
    """A SAM template with values for its parameters."""

    def __init__(self, path: Path, parameters: Mapping[str, str]) -> None:
        self.path = path
        try:
            self._document = yaml.load(path.read_text("utf-8"), _Loader)  # noqa: S506 - a SafeLoader with tags
        except (OSError, yaml.YAMLError) as error:
            raise TemplateError(f"{path} cannot be read as a template: {error}") from error
        declared = self._document.get("Parameters", {})
        unknown = set(parameters) - set(declared)
        if unknown:
            raise TemplateError(f"{path} has no parameter {', '.join(sorted(unknown))}")
        self.parameters = {name: str(parameters.get(name, body.get("Default", ""))) for name, body in declared.items()}
        # There is no SSM here: what is given stands for the value, and the default, a name in SSM, for nothing.
        in_ssm = {name for name, body in declared.items() if str(body.get("Type")).startswith(_SSM)}
        self._unknown = in_ssm - set(parameters)
        _check_values(path, declared, self.parameters)

    @property
    def resources(self) -> dict[str, Any]:
        """Resources by logical id, functions with the globals merged in."""
        merged = self._document.get("Globals", {}).get("Function", {})
        found: dict[str, Any] = {}
        for name, body in self._document["Resources"].items():
            properties = body.get("Properties", {})
            if body["Type"] == "AWS::Serverless::Function":
                properties = _merge(merged, properties)
            found[name] = {**body, "Properties": properties}
        return found

    def resolve(self, value: Any, attribute: Attribute) -> Any:
        """Return a value with every intrinsic function replaced by what it gives.

        Raises:
            TemplateError: an intrinsic function that is not known here.
        """
        if isinstance(value, list):
            found = [self.resolve(item, attribute) for item in value]
            return [item for item in found if item is not _NO_VALUE]
        if not isinstance(value, dict):
            return value
        if (len(value) == 1 and (name := next(iter(value))) in ("Ref", "Condition")) or _is_function(value):
            name = next(iter(value))
            return self._call(name, value[name], attribute)
        resolved = {name: self.resolve(item, attribute) for name, item in value.items()}
        return {name: item for name, item in resolved.items() if item is not _NO_VALUE}

    def _call(self, name: str, argument: Any, attribute: Attribute) -> Any:
        if name == "Ref":
            return self._ref(argument, attribute)
        if name == "Fn::GetAtt":
            return attribute(argument[0], argument[1])
        if name == "Fn::Sub":
            return self._sub(argument, attribute)
        if name == "Fn::If":
            branch = argument[1] if self._condition(argument[0], attribute) else argument[2]
            return self.resolve(branch, attribute)
        if name == "Fn::Join":
            return str(argument[0]).join(map(str, self.resolve(argument[1], attribute)))
        raise TemplateError(f"{self.path}: {name} is not known to the local cloud")

    def _ref(self, name: str, attribute: Attribute) -> Any:
        if name == "AWS::NoValue":
            return _NO_VALUE
        if name in self._unknown:
            raise TemplateError(f"{self.path}: {name} is looked up in SSM, which is not here: give its value")
        return _PSEUDO.get(name) or (self.parameters[name] if name in self.parameters else attribute(name, "Ref"))

    def _sub(self, argument: Any, attribute: Attribute) -> str:
        text, extra = argument if isinstance(argument, list) else (argument, {})

        def value(match: re.Match[str]) -> str:
            name, _, field = match[1].partition(".")
            if name in extra:
                return str(self.resolve(extra[name], attribute))
            return str(attribute(name, field) if field else self._ref(name, attribute))

        return _REFERENCE.sub(value, text)

    def _condition(self, name: str, attribute: Attribute) -> bool:
        return self._truth(self._document.get("Conditions", {})[name], attribute)

    def _truth(self, value: dict[str, Any], attribute: Attribute) -> bool:
        ((name, argument),) = value.items()
        if name == "Fn::Equals":
            return bool(self.resolve(argument[0], attribute) == self.resolve(argument[1], attribute))
        if name == "Fn::Not":
            return not self._truth(argument[0], attribute)
        if name == "Condition":
            return self._condition(argument, attribute)
        parts = [self._truth(part, attribute) for part in argument]
        return all(parts) if name == "Fn::And" else any(parts)


def _is_function(value: dict[str, Any]) -> bool:
    return len(value) == 1 and next(iter(value)).startswith("Fn::")


def _merge(base: Any, over: Any) -> Any:
    """Merge a function's properties over the globals, as SAM does: maps are merged, lists appended."""
    if isinstance(base, dict) and isinstance(over, dict):
        return {name: _merge(base.get(name), over[name]) if name in over else base[name] for name in {**base, **over}}
    if isinstance(base, list) and isinstance(over, list):
        return [*base, *over]
    return base if over is None else over


def _check_values(path: Path, declared: Mapping[str, Any], values: Mapping[str, str]) -> None:
    for name, body in declared.items():
        value, pattern = values[name], body.get("AllowedPattern")
        if pattern and not re.fullmatch(pattern, value):
            raise TemplateError(f"{path}: {name}={value!r} is not {body.get('ConstraintDescription', pattern)}")
        allowed = [str(one) for one in body.get("AllowedValues", [])]
        if allowed and value not in allowed:
            raise TemplateError(f"{path}: {name}={value!r} is none of {', '.join(allowed)}")
        if body.get("Type") == "Number" and not _in_range(value, body):
            raise TemplateError(f"{path}: {name}={value} is out of range")


def _in_range(value: str, body: Mapping[str, Any]) -> bool:
    try:
        number = float(value)
    except ValueError:
        return False
    return float(body.get("MinValue", number)) <= number <= float(body.get("MaxValue", number))
