"""Filling moto's stores with a state that was kept."""

from __future__ import annotations

from typing import Any

from chartbrief.local_cloud.journal import Journal, Place, StateError
from chartbrief.local_cloud.kept_records import State
from chartbrief.local_cloud.moto_stores import find_queues, find_tables, read_message, s3_store
from chartbrief.local_cloud.moto_versions import KeptBody, read_versions


def load_state(state: State, journal: Journal) -> None:
    """Fill the buckets, tables and queues, which are there and empty.

    Raises:
        StateError: the state has something in one that is not there.
    """
    from moto.dynamodb.models.dynamo_type import DynamoType, Item

    buckets, tables, queues = s3_store().buckets, find_tables(), find_queues()
    wanted = [
        ({bucket for bucket, _ in state.objects}, buckets),
        ({table for table, *_ in state.rows}, tables),
        ({queue for queue, messages in state.messages.items() if messages}, queues),
    ]
    missing = sorted(name for names, there in wanted for name in names if name not in there)
    if missing:
        raise StateError(f"{journal.path} holds {', '.join(missing)}, which the template does not have: move it away")
    for (bucket, key), versions in state.objects.items():
        found = read_versions(bucket, key, versions, lambda place: KeptBody(journal, Place(*place)))
        dict.__setitem__(buckets[bucket].keys, key, list(found))
    for (table, hash_key, range_key), row in state.rows.items():
        keys = [DynamoType({kind: value}) for kind, value in (hash_key, range_key) if kind]
        item = Item(keys[0], keys[1] if len(keys) > 1 else None, {})
        for name, value in row.items():  # past its own way in, which measures the row again for each of them
            dict.__setitem__(item.attrs, name, DynamoType(value))
        _put(tables[table], keys, item)
    for queue, messages in state.messages.items():
        queues[queue]._messages += map(read_message, messages.values())


def _put(table: Any, keys: list[Any], item: Any) -> None:
    if len(keys) > 1:
        table.items[keys[0]][keys[1]] = item
    else:
        table.items[keys[0]] = item
