"""What tells no story is counted by kind beside the books: when it is staged, divided, redriven, and looked at."""

import base64
import json
from typing import Any

import pytest
from tests.functional.operators import operate
from tests.functional.stack import Event, Stack, failed

from notes_pipeline.core.identify import object_id
from notes_pipeline.models import SourceObject
from notes_pipeline.steps import divide_object, read_objects, stage_object


def resource(kind: str, number: int) -> str:
    return json.dumps({"resourceType": kind, "id": f"{kind}-{number}"})


def document(number: int) -> str:
    """A document of FHIR whose text is told."""
    text = base64.b64encode(f"Fever {number}. Cough.".encode()).decode()
    content = [{"attachment": {"contentType": "text/plain", "data": text}}]
    found = {"resourceType": "DocumentReference", "id": f"D{number}", "status": "current", "content": content}
    return json.dumps(found)


def export(patients: int, documents: int) -> str:
    lines = [resource("Patient", n) for n in range(patients)] + [document(n) for n in range(documents)]
    return "".join(line + "\n" for line in lines)


def dropped(message: Event) -> str:
    detail = message["detail"]
    key, version = (detail["object"][name] for name in ("key", "version-id"))
    return object_id(SourceObject(bucket=detail["bucket"]["name"], key=key, version_id=version))


def rows_of(stack: Stack, kind: str) -> list[dict[str, Any]]:
    """The ledger's rows of dropped files of a kind, as boto3 gives them."""
    table = stack.session.client("dynamodb").scan(TableName=stack.name("LedgerTable"))["Items"]
    return [row for row in table if row["sk"]["S"].startswith(kind)]


def ignored(row: dict[str, Any]) -> dict[str, int]:
    return {kind: int(count["N"]) for kind, count in row["ignored"]["M"].items()}


def looked_at(stack: Stack, *arguments: str) -> Any:
    result = operate(stack, *arguments, "--json")
    return json.loads(result.stdout.splitlines()[-1])


def test_a_file_of_what_is_ignored_alone_is_staged_with_no_record(stack: Stack) -> None:
    message = stack.drop("ehr/Patient.ndjson", export(3, 0) + resource("Encounter", 1))
    assert failed(stack.upload(message)) == []
    (row,) = rows_of(stack, "OBJECT")
    assert (row["records"]["N"], ignored(row)) == ("0", {"Patient": 3, "Encounter": 1})
    assert ignored(rows_of(stack, "STAGED")[0]) == {"Patient": 3, "Encounter": 1}
    assert (stack.books(), stack.take("BatchNowQueue")) == ({}, [])
    before = stack.rows("")
    stack.upload(message)
    assert stack.rows("") == before
    found = looked_at(stack, "audit", "--grace", "0")
    assert (found["problems"], found["files"], found["ignored"], found["books"]["received"]) == (0, 1, 4, 0)
    assert "4 more that files hold were ignored" in operate(stack, "audit", "--grace", "0").stdout


def test_ignored_and_received_are_what_a_file_holds(stack: Stack) -> None:
    message = stack.drop("ehr/all.ndjson", export(2, 3) + "{broken\n")
    stack.upload(message)
    (row,) = rows_of(stack, "OBJECT")
    assert (row["records"]["N"], ignored(row)) == ("4", {"Patient": 2})
    assert stack.books() == {"pending": 3, "quarantined": 1}
    (story,) = looked_at(stack, "status", dropped(message))["found"]
    assert story["facts"]["ignored"] == "2 (Patient 2)"
    stack.settle()
    assert looked_at(stack, "audit", "--grace", "0")["problems"] == 0


def test_status_says_how_many_by_system_and_nothing_where_none_are(stack: Stack) -> None:
    stack.upload(stack.drop("pacs/a.csv", "note\nFever.\n"))
    assert looked_at(stack, "status")["ignored"] == {}
    assert "ignored" not in operate(stack, "status").stdout
    stack.upload(stack.drop("ehr/all.ndjson", export(2, 1)))
    assert looked_at(stack, "status")["ignored"] == {"ehr": 2}
    told = operate(stack, "status").stdout
    assert "beside them 2 ignored" in told
    assert "received 2 =" in told


def test_parts_count_their_own_and_the_file_has_all(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stage_object, "WHOLE_BYTES", 500)
    monkeypatch.setattr(divide_object, "PART_LINES", 10)
    monkeypatch.setattr("notes_pipeline.aws.objects.PIECE_BYTES", 300)
    stack.take("NotesUploadedQueue")
    stack.upload(stack.drop("ehr/all.ndjson", export(40, 20)))
    _, *parts = stack.take("NotesUploadedQueue")
    assert len(parts) > 2
    stack.upload(*parts, *parts)
    assert sum(ignored(row).get("Patient", 0) for row in rows_of(stack, "PART")) == 40
    (row,) = rows_of(stack, "OBJECT")
    assert (row["records"]["N"], ignored(row)) == ("20", {"Patient": 40})
    assert stack.books() == {"pending": 20}


def test_a_file_that_can_be_read_after_a_redrive_says_what_it_ignores(stack: Stack) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("notes_pipeline.core.formats.parse_file.MAX_FILE_BYTES", 10)
        message = stack.drop("ehr/all.ndjson", export(2, 3))
        stack.upload(message)
    assert stack.books() == {"quarantined": 1}
    stack.upload({"object_id": dropped(message), "redrive": "0:0"})
    assert stack.books() == {"superseded": 1, "pending": 3}
    (row,) = rows_of(stack, "OBJECT")
    assert (row["records"]["N"], ignored(row)) == ("4", {"Patient": 2})
    assert looked_at(stack, "audit", "--grace", "0")["problems"] == 0


def test_what_was_rejected_before_its_kind_was_read_is_said_to_need_nothing(stack: Stack) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("notes_pipeline.core.formats.json_records._is_resource", lambda *_: False)
        message = stack.drop("ehr/all.ndjson", export(1, 1))
        stack.upload(message)
    assert stack.books() == {"quarantined": 2}
    stack.upload({"object_id": dropped(message), "redrive": "1:0 2:0"})
    assert stack.books() == {"quarantined": 1, "pending": 1}
    (record,) = stack.records("quarantine/")
    assert (record["code"], record["source"]["record"]) == ("TellsNoStory", 1)
    assert "record 1: it tells no story (Patient)" in record["reason"]
    assert looked_at(stack, "audit", "--grace", "0")["problems"] == 0


def test_records_of_a_divided_file_are_staged_again_by_their_numbers(
    stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = stack.drop("ehr/all.ndjson", export(2, 1) + document(7).replace("data", "late"))
    stack.upload(message)
    monkeypatch.setattr(read_objects, "WHOLE_BYTES", 10)
    assert stack.books() == {"pending": 1, "quarantined": 1}
    stack.upload({"object_id": dropped(message), "redrive": "4:0"})
    assert stack.books() == {"pending": 1, "quarantined": 1}
    (row,) = rows_of(stack, "OBJECT")
    assert (row["records"]["N"], ignored(row)) == ("2", {"Patient": 2})
