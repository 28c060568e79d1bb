"""What a request changed in moto's stores: objects, rows and messages, noted where moto changes them."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from typing import Any, NamedTuple


class Sent(NamedTuple):
    """A message that came into a queue."""

    queue: str
    message: Any


class Received(NamedTuple):
    """A message that was given out once more."""

    queue: str
    message_id: str
    times: int


class Gone(NamedTuple):
    """A message that left a queue."""

    queue: str
    message_id: str


class Touched:
    """What was changed since it was last forgotten.

    Attributes:
        objects: bucket and key of every object with a version more or less.
        rows: table, and both keys as moto has them, of every row that was written or deleted.
        messages: what happened to messages, in order.
        deleted: whether an object was ever deleted; this is not forgotten.
    """

    def __init__(self) -> None:
        self.objects: dict[tuple[str, str], None] = {}
        self.rows: dict[tuple[str, Any, Any], None] = {}
        self.messages: list[Sent | Received | Gone] = []
        self.deleted = False

    def __bool__(self) -> bool:
        return bool(self.objects or self.rows or self.messages)

    def forget(self) -> None:
        """Begin anew."""
        self.objects, self.rows, self.messages = {}, {}, []


def note_changes(touched: Touched) -> ExitStack:
    """Have moto note from now on what it changes, until what is returned is closed."""
    noting = ExitStack()
    _note_objects(touched, noting)
    _note_rows(touched, noting)
    _note_messages(touched, noting)
    return noting


def _replace(noting: ExitStack, owner: Any, name: str, make: Callable[[Any], Any]) -> None:
    original = getattr(owner, name)
    noting.callback(setattr, owner, name, original)
    setattr(owner, name, make(original))


def _note_objects(touched: Touched, noting: ExitStack) -> None:
    from moto.s3.models import S3Backend

    def note(original: Callable[..., Any]) -> Callable[..., Any]:
        def changed(backend: Any, bucket_name: str, key_name: str, *arguments: Any, **options: Any) -> Any:
            touched.objects[bucket_name, key_name] = None
            touched.deleted = touched.deleted or original.__name__ == "delete_object"
            return original(backend, bucket_name, key_name, *arguments, **options)

        return changed

    for name in ("put_object", "delete_object"):  # everything else that writes ends in one of these
        _replace(noting, S3Backend, name, note)


def _note_rows(touched: Touched, noting: ExitStack) -> None:
    from moto.dynamodb.models import DynamoDBBackend
    from moto.dynamodb.models.table import Table

    def note_put(put: Callable[..., Any]) -> Callable[..., Any]:
        def put_item(table: Any, *arguments: Any, **options: Any) -> Any:
            item = put(table, *arguments, **options)
            touched.rows[table.name, item.hash_key, item.range_key] = None
            return item

        return put_item

    def note_delete(delete: Callable[..., Any]) -> Callable[..., Any]:
        def delete_item(table: Any, hash_key: Any, range_key: Any) -> Any:
            touched.rows[table.name, hash_key, range_key] = None
            return delete(table, hash_key, range_key)

        return delete_item

    def note_update(update: Callable[..., Any]) -> Callable[..., Any]:
        def update_item(backend: Any, table_name: str, key: dict[str, Any], *arguments: Any, **options: Any) -> Any:
            table = backend.get_table(table_name)
            touched.rows[table.name, *backend.get_keys_value(table, key)] = None  # before: it may fail half done
            return update(backend, table_name, key, *arguments, **options)

        return update_item

    _replace(noting, Table, "put_item", note_put)
    _replace(noting, Table, "delete_item", note_delete)
    _replace(noting, DynamoDBBackend, "update_item", note_update)


def _note_messages(touched: Touched, noting: ExitStack) -> None:
    from moto.sqs.models import Queue, SQSBackend

    _replace(noting, Queue, "add_message", partial(_noting_add, touched))
    _replace(noting, Queue, "delete_message", partial(_noting_delete, touched))
    _replace(noting, SQSBackend, "receive_message", partial(_noting_receive, touched))
    _replace(noting, SQSBackend, "purge_queue", partial(_noting_purge, touched))


def _noting_add(touched: Touched, add: Callable[..., None]) -> Callable[..., None]:
    def add_message(queue: Any, message: Any) -> None:
        touched.messages.append(Sent(queue.name, message))
        add(queue, message)

    return add_message


def _noting_delete(touched: Touched, delete: Callable[..., None]) -> Callable[..., None]:
    def delete_message(queue: Any, receipt_handle: str) -> None:
        before = queue._messages
        delete(queue, receipt_handle)
        if len(queue._messages) < len(before):
            left = {message.id for message in queue._messages}
            touched.messages += [Gone(queue.name, message.id) for message in before if message.id not in left]

    return delete_message


def _noting_receive(touched: Touched, receive: Callable[..., Any]) -> Callable[..., Any]:
    def receive_message(backend: Any, queue_name: str, *arguments: Any, **options: Any) -> Any:
        known = len(touched.messages)
        given = receive(backend, queue_name, *arguments, **options)
        # What came into a queue meanwhile is what this one gave up on.
        moved = [event.message.id for event in touched.messages[known:] if isinstance(event, Sent)]
        touched.messages += [Gone(queue_name, message_id) for message_id in moved]
        touched.messages += [Received(queue_name, m.id, m.approximate_receive_count) for m in given]
        return given

    return receive_message


def _noting_purge(touched: Touched, purge: Callable[..., None]) -> Callable[..., None]:
    def purge_queue(backend: Any, queue_name: str) -> None:
        before = backend.get_queue(queue_name)._messages
        purge(backend, queue_name)
        touched.messages += [Gone(queue_name, message.id) for message in before]

    return purge_queue
