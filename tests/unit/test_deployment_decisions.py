"""Decisions of deployment that need no cloud: what clean-up deletes, what things cost, and what counts as a summary."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from note_summarizer.deployment.costs import hosting_price
from note_summarizer.deployment.deployed import Item
from note_summarizer.deployment.follow_job import METRIC, metric_definitions
from note_summarizer.deployment.plan_cleanup import plan_cleanup
from note_summarizer.deployment.smoke_note import NOTE, summary_of
from note_summarizer.deployment.undo import Undo, account_of
from note_summarizer.errors import DeploymentError
from note_summarizer.training.reporting import LineReporter


def model(name: str, sha256: str, stage: str = "dev") -> Item:
    address = f"s3://b/{sha256}.tar.gz"
    return Item("model", name, stage, name, sha256, {"PrimaryContainer": {"ModelDataUrl": address}})


def package(version: int, sha256: str, stage: str = "dev") -> Item:
    container = {"ModelDataUrl": f"s3://b/{sha256}.tar.gz"}
    detail = {"ModelPackageGroupName": "group", "InferenceSpecification": {"Containers": [container]}}
    return Item("model package", f"arn:x:model-package/group/{version}", stage, None, sha256, detail)


def endpoint(name: str, of: str) -> Item:
    return Item("endpoint", name, "dev", of)


def parameter(name: str, value: str) -> Item:
    return Item("parameter", name, "dev", detail={"value": value})


GROUP = Item("model package group", "group", "dev")
OLD, NEW, PROD = model("old", "1"), model("new", "2"), model("prod", "2", "prod")
FOUND = [endpoint("new-rt", "new"), endpoint("old-rt", "old"), OLD, NEW, package(1, "1"), package(2, "2"), GROUP]
NAMED = [parameter("/m", "new"), parameter("/e", "new-rt")]


def names(items: Any) -> list[str]:
    return [item.label for item in items]


def test_what_is_in_use_is_kept_and_the_rest_goes_in_order() -> None:
    plan = plan_cleanup(FOUND, NAMED, {}, "dev", artifacts=True)
    assert names(plan.delete) == ["old-rt", "old", "group/1", "s3://b/1.tar.gz"]
    assert {kept.item.name: kept.reason for kept in plan.kept} == {"new-rt": "/e names it", "new": "/m names it"}


def test_force_deletes_everything_and_the_parameters_first() -> None:
    plan = plan_cleanup(FOUND, NAMED, {}, "dev", force=True, artifacts=True)
    assert names(plan.delete)[:2] == ["/m", "/e"]
    assert set(names(plan.delete)) >= {"new", "old", "group", "s3://b/1.tar.gz", "s3://b/2.tar.gz"}
    assert plan.kept == ()


def test_another_stage_keeps_what_it_shares() -> None:
    plan = plan_cleanup([*FOUND, PROD], NAMED, {}, "dev", force=True, artifacts=True)
    assert not {"prod", "group", "group/2", "s3://b/2.tar.gz"} & set(names(plan.delete))
    assert "new" in names(plan.delete)


def test_a_model_that_a_stack_still_runs_is_kept() -> None:
    plan = plan_cleanup(FOUND, NAMED, {"old": "the stack x runs it"}, "dev")
    assert names(plan.delete) == ["old-rt"]
    assert "old" in {kept.item.name for kept in plan.kept}


def test_the_model_of_an_endpoint_in_use_is_kept() -> None:
    plan = plan_cleanup(FOUND, [parameter("/e", "old-rt")], {}, "dev")
    assert "old" in {kept.item.name for kept in plan.kept}
    assert "new" in names(plan.delete)


def test_one_model_alone_can_be_deleted() -> None:
    plan = plan_cleanup(FOUND, [], {}, "dev", model="old")
    assert names(plan.delete) == ["old-rt", "old", "group/1"]


def test_a_version_without_a_model_goes_with_its_stage() -> None:
    left = [package(1, "1"), package(2, "2", "prod"), GROUP]
    assert names(plan_cleanup(left, [], {}, "dev").delete) == ["group/1"]


def test_weights_of_jumpstart_are_not_ours_to_delete() -> None:
    weights = "s3://jumpstart-cache-prod-us-east-1/gpt2.tar.gz"
    item = Item("model", "gpt2", "dev", "gpt2", None, {"PrimaryContainer": {"ModelDataUrl": weights}})
    assert names(plan_cleanup([item], [], {}, "dev", artifacts=True).delete) == ["gpt2"]


class Prices:
    def __init__(self, *products: dict[str, Any], refused: bool = False) -> None:
        self.products, self.refused = products, refused
        self.filters: list[dict[str, str]] = []

    def get_products(self, **request: Any) -> dict[str, Any]:
        self.filters = request["Filters"]
        if self.refused:
            raise ClientError({"Error": {"Code": "AccessDeniedException"}}, "GetProducts")
        return {"PriceList": [json.dumps(product) for product in self.products]}


def product(usage: str, *prices: str) -> dict[str, Any]:
    dimensions = {str(i): {"pricePerUnit": {"USD": price}} for i, price in enumerate(prices)}
    return {
        "product": {"attributes": {"usagetype": usage}},
        "terms": {"OnDemand": {"t": {"priceDimensions": dimensions}}},
    }


@pytest.mark.parametrize(
    ("prices", "expected"),
    [
        (Prices(product("EUC1-Host:ml.m5.xlarge", "0.276"), product("EUC1-Train:ml.m5.xlarge", "0.3")), 0.276),
        (Prices(product("Host:ml.m5.xlarge", "0.23", "0.0000000000")), 0.23),
        (Prices(product("Host:ml.m5.xlarge", "0.23"), product("Host:ml.m5.xlarge", "0.24")), None),
        (Prices(product("Host:ml.m5.2xlarge", "0.46")), None),
        (Prices(refused=True), None),
    ],
)
def test_a_price_is_the_price_lists_or_none_at_all(prices: Prices, expected: float | None) -> None:
    assert hosting_price("ml.m5.xlarge", "eu-central-1", prices) == expected
    assert {entry["Field"]: entry["Value"] for entry in prices.filters} == {
        "regionCode": "eu-central-1",
        "instanceName": "ml.m5.xlarge",
    }


@pytest.mark.parametrize("answer", [{"summary_text": " pneumonia "}, [{"summary_text": "pneumonia"}]])
def test_an_answer_with_a_summary_counts(answer: Any) -> None:
    assert summary_of(json.dumps(answer).encode(), "x") == "pneumonia"


@pytest.mark.parametrize(
    "answer",
    [b"not json", b'"text"', b"{}", b'{"summary_text": " "}', b'{"summary_text": 3}', b'{"error": {"code": "X"}}',
     b"[]", json.dumps({"summary_text": NOTE}).encode()],
)  # fmt: skip
def test_any_other_answer_does_not(answer: bytes) -> None:
    with pytest.raises(DeploymentError, match=r"^The endpoint x "):
        summary_of(answer, "The endpoint x")


def test_undoing_goes_backwards_and_names_what_is_left() -> None:
    done: list[str] = []
    undo = Undo()
    undo.add("first", lambda: done.append("first"))

    def refuse() -> None:
        raise ClientError({"Error": {"Code": "AccessDenied"}}, "DeleteModel")

    undo.add("second", refuse)
    undo.add("third", lambda: done.append("third"))
    undone, left = undo.roll_back()
    assert (done, undone) == (["third", "first"], ["third", "first"])
    assert account_of(undone, left).startswith("Undone: third, first. Could not be undone")
    assert undo.roll_back() == ([], [])
    assert account_of([], []) == ""


def test_the_lines_that_training_prints_are_metrics(capsys: pytest.CaptureFixture[str]) -> None:
    LineReporter().metrics({"train_loss": 2.31, "validation_rougeLsum": 1.5e-7}, 40, 1.25)
    lines = capsys.readouterr().out.splitlines()
    assert [match.groups() for line in lines if (match := METRIC.fullmatch(line))] == [
        ("train_loss", "2.31", "40", "1.25"),
        ("validation_rougeLsum", "1.5e-07", "40", "1.25"),
    ]
    assert {"train_loss", "validation_rougeLsum"} <= {definition["name"] for definition in metric_definitions()}
