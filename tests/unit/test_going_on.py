"""Which files of a run were dropped by the interrupted one before it."""

import hashlib
from pathlib import Path
from typing import Any

import pytest
from tests.unit.cli_fake_cloud import FakeCloud
from tests.unit.cli_runs import NOTES, cloud, folder, given_cloud, invoke, out, run_json

from chartbrief.drops import go_on_with
from chartbrief.note_files import NoteFile

__all__ = ["cloud", "folder", "given_cloud", "out"]


def file(folder: Path, name: str, text: str) -> NoteFile:
    (folder / name).write_text(text)
    return NoteFile(folder / name, name)


def dropped(name: str, text: str, version: str = "1") -> dict[str, Any]:
    md5 = hashlib.md5(text.encode()).hexdigest()
    return {"key": f"incoming/{name}", "version_id": version, "size": len(text), "md5": md5}


def test_a_file_is_known_by_its_key_and_the_newest_content_dropped_there(tmp_path: Path) -> None:
    files = [file(tmp_path, name, f"note {name}") for name in "abc"]
    earlier = [dropped("a", "note a"), dropped("b", "note x"), dropped("c", "note c"), dropped("c", "note y", "2")]
    drops, left = go_on_with(earlier, files)
    assert [(drop.file.relative, drop.version_id) for drop in drops] == [("a", "1"), ("b", "1"), ("c", "1"), ("c", "2")]
    assert [f.relative for f in left] == ["b", "c"]


def test_a_file_that_is_not_at_hand_is_gone_on_with_and_one_that_cannot_be_read_is_tried(tmp_path: Path) -> None:
    gone = file(tmp_path, "gone", "note")
    gone.path.unlink()
    drops, left = go_on_with([dropped("gone", "note"), dropped("ward/other", "note")], [gone])
    assert [drop.file.key for drop in drops] == ["incoming/gone", "incoming/ward/other"]
    assert left == [gone]


def drop(cloud: FakeCloud, name: str, text: str) -> None:
    cloud.session().client("s3").put_object(Bucket="notes", Key=f"incoming/{name}", Body=text.encode())


def versions(cloud: FakeCloud) -> int:
    return len(cloud.session().client("s3").list_object_versions(Bucket="notes")["Versions"])


def test_a_run_goes_on_with_what_an_interrupted_one_dropped(folder: Path, out: Path, cloud: FakeCloud) -> None:
    for name, text in NOTES.items():
        drop(cloud, name, text)
    cloud.waiting = len(NOTES)
    status, report = run_json(folder, out)
    assert (status, report["received"], versions(cloud)) == (0, 6, 3)
    run_json(folder, out)
    assert versions(cloud) == 6  # once a run has told about them, the next drops them again, as ever


def test_what_was_given_up_on_is_dropped_again(folder: Path, out: Path, cloud: FakeCloud) -> None:
    drop(cloud, "walk-in.txt", NOTES["walk-in.txt"])
    cloud._seen |= {version["VersionId"] for version in cloud._dropped()}  # neither staged nor waiting
    status, report = run_json(folder, out)
    assert (status, report["received"], versions(cloud)) == (0, 6, 4)


@pytest.mark.parametrize("has_state", [True, False])
def test_without_a_folder_a_run_only_goes_on(out: Path, cloud: FakeCloud, has_state: bool) -> None:
    if has_state:
        (out / ".chartbrief").mkdir(parents=True)
        (out / ".chartbrief" / "cloud.journal").touch()
        drop(cloud, "ward/late.txt", "L1: late\n")
    result = invoke("run", "--out", out)
    assert result.exit_code == (0 if has_state else 2)
    assert ("received 1 = summarized 1" in result.stdout) == has_state
    assert ("no run to go on with" in result.stderr) != has_state
