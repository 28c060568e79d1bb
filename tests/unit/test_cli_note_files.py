"""Which files a run drops."""

from pathlib import Path

import pytest

from chartbrief.errors import UsageError
from chartbrief.note_files import find_note_files, source_of


def touch(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("a note")


def found(folder: Path, out: Path) -> list[str]:
    return [file.relative for file in find_note_files(folder, out)]


def test_files_of_sub_folders_come_sorted_and_unknown_kinds_come_too(tmp_path: Path) -> None:
    for name in ("b.txt", "a/z.csv.gz", "urgent/ed/x.txt", "scan.pdf"):
        touch(tmp_path / name)
    assert found(tmp_path, tmp_path / "out") == ["a/z.csv.gz", "b.txt", "scan.pdf", "urgent/ed/x.txt"]


def test_hidden_files_folders_and_the_output_folder_are_left_out(tmp_path: Path) -> None:
    for name in ("note.txt", ".DS_Store", ".git/config", "out/summaries.csv"):
        touch(tmp_path / name)
    assert found(tmp_path, tmp_path / "out") == ["note.txt"]


def test_a_folder_called_out_that_is_not_the_output_is_dropped(tmp_path: Path) -> None:
    touch(tmp_path / "notes/out/x.txt")
    assert found(tmp_path / "notes", tmp_path / "out") == ["out/x.txt"]


def test_one_file_may_be_named(tmp_path: Path) -> None:
    touch(tmp_path / "ward/one.csv")
    [file] = find_note_files(tmp_path / "ward/one.csv", tmp_path / "out")
    assert file.relative == "one.csv"
    assert file.key == "incoming/one.csv"
    assert source_of(file.key) == file.relative


@pytest.mark.parametrize("name", ["missing", "empty"])
def test_nothing_to_drop_is_said_with_the_folder(tmp_path: Path, name: str) -> None:
    (tmp_path / "empty").mkdir()
    touch(tmp_path / "empty/.hidden")
    with pytest.raises(UsageError, match=name):
        find_note_files(tmp_path / name, tmp_path / "out")


def test_the_output_folder_cannot_be_the_folder_of_notes(tmp_path: Path) -> None:
    touch(tmp_path / "x.txt")
    with pytest.raises(UsageError, match="another folder"):
        find_note_files(tmp_path, tmp_path / "." / "")
