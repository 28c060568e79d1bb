"""Least privilege, both ways: every call a handler makes is granted, and no action is granted that none makes."""

from collections import defaultdict
from typing import Any
from unittest.mock import patch

import pytest
from botocore.client import BaseClient
from moto import mock_aws
from tests.functional.stack import Stack

from notes_pipeline.aws import clients

# Where the action of a policy is not the operation's name.
ACTIONS = {("s3", "ListObjectsV2"): "s3:ListBucket"}
# Converse has no action of its own: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html
BEDROCK_ACTIONS = {"converse": "InvokeModel"}
# Not called by the handlers, but needed for what a service does with their request; the template says why.
ON_BEHALF = {
    "NotesUploadedFunction": {"s3:GetObject", "s3:ListBucket", "kms:Decrypt", "kms:GenerateDataKey"},
    "BatchDueFunction": {
        "sagemaker:AddTags",
        "bedrock:TagResource",
        "iam:PassRole",
        "kms:CreateGrant",
        "kms:Decrypt",
        "kms:GenerateDataKey",
    },
    "TransformFinishedFunction": {"kms:Decrypt", "kms:GenerateDataKey"},
    "SummariesWrittenFunction": {"s3:ListBucket", "kms:Decrypt", "kms:GenerateDataKey"},
}


class ComprehendMedical:
    """The service, which moto does not have, finding nothing; notes what it was asked for."""

    def __init__(self, used: set[str]) -> None:
        self._used = used

    def infer_icd10_cm(self, Text: str) -> dict[str, Any]:  # noqa: N803 - the service's name
        self._used.add("comprehendmedical:InferICD10CM")
        return {"Entities": []}


class Watched(Stack):
    """A stack that notes which actions each function's calls need."""

    def __init__(self, used: dict[str, set[str]], **parameters: str) -> None:
        super().__init__(**parameters)
        self._used = used

    def invoke(self, function: str, event: dict[str, Any]) -> Any:
        original = BaseClient._make_api_call
        ours = (clients.s3(), clients.dynamodb(), clients.sqs(), clients.events())

        def record(client: BaseClient, operation: str, request: dict[str, Any]) -> Any:
            if any(client is one for one in ours):
                service = client.meta.service_model.service_name
                self._used[function] |= needed(service, operation, request)
            return original(client, operation, request)

        self.sagemaker.called.clear()
        self.bedrock.called.clear()
        medical = ComprehendMedical(self._used[function])
        with (
            patch.object(BaseClient, "_make_api_call", record),
            patch.object(clients, "comprehendmedical", lambda: medical),
        ):
            answer = super().invoke(function, event)
        self._used[function] |= {f"sagemaker:{camel(name)}" for name in self.sagemaker.called}
        self._used[function] |= {f"bedrock:{BEDROCK_ACTIONS.get(name, camel(name))}" for name in self.bedrock.called}
        return answer


def camel(operation: str) -> str:
    return operation.title().replace("_", "")


def needed(service: str, operation: str, request: dict[str, Any]) -> set[str]:
    """The actions that a call has to be granted."""
    if operation == "TransactWriteItems":
        # No action of its own: each write has to be granted as it would be alone.
        # https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html
        writes = {kind for entry in request["TransactItems"] for kind in entry}
        return {f"{service}:{'ConditionCheckItem' if kind == 'ConditionCheck' else kind + 'Item'}" for kind in writes}
    # Asking for an object's head takes the right to read it.
    operation = "GetObject" if (service, operation) == ("s3", "HeadObject") else operation
    version = "Version" if (service, operation) == ("s3", "GetObject") and "VersionId" in request else ""
    return {ACTIONS.get((service, operation), f"{service}:{operation}{version}")}


@pytest.fixture(scope="module")
def runs() -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    """What the functions use in runs that take every way there is, and what they are granted."""
    used: dict[str, set[str]] = defaultdict(set)
    granted: dict[str, set[str]] = {}
    with pytest.MonkeyPatch.context() as patched:
        for name in ("ACCESS_KEY_ID", "SECRET_ACCESS_KEY"):
            patched.setenv(f"AWS_{name}", "testing")
        patched.setenv("AWS_DEFAULT_REGION", "us-east-1")
        for parameters in (
            {"EndpointName": "ep", "FhirOutput": "yes"},
            {"MinNotes": "2", "CodingEngine": "comprehend-medical"},
            {"EndpointName": "ep", "EndpointKind": "async", "InferenceMode": "online", "SummarizerOption": "gpt2"},
            {"SummarizerOption": "bedrock"},
            {"SummarizerOption": "bedrock-batch", "BedrockBatchMinRecords": "1", "EndpointMaxNotes": "0"},
        ):
            with mock_aws():
                stack = Watched(used, **parameters)
                every_way(stack)
                granted |= {name: granted.get(name, set()) | actions(stack, name) for name in ON_BEHALF}
    return used, granted


def every_way(stack: Watched) -> None:
    """Summarize, quarantine, split, amend, repeat, publish, lose an event, and stage with a wait."""
    stack.upload(stack.drop("ehr/a.csv", "note_id,patient_id,note\n1,p,Fever.\n2,p,\n3,p,POISON\n"))
    # A job of that name is said to be there: it is looked for.
    stack.bedrock.fail_next["create_model_invocation_job"] = ["ConflictException"]
    stack.settle()
    stack.publish()
    stack.upload(
        stack.drop("ehr/b.csv", "note_id,note\n1,Cough.\n"), stack.drop("ehr/c.csv", "note_id,note\n1,Cough.\n")
    )
    stack.settle()
    stack.upload(stack.drop("ehr/d.txt", "Chest pain."))
    stack.start()
    stack.take("TransformFinishedQueue")
    stack.settle()
    stack.functions["NotesUploadedFunction"].environment["MAX_WAIT_SECONDS"] = "60"
    stack.upload(stack.drop("ehr/e.txt", "Ankle pain."))


def actions(stack: Stack, function: str) -> set[str]:
    (policy,) = stack.resources.properties(function)["Policies"]
    return {
        action
        for s in policy["Statement"]
        for action in ([s["Action"]] if isinstance(s["Action"], str) else s["Action"])
    }


@pytest.mark.parametrize("function", sorted(ON_BEHALF))
def test_what_is_granted_is_what_is_used(runs: tuple[dict[str, set[str]], dict[str, set[str]]], function: str) -> None:
    used, granted = runs
    assert granted[function] == used[function] | ON_BEHALF[function]
