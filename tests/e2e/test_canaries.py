"""Marks in every place of every kind of file, through the real processes with functions at DEBUG: who holds one after.

The buckets may, and the page and tables made of them; the person's own console may name files and notes, and shows the
summaries. No log of any process, no queue and no key holds any; the ledger holds the names of dropped files.
"""

import json
from pathlib import Path
from typing import Any

import pytest
from tests.e2e.command import Command, Ended
from tests.functional.canaries import Canaries
from tests.functional.canary_files import amendments, canary_files

from chartbrief.cloud import DEFAULT_TEMPLATE
from chartbrief.deployment import Deployment
from chartbrief.local_cloud.kept_cloud import open_kept

# What a person may see on the console beside the summaries: which file and which note something is about.
ON_CONSOLE = (
    *("file-", "note_id-", "note-", "amended-", "long", "txt", "urgent"),
    *("refused", "poison", "accents", "id-accents", "latin"),
    "(part of a mark)",  # the demonstration model may copy a word that it does not know in part
)


@pytest.fixture(scope="module")
def canaries() -> Canaries:
    return Canaries()


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("canaries") / "out"


@pytest.fixture(scope="module")
def ended(command: Command, canaries: Canaries, out: Path) -> list[Ended]:
    """Two runs on one folder, of the template with its functions at DEBUG."""
    template = out.parent / "template.yaml"
    text = DEFAULT_TEMPLATE.read_text("utf-8")
    template.write_text(text.replace("ApplicationLogLevel: INFO", "ApplicationLogLevel: DEBUG"))
    return [
        command.run("run", _folder(out.parent / name, files), "--template", template, "--out", out, "--json")
        for name, files in (("first", canary_files(canaries)), ("second", amendments(canaries)))
    ]


def _folder(folder: Path, files: dict[str, bytes]) -> Path:
    for name, body in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)
    return folder


def without_names(places: set[str]) -> set[str]:
    return {place for place in places if not place.startswith("file-")}


def test_the_runs_closed_their_books(ended: list[Ended]) -> None:
    assert [run.status for run in ended] == [0, 0], [run.stderr for run in ended]
    assert ended[0].json()["quarantined"] >= 12
    assert ended[1].json()["summarized"] >= 2


def test_no_log_of_any_process_holds_a_mark(ended: list[Ended], canaries: Canaries, out: Path) -> None:
    logs = {path.name: path.read_bytes() for path in (out / ".chartbrief/logs").iterdir()}
    assert len(logs) >= 7
    assert b"batch published" in logs["SummariesWrittenFunction.log"]
    assert {name: found for name, text in logs.items() if (found := canaries.found_in(text))} == {}


def test_the_console_shows_no_patient_and_no_field_that_was_not_asked_for(
    ended: list[Ended], canaries: Canaries
) -> None:
    for run in ended:
        assert canaries.found_in(run.stderr) == set()
        shown = canaries.found_in(run.stdout)
        assert "note_id-csv-1" in shown or "amended-1" in shown
        assert {place for place in shown if not place.startswith(ON_CONSOLE)} == set()


def test_operators_commands_show_no_note(ended: list[Ended], canaries: Canaries, command: Command, out: Path) -> None:
    assert ended
    state = out / ".chartbrief"
    for words in (["status"], ["audit"], ["status", "--json"], ["audit", "--json"]):
        run = command.run(*words, "--state", state)
        assert run.status in (0, 1), run.stderr
        assert without_names(canaries.found_in(run.stdout + run.stderr)) == set()


def test_what_is_kept_outside_the_buckets_holds_at_most_the_names_of_files(
    ended: list[Ended], canaries: Canaries, out: Path
) -> None:
    assert ended
    with open_kept(out / ".chartbrief") as kept:
        rows = kept.client("dynamodb").scan(TableName=kept.names["LedgerTable"])["Items"]
        assert len(rows) > 20
        assert without_names(canaries.found_in(rows)) == set()
        assert without_names(canaries.found_in(_messages(kept))) == set()
        for bucket in ("WorkBucket", "SummariesBucket"):
            listed = kept.client("s3").list_objects_v2(Bucket=kept.names[bucket])["Contents"]
            assert len(listed) > 5
            assert canaries.found_in(json.dumps(listed, default=str)) == set()


def _messages(kept: Deployment) -> list[Any]:
    sqs, found = kept.client("sqs"), list[Any]()
    for name, url in kept.names.items():
        if name.endswith("Queue"):
            asked = {"QueueUrl": url, "MaxNumberOfMessages": 10, "VisibilityTimeout": 0, "AttributeNames": ["All"]}
            found += sqs.receive_message(**asked, MessageAttributeNames=["All"]).get("Messages", [])
    return found


def test_what_the_state_is_kept_in_is_its_owners_alone(ended: list[Ended], out: Path) -> None:
    assert ended
    state = out / ".chartbrief"
    assert state.stat().st_mode & 0o077 == 0
    assert [
        path.name for path in state.iterdir() if path.is_file() and path.stat().st_size and path.stat().st_mode & 0o077
    ] == []
