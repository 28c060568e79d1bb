"""Marks in every place of every kind of file, through every way to a model: nothing outside the buckets holds one."""

import pytest
from tests.functional.canaries import Canaries
from tests.functional.canary_files import amendments, canary_files
from tests.functional.emissions import Emissions
from tests.functional.permission_runs import BEDROCK_JOBS
from tests.functional.stack import Stack

WAYS: dict[str, dict[str, str]] = {
    "job": {},
    "endpoint": {"EndpointName": "ep", "EndpointMaxNotes": "1000"},
    "endpoint, later": {"EndpointName": "ep", "InferenceMode": "online", "EndpointKind": "async"},
    "foreign job": {"SummarizerOption": "jurassic-2"},
    "foreign endpoint": {"SummarizerOption": "cohere-generate", "EndpointName": "ep", "InferenceMode": "online"},
    "bedrock": {"SummarizerOption": "bedrock"},
    "bedrock job": BEDROCK_JOBS,
}
WITH_EXPORTS = ("job", "bedrock job")


@pytest.mark.parametrize("way", WAYS)
def test_nothing_that_is_emitted_holds_a_mark(aws: None, capfd: pytest.CaptureFixture[str], way: str) -> None:
    stack, canaries = Stack(FhirOutput="yes", **WAYS[way]), Canaries()
    emissions = Emissions(stack, canaries)
    # What a service says of a record that it cannot take may quote it.
    stack.bedrock.service.faults.plan("server-error", 1, canaries.mark("txt"))
    with emissions.collected():
        for files in (canary_files(canaries, exported=way in WITH_EXPORTS), amendments(canaries)):
            for name, body in files.items():
                stack.upload(stack.drop(name, body))
            stack.settle()
            stack.publish()
    assert stack.books()["quarantined"] >= 14
    assert stack.books()["superseded"] >= 2
    assert stack.books()["summarized"] >= 8
    out, err = capfd.readouterr()
    assert "batch published" in str(emissions.private["logs"])
    assert emissions.leaks(out=out, err=err) == {}
    # The search is worth something only if what may be there is found where it may be.
    held = canaries.found_in([stack.objects(bucket) for bucket in ("NotesBucket", "WorkBucket", "SummariesBucket")])
    assert held >= {"note-csv-1", "note_id-csv-1", "patient_id-csv-1", "amended-1", "long", "txt"}
    assert len(canaries.marks) > 80
