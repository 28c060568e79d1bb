"""Records of exported files by number: what was repaired since is staged again, and what was lost is read again."""

from collections.abc import Mapping

import pytest
from tests.functional.acting import arrive, said
from tests.functional.erased import sound
from tests.functional.exports import (
    JANE,
    ORGANIZATION,
    OTHER,
    TEXTS,
    admission,
    archive,
    batch,
    bundle,
    data,
    document,
    lines,
    report,
    xml_bundle,
    xml_document,
)
from tests.functional.operators import operate
from tests.functional.stack import Stack

LONG = "Asthma with wheezing, better after salbutamol. " * 30
FILES: Mapping[str, tuple[bytes, int]] = {
    "bundle.json": (bundle(ORGANIZATION, document(JANE), document(OTHER, text=LONG)), 3),
    "export.ndjson": (lines(ORGANIZATION, document(JANE), document(OTHER, text=LONG)), 3),
    "bundle.xml": (xml_bundle(xml_document(JANE), xml_document(OTHER).replace(data(TEXTS[OTHER]), data(LONG))), 2),
    "batch.hl7": (batch(admission(JANE), report(JANE, TEXTS[JANE]), report(OTHER, TEXTS[OTHER], LONG)), 4),
    "all.zip": (archive({"a.ndjson": lines(ORGANIZATION, document(JANE)), "b/long.txt": LONG.encode()}), 3),
}


def strict(stack: Stack, name: str) -> int:
    """A stack that takes short notes only, and has quarantined the long one of a file; return its record's number."""
    allow(stack, "1000")
    body, record = FILES[name]
    stack.upload(stack.drop(f"ehr/{name}", body))
    stack.settle()
    stack.take("NotesUploadedQueue")
    (reason,) = stack.records("quarantine/")
    assert (reason["code"], reason["source"]["record"]) == ("NoteTooLong", record)
    return record


def allow(stack: Stack, most: str) -> None:
    stack.functions["NotesUploadedFunction"].environment["MAX_NOTE_BYTES"] = most


@pytest.mark.parametrize("name", FILES)
def test_a_record_that_was_repaired_is_summarized_under_its_number(stack: Stack, name: str) -> None:
    record = strict(stack, name)
    before = stack.books()
    allow(stack, "100000")
    assert said(stack, "redrive", "--quarantined")["codes"] == {"NoteTooLong": 1}
    arrive(stack)
    stack.settle()
    assert stack.books() == {"summarized": before["summarized"] + 1}
    assert stack.records("quarantine/") == []
    assert record in {each["source"]["record"] for each in stack.records("by_note/")}
    sound(stack)


@pytest.mark.parametrize("name", FILES)
def test_a_reason_and_a_summary_that_were_lost_are_written_again(stack: Stack, name: str) -> None:
    strict(stack, name)
    stack.parameters["MaxNoteBytes"] = "1000"
    s3, bucket = stack.session.client("s3"), stack.name("SummariesBucket")
    kept = {prefix: stack.records(prefix) for prefix in ("by_note/", "quarantine/")}
    for key in stack.objects("SummariesBucket"):
        if key.startswith(("by_note/", "quarantine/")):
            s3.delete_object(Bucket=bucket, Key=key)
    operate(stack, "audit", "--grace", "0", "--repair")
    stack.settle()
    assert stack.records("quarantine/") == kept["quarantine/"]
    assert numbers(stack.records("by_note/")) == numbers(kept["by_note/"])
    sound(stack)


def numbers(records: list[dict[str, dict[str, int]]]) -> list[int]:
    return sorted(record["source"]["record"] for record in records)


def test_status_tells_which_record_of_an_archive_a_note_is(stack: Stack) -> None:
    strict(stack, "all.zip")
    told = operate(stack, "status", f"DocumentReference/doc-{JANE}-1").stdout
    assert "record   2" in told
    assert "ehr/all.zip" in told
    told = operate(stack, "status", "ehr/all.zip").stdout
    assert "member 2" in told
