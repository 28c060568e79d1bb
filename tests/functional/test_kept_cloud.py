"""The local AWS alone, on the state that a run has kept: what operators' commands open."""

from __future__ import annotations

import base64
import json
import stat
from pathlib import Path

import pytest

from chartbrief.deployment import open_deployment
from chartbrief.errors import UsageError
from chartbrief.local_cloud.kept_cloud import open_kept
from notes_pipeline.aws.objects import Bucket

ROW = {"pk": {"S": "NOTE#1"}, "sk": {"S": "NOTE"}, "status": {"S": "summarized"}}


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """A state as versions before this one left it."""
    folder = tmp_path / ".chartbrief"
    folder.mkdir()
    body = base64.b64encode(b'{"summary": "x"}').decode()
    (folder / "ledger.jsonl").write_text(json.dumps(ROW) + "\n")
    (folder / "summaries.jsonl").write_text(json.dumps({"key": "by_note/1/2.json", "body": body}) + "\n")
    return folder


def test_an_earlier_version_s_state_is_taken_up_and_what_is_changed_is_there_again(state: Path) -> None:
    with open_kept(state) as kept:
        s3, sqs, names = kept.client("s3"), kept.client("sqs"), kept.names
        table = kept.client("dynamodb").scan(TableName=names["LedgerTable"])["Items"]
        assert table == [ROW]
        version = s3.put_object(Bucket=names["NotesBucket"], Key="incoming/ward/a.txt", Body=b"a note")["VersionId"]
        (message,) = sqs.receive_message(QueueUrl=names["NotesUploadedQueue"])["Messages"]
        assert json.loads(message["Body"])["detail"]["object"]["version-id"] == version
    assert sorted(path.name for path in state.iterdir()) == ["cloud.journal", "lock", "logs"]
    assert [stat.S_IMODE(path.stat().st_mode) for path in (state, state / "cloud.journal")] == [0o700, 0o600]
    with open_deployment("", state, open_kept) as kept:
        assert kept.is_local
        assert kept.parameters["MaxWaitSeconds"] == "0"
        assert Bucket(kept.names["SummariesBucket"]).read("by_note/1/2.json") == b'{"summary": "x"}'
        assert Bucket(kept.names["NotesBucket"]).read("incoming/ward/a.txt", version) == b"a note"
        sqs, queue = kept.client("sqs"), kept.names["NotesUploadedQueue"]
        # It was given out and not deleted: it comes again, and counts how often it did.
        (again,) = sqs.receive_message(QueueUrl=queue, AttributeNames=["All"])["Messages"]
        assert (again["MessageId"], again["Attributes"]["ApproximateReceiveCount"]) == (message["MessageId"], "2")


def test_what_cannot_be_opened_is_said(tmp_path: Path, state: Path) -> None:
    with pytest.raises(UsageError, match="holds no state"), open_kept(tmp_path / "nowhere"):
        pass
    (state / "cloud.journal").write_bytes(b"chartbrief-cloud 9\n")
    with pytest.raises(UsageError, match="another version of chartbrief"), open_kept(state):
        pass
    (state / "cloud.journal").unlink()
    with open_kept(state), pytest.raises(UsageError, match="Another run is using"), open_kept(state):
        pass
