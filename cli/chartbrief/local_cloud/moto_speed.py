"""What moto does again for every request although once is enough, or not at all; no answer changes by it."""

from __future__ import annotations

import copy
import functools
import json
from collections import deque
from collections.abc import Callable
from typing import Any

# Conditions with the same values come again at once: for a transaction's check, its effect, and its next row.
_PARSED_CONDITIONS = 512
# Values of DynamoDB that are on the wire what they are in moto's stores.
_PLAIN = ("S", "N", "BOOL", "NULL")


def make_fast() -> None:
    """Replace what costs more than the requests themselves."""
    from moto.core.parse import BaseJSONParser
    from moto.core.serialize import BaseJSONSerializer
    from moto.dynamodb.comparisons import ConditionExpressionParser
    from moto.dynamodb.models import DynamoDBBackend
    from moto.dynamodb.models.table import Table
    from moto.moto_server.werkzeug_app import DomainDispatcherApplication

    # It lists a folder of its source for every request, to tell whether a host's name is a service's: 40 % of a put.
    find = DomainDispatcherApplication.get_backend_for_host
    DomainDispatcherApplication.get_backend_for_host = functools.lru_cache(1000)(find)
    # It copies the whole table before a transaction: seconds, with thousands of notes in it. The rows it names do.
    DynamoDBBackend.transact_write_items = _restoring_rows(DynamoDBBackend.transact_write_items)
    Table.__deepcopy__ = lambda table, _: table
    # It compiles six patterns for every word of a condition, and takes every condition of a transaction apart thrice.
    ConditionExpressionParser._lex_condition_expression = _lexing_once(
        ConditionExpressionParser._lex_condition_expression
    )
    ConditionExpressionParser.parse = _parsing_once(ConditionExpressionParser.parse)
    # It looks for every value under ten names, of which nine are for other kinds of value.
    BaseJSONParser._parse_structure = _plain_values_read(BaseJSONParser._parse_structure)
    BaseJSONSerializer._serialize_type_structure = _plain_values_written(BaseJSONSerializer._serialize_type_structure)


def _restoring_rows(original: Callable[[Any, list[dict[str, Any]]], None]) -> Callable[..., None]:
    def transact_write_items(backend: Any, transact_items: list[dict[str, Any]]) -> None:
        held = [_held(backend, write) for entry in transact_items for write in entry.values()]
        try:
            original(backend, transact_items)
        except Exception:
            for table, keys, row in held:
                _put_back(table, keys, row)
            raise

    return transact_write_items


def _held(backend: Any, write: dict[str, Any]) -> tuple[Any, tuple[Any, Any], Any]:
    """Return a row that a write of a transaction names: its table, its keys, and the row (None: not there)."""
    table = backend.get_table(write["TableName"])
    keys = backend.get_keys_value(table, write.get("Key") or write["Item"])
    row = table.get_item(*keys)
    # A put replaces a row by another; an update changes the row itself.
    return table, keys, row if "Item" in write else copy.deepcopy(row)


def _put_back(table: Any, keys: tuple[Any, Any], row: Any) -> None:
    if row is None:
        table.delete_item(*keys)
    else:
        table.items[keys[0]][keys[1]] = row


def _lexing_once(original: Callable[[Any], deque[Any]]) -> Callable[[Any], deque[Any]]:
    lexed: dict[str, tuple[Any, ...]] = {}

    def lex(parser: Any) -> deque[Any]:
        if parser.condition_expression not in lexed:
            lexed[parser.condition_expression] = tuple(original(parser))
        return deque(lexed[parser.condition_expression])  # what comes next takes them off one by one

    return lex


def _parsing_once(original: Callable[[Any], Any]) -> Callable[[Any], Any]:
    known: dict[str, tuple[Any, list[str], list[str]]] = {}

    def parse(parser: Any) -> Any:
        names, values = parser.expression_attribute_names, parser.expression_attribute_values
        key = json.dumps([parser.condition_expression, names or {}, values or {}])
        if key not in known:
            operation = original(parser)
            if len(known) >= _PARSED_CONDITIONS:
                known.clear()
            known[key] = operation, list(parser.expr_attr_names_found), list(parser.expr_attr_values_found)
        operation, parser.expr_attr_names_found[:], parser.expr_attr_values_found[:] = known[key]
        return operation

    return parse


def _plain_values_read(original: Callable[..., Any]) -> Callable[..., Any]:
    def parse_structure(parser: Any, shape: Any, value: Any) -> Any:
        return dict(value) if _is_plain(shape, value) else original(parser, shape, value)

    return parse_structure


def _plain_values_written(original: Callable[..., None]) -> Callable[..., None]:
    def serialize_structure(serializer: Any, serialized: Any, value: Any, shape: Any, key: str) -> None:
        if key and _is_plain(shape, value):
            serializer._default_serialize(serialized, dict(value), shape, key)
        else:
            original(serializer, serialized, value, shape, key)

    return serialize_structure


def _is_plain(shape: Any, value: Any) -> bool:
    return shape.name == "AttributeValue" and type(value) is dict and len(value) == 1 and next(iter(value)) in _PLAIN
