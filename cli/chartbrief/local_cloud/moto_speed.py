"""What moto does again for every request although once is enough, or not at all; no answer changes by it."""

from __future__ import annotations

import copy
import functools
from collections.abc import Callable
from typing import Any


def make_fast() -> None:
    """Replace the two things that cost more than the requests themselves."""
    from moto.dynamodb.models import DynamoDBBackend
    from moto.dynamodb.models.table import Table
    from moto.moto_server.werkzeug_app import DomainDispatcherApplication

    # It lists a folder of its source for every request, to tell whether a host's name is a service's: 40 % of a put.
    find = DomainDispatcherApplication.get_backend_for_host
    DomainDispatcherApplication.get_backend_for_host = functools.lru_cache(1000)(find)
    # It copies the whole table before a transaction: seconds, with thousands of notes in it. The rows it names do.
    DynamoDBBackend.transact_write_items = _restoring_rows(DynamoDBBackend.transact_write_items)
    Table.__deepcopy__ = lambda table, _: table


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
    """Return a row that a write of a transaction names: its table, its keys, and a copy of it (None: not there)."""
    table = backend.get_table(write["TableName"])
    keys = backend.get_keys_value(table, write.get("Key") or write["Item"])
    return table, keys, copy.deepcopy(table.get_item(*keys))


def _put_back(table: Any, keys: tuple[Any, Any], row: Any) -> None:
    if row is None:
        table.delete_item(*keys)
    else:
        table.items[keys[0]][keys[1]] = row
