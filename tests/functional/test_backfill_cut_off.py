"""A backfill that is cut off at any call of AWS's ends the same when it is run again."""

from pathlib import Path
from typing import Any

import pytest
from tests.functional.acting import arrive, said
from tests.functional.cut_off import cut_off_everywhere
from tests.functional.operators import operate
from tests.functional.stack import Stack
from tests.functional.test_backfill import CSV, OLD, notes


def scene(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stack:
    monkeypatch.chdir(tmp_path)
    for file in tmp_path.iterdir():
        file.unlink()
    stack = Stack()
    s3 = stack.session.client("s3")
    s3.create_bucket(Bucket=OLD)
    for number in range(3):
        s3.put_object(Bucket=OLD, Key=f"ehr/{number}.csv", Body=CSV.format(id=number, text="Fever.").encode())
    stack.drop("ehr/lost.csv", CSV.format(id=9, text="Cough."))
    stack.take("NotesUploadedQueue")
    return stack


@pytest.mark.parametrize("source", [f"s3://{OLD}/", "notes bucket"])
def test_cut_off_anywhere_and_run_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: str) -> None:
    def what(stack: Stack) -> list[str]:
        address = source if source.startswith("s3:") else f"s3://{stack.name('NotesBucket')}/incoming/"
        return ["backfill", address, "--per-second", "1000"]

    def left(stack: Stack) -> Any:
        said(stack, *what(stack))
        arrive(stack)
        versions = stack.session.client("s3").list_object_versions(Bucket=stack.name("NotesBucket"))["Versions"]
        return notes(stack), stack.books(), len(versions)

    calls = cut_off_everywhere(lambda: scene(tmp_path, monkeypatch), lambda stack: operate(stack, *what(stack)), left)
    assert calls >= 3
