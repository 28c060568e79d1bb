"""What the deployment is set up with does not work: notes wait, counted as held, and other batches go on."""

import pytest
from tests.functional.clock import later
from tests.functional.stack import Stack

NOTES = "note_id,note\n1,Fever and cough.\n2,Chest pain.\n3,Hip pain.\n4,Knee pain.\n"


def today(stack: Stack) -> dict[str, str]:
    return max(stack.rows("DAY#"), key=lambda row: row["pk"])


@pytest.mark.parametrize("code", ["ValidationException", "AccessDeniedException"])
def test_a_job_that_may_not_be_made_holds_its_notes_and_no_other_batch(aws: None, code: str) -> None:
    stack = Stack(EndpointName="ep", EndpointMaxNotes="0")
    stack.upload(stack.drop("ehr/a.csv", NOTES), stack.drop("urgent/ed/b.txt", "Ankle pain."))
    if code == "ValidationException":
        stack.functions["BatchDueFunction"].environment["MODEL_NAME"] = "gone"
    else:
        stack.sagemaker.fail_next["create_transform_job"] = [code]
    stack.start()
    stack.finish()
    assert stack.books() == {"pending": 4, "summarized": 1}
    held = "ModelUnavailable" if code == "ValidationException" else "AccessDenied"
    assert (today(stack)["held_reason"], today(stack)["held_notes"]) == (held, "4")
    stack.functions["BatchDueFunction"].environment["MODEL_NAME"] = "toy-model"
    with later(minutes=6):
        stack.settle()
    assert stack.books() == {"summarized": 5}


def test_an_endpoint_that_is_not_there_gives_way_to_a_job(aws: None) -> None:
    stack = Stack(EndpointName="ep", EndpointMaxNotes="9")
    stack.sagemaker.lose_endpoint()
    stack.upload(stack.drop("ehr/a.csv", NOTES))
    stack.start()
    assert today(stack)["held_reason"] == "ModelUnavailable"
    stack.settle()
    assert (len(stack.sagemaker.created), stack.books()) == (1, {"summarized": 4})
