"""What a request changed in moto's stores: objects, rows and messages, noted where moto changes them."""

from __future__ import annotations

from collections.abc import Callable
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
    """

    def __init__(self) -> None:
        self.objects: dict[tuple[str, str], None] = {}
        self.rows: dict[tuple[str, Any, Any], None] = {}
        self.messages: list[Sent | Received | Gone] = []

    def __bool__(self) -> bool:
        return bool(self.objects or self.rows or self.messages)

    def forget(self) -> None:
        """Begin anew."""
        self.objects, self.rows, self.messages = {}, {}, []


def note_changes(touched: Touched) -> None:
    """Have moto note from now on what it changes; call once."""
    _note_objects(touched)
    _note_rows(touched)
    _note_messages(touched)


def _note_objects(touched: Touched) -> None:
    from moto.s3.models import S3Backend

    def noting(original: Callable[..., Any]) -> Callable[..., Any]:
        def changed(backend: Any, bucket_name: str, key_name: str, *arguments: Any, **options: Any) -> Any:
            touched.objects[bucket_name, key_name] = None
            return original(backend, bucket_name, key_name, *arguments, **options)

        return changed

    for name in ("put_object", "delete_object"):  # everything else that writes ends in one of these
        setattr(S3Backend, name, noting(getattr(S3Backend, name)))


def _note_rows(touched: Touched) -> None:
    from moto.dynamodb.models import DynamoDBBackend
    from moto.dynamodb.models.table import Table

    put, delete, update = Table.put_item, Table.delete_item, DynamoDBBackend.update_item

    def put_item(table: Any, *arguments: Any, **options: Any) -> Any:
        item = put(table, *arguments, **options)
        touched.rows[table.name, item.hash_key, item.range_key] = None
        return item

    def delete_item(table: Any, hash_key: Any, range_key: Any) -> Any:
        touched.rows[table.name, hash_key, range_key] = None
        return delete(table, hash_key, range_key)

    def update_item(backend: Any, table_name: str, key: dict[str, Any], *arguments: Any, **options: Any) -> Any:
        table = backend.get_table(table_name)
        touched.rows[table.name, *backend.get_keys_value(table, key)] = None  # before: it may fail half done
        return update(backend, table_name, key, *arguments, **options)

    Table.put_item, Table.delete_item, DynamoDBBackend.update_item = put_item, delete_item, update_item


def _note_messages(touched: Touched) -> None:
    from moto.sqs.models import Queue, SQSBackend

    add, delete = Queue.add_message, Queue.delete_message
    receive, purge = SQSBackend.receive_message, SQSBackend.purge_queue

    def add_message(queue: Any, message: Any) -> None:
        touched.messages.append(Sent(queue.name, message))
        add(queue, message)

    def delete_message(queue: Any, receipt_handle: str) -> None:
        before = queue._messages
        delete(queue, receipt_handle)
        if len(queue._messages) < len(before):
            left = {message.id for message in queue._messages}
            touched.messages += [Gone(queue.name, message.id) for message in before if message.id not in left]

    def receive_message(backend: Any, queue_name: str, *arguments: Any, **options: Any) -> Any:
        known = len(touched.messages)
        given = receive(backend, queue_name, *arguments, **options)
        # What came into a queue meanwhile is what this one gave up on.
        touched.messages += [Gone(queue_name, e.message.id) for e in touched.messages[known:] if isinstance(e, Sent)]
        touched.messages += [Received(queue_name, m.id, m.approximate_receive_count) for m in given]
        return given

    def purge_queue(backend: Any, queue_name: str) -> None:
        touched.messages += [Gone(queue_name, message.id) for message in backend.get_queue(queue_name)._messages]
        purge(backend, queue_name)

    Queue.add_message, Queue.delete_message = add_message, delete_message
    SQSBackend.receive_message, SQSBackend.purge_queue = receive_message, purge_queue
