"""Under Lambda's own runtime, with everything turned on that an operator can: no note reaches log, trace or caller."""

import os
import sys
from typing import Any

import pytest
from botocore.exceptions import ClientError, ParamValidationError
from tests.functional.canaries import Canaries
from tests.functional.lambda_runtime import LOUDEST, run_under_lambda

from chartbrief.local_cloud.lambda_worker import Context
from notes_pipeline.aws.error_map import translated
from notes_pipeline.errors import InputError, SettingsError, UnexpectedError
from notes_pipeline.observability import observed
from notes_pipeline.settings import NotesUploadedSettings

CONTEXT = Context("Function", 60)


@pytest.fixture
def canaries() -> Canaries:
    return Canaries()


def run(canaries: Canaries, **changes: Any) -> str:
    body = f"note_id,note\n{canaries.mark('id')},{canaries.text('note')}\n"
    request = {"key": f"ehr/{canaries.mark('file')}.csv", "body": body, "asks": canaries.text("asked"), **changes}
    return run_under_lambda(request, LOUDEST, os.pathsep.join(path for path in sys.path if path))


def test_a_function_at_its_loudest_says_nothing_of_what_it_reads(canaries: Canaries) -> None:
    written = run(canaries)
    assert '"file staged"' in written
    assert "answered ('request-1'" in written
    assert canaries.found_in(written) == set()


def test_without_the_functions_own_precaution_its_libraries_would_tell_it_all(canaries: Canaries) -> None:
    assert canaries.found_in(run(canaries, undone=True)) == {"file", "asked"}


def test_what_a_handler_raises_is_told_by_its_kind_alone(canaries: Canaries) -> None:
    written = run(canaries, raises=canaries.text("error"))
    assert '"errorMessage": "RuntimeError at notes_uploaded.py:' in written
    assert "reported ('request-1'" in written
    assert '"exceptions": [{"message": "RuntimeError at ' in written  # X-Ray's part
    assert canaries.found_in(written) == set()


@pytest.mark.filterwarnings("ignore:No application metrics to publish")
def test_an_error_of_ours_keeps_its_words_and_a_foreign_one_brings_nothing_along(canaries: Canaries) -> None:
    def fail(event: dict[str, Any], _: Any) -> dict[str, Any]:
        raise event["error"] from ValueError(canaries.text("cause"))

    with pytest.raises(InputError, match="the message is no event"):
        observed(fail)({"error": InputError("X", "the message is no event")}, CONTEXT)
    with pytest.raises(UnexpectedError) as raised:
        observed(fail)({"error": KeyError(canaries.text("error"))}, CONTEXT)
    assert (raised.value.__cause__, raised.value.__context__) == (None, None)
    assert canaries.found_in(repr(raised.value) + str(raised.value)) == set()


def test_settings_that_are_wrong_are_named_and_not_quoted(canaries: Canaries) -> None:
    environment = {"WORK_BUCKET": "w", "SUMMARIES_BUCKET": "", "MIN_NOTES": canaries.mark("value")}
    with pytest.raises(SettingsError) as raised:
        NotesUploadedSettings.from_environment(environment)
    assert "SUMMARIES_BUCKET: String should have at least 1 character" in str(raised.value)
    assert "MIN_NOTES: Input should be a valid integer" in str(raised.value)
    assert canaries.found_in(repr(raised.value)) == set()
    assert raised.value.__suppress_context__


def test_a_translated_error_keeps_no_request(canaries: Canaries) -> None:
    quoting = {"Error": {"Code": "Odd", "Message": canaries.text("message")}}
    for error in (ClientError(quoting, "PutObject"), ParamValidationError(report=canaries.text("report"))):
        with pytest.raises(Exception, match="S3 PutObject: ") as raised, translated("S3 PutObject"):
            raise error
        assert canaries.found_in(repr(raised.value)) == set()
        assert raised.value.__suppress_context__
