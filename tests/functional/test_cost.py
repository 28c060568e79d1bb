"""What was spent, from what the ledger keeps of every batch; what it does not keep is told, not guessed."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.functional.operators import operate
from tests.functional.stack import Stack

from notes_pipeline.aws.table import Table
from notes_pipeline.models import BatchMode, BatchPlan, Engine

TODAY = datetime.now(UTC)
NOVA = Engine(option="bedrock", model_id="us.amazon.nova-lite-v1:0", max_output_tokens=100)
JOB = {"notes": 500, "tokens": 100_000, "summarized": 500, "instance_seconds": 3_600}


def day(back: int) -> str:
    return f"{TODAY - timedelta(days=back):%Y-%m-%d}"


def ended(stack: Stack, name: str, back: int, mode: BatchMode = BatchMode.TRANSFORM, **row: Any) -> None:
    """Write the row of a batch that ended some days ago."""
    engine = NOVA if mode in (BatchMode.BEDROCK, BatchMode.BEDROCK_BATCH) else Engine()
    plan = BatchPlan(batch_id=f"cb-{name}", mode=mode, engine=engine, notes=row.get("notes", 0)).model_dump_json()
    known = {"status": "finished", "tries": 0, "ready_at": f"{day(back)}T08:00:00+00:00", "batch_plan": plan}
    Table(stack.name("LedgerTable")).put({"pk": f"BATCH#cb-{name}", "sk": "BATCH", **known, **row})


def account(stack: Stack, *arguments: str) -> dict[str, Any]:
    result = operate(stack, "cost", "--json", *arguments)
    assert (result.exit_code, result.stderr) == (0, "")
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def test_instance_seconds_are_priced_by_the_hour(stack: Stack) -> None:
    ended(stack, "a", 0, **JOB)
    ended(stack, "b", 1, **{**JOB, "instance_seconds": 1_800, "reason": "AlgorithmError", "summarized": 100})
    found = account(stack, "--price", "0.5")
    assert found["total"]["usd"] == {"least": 0.75, "most": 0.75}
    assert found["days"][day(0)]["usd_per_thousand"] == {"least": 1.0, "most": 1.0}
    assert found["days"][day(1)]["failed_seconds"] == 1_800
    assert found["total"]["summarized"] == 600
    assert len(found["days"]) == 7


def test_days_outside_the_range_do_not_count(stack: Stack) -> None:
    ended(stack, "a", 3, **JOB)
    assert account(stack, "--days", "3")["total"]["batches"] == 0
    assert account(stack, "--days", "4")["total"]["batches"] == 1


def test_a_batch_counts_on_the_day_on_whose_caps_it_counted(stack: Stack) -> None:
    ended(stack, "a", 1, **JOB, counted_on=day(0))
    assert account(stack)["days"][day(0)]["batches"] == 1


def test_bedrock_is_priced_by_tokens_between_no_answer_and_the_longest(stack: Stack) -> None:
    ended(stack, "a", 0, BatchMode.BEDROCK, notes=1_000, tokens=1_000_000, summarized=1_000)
    ended(stack, "b", 0, BatchMode.BEDROCK_BATCH, notes=1_000, tokens=1_000_000, summarized=1_000)
    found = account(stack)
    assert found["ways"]["bedrock"]["usd"] == {"least": 0.06, "most": 0.084}
    assert found["ways"]["bedrock-batch"]["usd"] == {"least": 0.03, "most": 0.042}
    assert any("tokens are estimated" in remark for remark in found["remarks"])


def test_what_the_ledger_does_not_say_is_told(stack: Stack) -> None:
    ended(stack, "a", 0, notes=10, tokens=1_000)
    ended(stack, "b", 0, notes=10, tokens=1_000, estimated_seconds=720)
    ended(stack, "c", 0, BatchMode.ENDPOINT, notes=10, tokens=1_000)
    found = account(stack, "--price", "1")
    assert found["total"]["usd"] == {"least": 0.2, "most": 0.2}
    assert found["remarks"] == [
        "an endpoint is billed for as long as it stands, not by the batch",
        "of some jobs nothing is known",
        "of some jobs only the estimate is known",
    ]
    assert "* of some jobs nothing is known" in operate(stack, "cost").stdout


def test_an_unknown_instance_has_no_price(aws: None) -> None:
    stack = Stack(InstanceType="ml.p9.huge")
    ended(stack, "a", 0, **JOB)
    assert account(stack)["remarks"] == ["no price is known for ml.p9.huge: give --price"]


def test_the_backlog_is_estimated_by_what_its_like_took(stack: Stack) -> None:
    stack.upload(stack.drop("ehr/a.csv", "note_id,note\n1," + "word " * 700 + "\n"))
    assert account(stack, "--price", "1")["waiting"]["usd"] is None
    ended(stack, "a", 0, **JOB)
    found = account(stack, "--price", "1")["waiting"]
    assert (found["notes"], found["tokens"]) == (1, 1_000)
    assert (found["usd"], found["instance_seconds"]) == ({"least": 0.01, "most": 0.01}, 36)


def test_prices_of_ones_own_take_the_place_of_the_list(stack: Stack, tmp_path: Any) -> None:
    ended(stack, "a", 0, **JOB)
    own = 'checked = "2026-11-01"\nregion = "eu-west-1"\n[[instance]]\ntype = "ml.m5.xlarge"\nhourly = 0.3\n'
    (tmp_path / "prices.toml").write_text(own + 'seen = "2026-11-01"\nsource = "our contract"\n')
    found = account(stack, "--prices", str(tmp_path / "prices.toml"))
    assert (found["total"]["usd"]["most"], found["remarks"]) == (0.3, [])
    refused = operate(stack, "cost", "--prices", str(tmp_path / "none.toml"))
    assert (refused.exit_code, refused.stdout) == (2, "")


@pytest.mark.parametrize("option", [("--batches",), ()])
def test_a_person_sees_days_caps_and_the_dearest_batches(stack: Stack, option: tuple[str, ...]) -> None:
    ended(stack, "a", 0, **JOB)
    ended(stack, "b", 0, **{**JOB, "instance_seconds": 7_200})
    shown = operate(stack, "cost", "--price", "1", "--rows", "1", *option).stdout
    assert f"│ {day(0)} │       2 │" in shown
    assert ("cb-b" in shown, "cb-a" in shown) == (bool(option), False)
    assert "not in it: S3, DynamoDB" in shown
