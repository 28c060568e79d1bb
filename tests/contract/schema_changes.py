"""What a change of a published JSON Schema takes from its readers."""

from collections.abc import Iterator
from typing import Any

Schema = dict[str, Any]


def broken_promises(old: Schema, new: Schema) -> list[str]:
    """What the old schema promised a reader and the new one does not, each with its place.

    Fields, definitions and enumerated values may be added. None may go or become optional, take another type, or be
    asked of records that did not need it.
    """
    return [*_fields(old, new, "record"), *_definitions(old.get("$defs", {}), new.get("$defs", {}))]


def _definitions(old: dict[str, Schema], new: dict[str, Schema]) -> Iterator[str]:
    for name, part in old.items():
        if name in new:
            yield from _fields(part, new[name], name)
            yield from _values(part, new[name], name)
        else:
            yield f"{name}: gone"


def _fields(old: Schema, new: Schema, place: str) -> Iterator[str]:
    if sorted(old.get("required", [])) != sorted(new.get("required", [])):
        yield f"{place}: requires other fields"
    for name, field in old.get("properties", {}).items():
        if name in new.get("properties", {}):
            yield from _values(field, new["properties"][name], f"{place}.{name}")
        else:
            yield f"{place}.{name}: gone"


def _values(old: Schema, new: Schema, place: str) -> Iterator[str]:
    if set(old.get("enum", [])) - set(new.get("enum", [])):
        yield f"{place}: has lost a value"
    if _kind(old) != _kind(new):
        yield f"{place}: has another type"


def _kind(schema: Schema) -> Any:
    """A schema without what only describes it, and without the values that may be added to."""
    told = {"title", "description", "default", "enum", "properties", "required"}
    if not isinstance(schema, dict):
        return schema
    bare = {name: part for name, part in schema.items() if name not in told}
    return {name: [_kind(x) for x in part] if isinstance(part, list) else _kind(part) for name, part in bare.items()}
