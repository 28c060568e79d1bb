"""What cannot be deployed of JumpStart is said in a sentence, and nothing is left behind."""

from collections.abc import Iterator
from typing import Any

import pytest

pytest.importorskip("sagemaker", reason="model tests have an environment of their own: make test-model")

from botocore.exceptions import ClientError
from tests.model.jumpstart import CATALOGUE, CHAT, GATED, GPT2, J2, J2_LIGHT, NOVEL, OFFER, T5, deploy, put_catalogue
from tests.model.sagemaker_account import REGION, Account, sagemaker_account

from note_summarizer.deployment.options import EndpointOptions
from note_summarizer.deployment.smoke_note import NOTE
from note_summarizer.errors import DeploymentError, OptionsError


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[Account]:
    with sagemaker_account(monkeypatch) as account:
        put_catalogue(account, monkeypatch)
        yield account


@pytest.mark.parametrize(
    ("identifier", "changes", "said"),
    [
        ("flan-t5-xl", {}, f"no model flan-t5-xl in us-east-1. Near ones: {T5}"),
        ("huggingface-textgeneration-gtp2", {}, f"Near ones: {GPT2}"),
        ("ai21-jurassic", {}, f"Near ones: {J2}"),
        (T5, {"version": "3.0.0"}, "no version 3.0.0 of huggingface-text2text-flan-t5-xl"),
        (T5, {"version": "9.0.0"}, "There is 1.2.1, 2.1.0, 9.0.0: choose with --version, or update the SDK"),
        (T5, {"instance_type": "ml.m5.large"}, "give --instance-type one of ml.g4dn.xlarge, ml.g4dn.2xlarge"),
        (GPT2, {"version": "0.9.0"}, "Version 0.9.0 is no longer offered."),
        (GPT2, {"version": "0.8.0"}, "at least 1 vulnerable dependency"),
        (GPT2, {"version": "0.7.0"}, "keeps its code apart from its weights"),
        (GATED, {}, "fmhMetadata/eula/llamaEula.txt and, if you accept it, give --accept-eula"),
        (GATED, {"accept_eula": True}, "say with --dialect what its container speaks"),
        (NOVEL, {"option": "bloom"}, "JumpStart gives no example of a request to huggingface-textgeneration-novel-7b"),
        (T5, {"endpoint": EndpointOptions("none")}, "Transform jobs cannot load huggingface-text2text-flan-t5-xl"),
        (T5, {"endpoint": EndpointOptions("serverless")}, "--endpoint serverless has no GPU"),
        (T5, {"option": "bedrock"}, "--option bedrock is none of pegasus, from-scratch, flan-t5"),
        (T5, {"dialect": "chartbrief"}, "--dialect chartbrief is none of ai21-j2, cohere-generate"),
        (CHAT, {}, "have a form that no dialect here has"),
        (J2_LIGHT, {}, "ai21-jurassic-2-light is not sold in us-east-1; it is in eu-west-1"),
        (J2, {"environment": {"A": "1"}}, "leave --env out"),
        (T5, {"dialect": "bedrock-converse-plain"}, "--dialect bedrock-converse-plain is none of"),
        (T5, {"stage": "Prod!"}, '--stage "Prod!" is not'),
    ],
)
def test_it_is_refused_before_anything_is_made(
    account: Account, identifier: str, changes: dict[str, Any], said: str
) -> None:
    with pytest.raises(OptionsError) as refused:
        deploy(account, identifier, **changes)
    assert said in str(refused.value)
    assert account.names() == set()


def test_an_account_that_is_not_subscribed_is_told_where_to(account: Account) -> None:
    def refuse(_: dict[str, Any]) -> bool:
        raise ClientError(
            {
                "Error": {
                    "Code": "ValidationException",
                    "Message": "Caller is not subscribed to the marketplace offering.",
                }
            },
            "CreateModel",
        )

    account.refuse("CreateModel", refuse)
    with pytest.raises(DeploymentError) as refused:
        deploy(account, J2)
    assert f"not subscribed to it. Subscribe at {OFFER} " in str(refused.value)
    assert account.names() == set()


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ({"generated_texts": []}, "did not answer with a summary in the dialect hf-seq2seq (MalformedAnswer)"),
        ([{"generated_text": "  "}], "(EmptyAnswer)"),
        ({"error": {"code": "OutOfMemory"}}, "(OutOfMemory)"),
    ],
)
def test_an_answer_that_is_no_summary_undoes_everything(account: Account, answer: Any, said: str) -> None:
    account.endpoint_answers(answer)
    with pytest.raises(DeploymentError) as failed:
        deploy(account, T5)
    assert said in str(failed.value)
    assert "Undone: endpoint chartbrief-flan-t5-xl" in str(failed.value)
    assert NOTE[:30] not in str(failed.value)
    assert account.names() == set()


@pytest.mark.parametrize(
    "operation", ["CreateModel", "CreateEndpointConfig", "CreateEndpoint", "InvokeEndpoint", "PutParameter"]
)
def test_wherever_aws_refuses_nothing_is_left(account: Account, operation: str) -> None:
    account.endpoint_answers([{"generated_text": "Pneumonia."}])
    account.refuse(operation)
    with pytest.raises(DeploymentError, match=operation):
        deploy(account, T5)
    assert account.names() == set()


def test_an_interrupt_leaves_nothing_either(account: Account) -> None:
    def interrupt(_: dict[str, Any]) -> bool:
        raise KeyboardInterrupt

    account.refuse("InvokeEndpoint", interrupt)
    told: list[str] = []
    with pytest.raises(KeyboardInterrupt):
        deploy(account, T5, told)
    assert told[-1].startswith("Rolling back ... Undone: endpoint chartbrief-flan-t5-xl")
    assert account.names() == set()


def test_a_catalogue_that_may_not_be_read_names_the_right(account: Account) -> None:
    account.refuse("GetObject", lambda request: request["Bucket"] == CATALOGUE)
    with pytest.raises(DeploymentError, match="Reading JumpStart's catalogue failed"):
        deploy(account, T5)


def test_a_region_without_jumpstart_is_named(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    from sagemaker.core.jumpstart import constants

    monkeypatch.delitem(constants.JUMPSTART_REGION_NAME_TO_LAUNCHED_REGION_DICT, REGION)
    with pytest.raises(OptionsError, match="cannot be deployed in us-east-1: Unable to get content bucket"):
        deploy(account, T5)
