"""A redrive that is cut off anywhere, in the command or in the function, ends the same when it is done again."""

from typing import Any

import pytest
from tests.functional.acting import arrive, said
from tests.functional.cut_off import cut_off_everywhere
from tests.functional.operators import operate
from tests.functional.stack import Stack, queue_event
from tests.functional.test_redrive_quarantined import LONG, allow

# A handler that is killed has no metrics to publish, and the library says so.
pytestmark = pytest.mark.filterwarnings("ignore:No application metrics to publish")
COMMAND = ("redrive", "--quarantined")


def scene() -> Stack:
    """Two long notes and a file without a column for notes in quarantine; the settings are mended."""
    stack = Stack()
    allow(stack, "1000")
    stack.upload(stack.drop("ehr/a.csv", LONG), stack.drop("ehr/b.csv", "note_id,text\n8,Fever.\n"))
    stack.take("NotesUploadedQueue")
    allow(stack, "100000")
    return stack


def left_behind(stack: Stack) -> Any:
    """Run the command once more; return books, reasons, and how many notes wait for the model."""
    said(stack, *COMMAND)
    arrive(stack)
    waiting = sorted(row["notes"] for row in stack.rows("SHARD#", waiting=True))
    return stack.books(), [record["code"] for record in stack.records("quarantine/")], waiting


def test_the_command_cut_off() -> None:
    calls = cut_off_everywhere(scene, lambda stack: operate(stack, *COMMAND), left_behind)
    assert calls > 8


def test_the_function_cut_off() -> None:
    messages: list[Any] = []

    def asked() -> Stack:
        stack = scene()
        said(stack, *COMMAND)
        messages[:] = stack.take("NotesUploadedQueue")
        return stack

    def handle(stack: Stack) -> None:
        stack.invoke("NotesUploadedFunction", queue_event("notes_uploaded", *messages))

    def left(stack: Stack) -> Any:
        handle(stack)
        return left_behind(stack)

    assert cut_off_everywhere(asked, handle, left) > 20
