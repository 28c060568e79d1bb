"""An erasure that is cut off at any call ends the same when it is run again."""

from typing import Any

import pytest
from tests.functional.acting import said
from tests.functional.cut_off import cut_off_everywhere
from tests.functional.erased import JANE, MIXED, REFUSED, holders_of_jane, sound
from tests.functional.operators import operate
from tests.functional.stack import Stack

pytestmark = pytest.mark.usefixtures("elsewhere")

# It makes some hundred and twenty calls, and what it does is the same kind of call again and again.
EVERY = 8


def scene() -> Stack:
    stack = Stack(FhirOutput="yes")
    stack.upload(stack.drop("ehr/mixed.csv", MIXED), stack.drop("ehr/list.json", REFUSED))
    stack.settle()
    stack.publish()
    stack.take("NotesUploadedQueue")
    return stack


def left_behind(stack: Stack) -> Any:
    told = said(stack, "forget", JANE, "--yes")
    records = [record["note_id"] for record in stack.records("by_note/")]
    files = sorted(key for key in stack.objects("NotesBucket"))
    return told["traces_found"], holders_of_jane(stack), records, files, sound(stack)["books"]


def test_cut_off_anywhere_and_run_again() -> None:
    calls = cut_off_everywhere(scene, lambda stack: operate(stack, "forget", JANE, "--yes"), left_behind, every=EVERY)
    assert calls > 100
