"""Costs and prices: dated, sourced, overridable, and never a guess."""

from datetime import date
from pathlib import Path
from urllib.parse import urlparse

import pytest
from hypothesis import given
from hypothesis import strategies as st

from note_summarizer.comparison.answers import Answers, NoteAnswer
from note_summarizer.comparison.costs import Cost, Machine, cost_of, most_it_costs
from note_summarizer.comparison.prices import load_prices
from note_summarizer.comparison.recommend import money
from note_summarizer.errors import DataError

LITE = "amazon.nova-lite-v1:0"
OWN = """
checked = 2027-01-31
region = "eu-central-1"
[[model]]
identifier = "amazon.nova-lite-v1:0"
input = 1.0
output = 10.0
seen = 2027-01-30
source = "our contract"
[[software]]
option = "jurassic-2"
instance = "ml.g5.12xlarge"
hourly = 5.0
seen = 2027-01-30
source = "our contract"
"""


@pytest.fixture
def own(tmp_path: Path) -> Path:
    path = tmp_path / "own.toml"
    path.write_text(OWN)
    return path


def tokens(*counts: tuple[int | None, int | None], failure: str = "") -> Answers:
    return Answers(tuple(NoteAnswer("x" if not failure else "", failure, 1.0, *count) for count in counts))


def cost(answers: Answers, **said: object) -> Cost:
    facts: dict[str, object] = {"option": "bedrock", "model": LITE, "machine": None, "notes_per_second": None}
    return cost_of(answers, load_prices(), **{**facts, **said})  # type: ignore[arg-type]


def test_every_price_has_its_day_and_its_source() -> None:
    prices = load_prices()
    entries = [*prices.instances.values(), *prices.models.values(), *prices.software.values()]
    assert len(entries) > 10
    assert all(urlparse(entry.source).scheme == "https" and entry.seen <= prices.checked for entry in entries)
    assert any(not entry.confirmed for entry in entries)
    # Batch inference is half the price of on demand, where there is any.
    assert all(
        m.batch_input in (None, m.input / 2) and m.batch_output in (None, m.output / 2) for m in prices.models.values()
    )


def test_tokens_times_their_price() -> None:
    found = cost(tokens((1000, 100), (3000, 300)))
    assert found.per_thousand == pytest.approx(1000 * (2000 * 0.06 + 200 * 0.24) / 1e6)
    assert (found.basis, found.is_confirmed) == ("tokens", True)
    in_jobs = cost(tokens((1000, 100), (3000, 300)), option="bedrock-batch")
    assert in_jobs.per_thousand == pytest.approx((found.per_thousand or 0) / 2)


def test_a_profile_costs_what_its_model_does() -> None:
    arn = f"arn:aws:bedrock:us-east-1:111122223333:inference-profile/us.{LITE}"
    assert load_prices().model(f"us.{LITE}") == load_prices().model(arn) == load_prices().model(LITE) is not None


def test_tokens_that_were_not_counted_leave_the_cost_unknown() -> None:
    assert cost(tokens((1000, 100), (None, None))).basis == "unknown"
    assert cost(tokens()).per_thousand is None


def test_a_failure_costs_its_tokens_where_they_are_counted() -> None:
    refused = Answers((NoteAnswer("x", "", 1.0, 1000, 100), NoteAnswer("", "Refused", 1.0, 1000, 0)))
    late = Answers((NoteAnswer("x", "", 1.0, 1000, 100), NoteAnswer("", "TimedOut", 1.0)))
    assert cost(refused).per_thousand == pytest.approx(1000 * (1000 * 0.06 + 50 * 0.24) / 1e6)
    assert cost(late).per_thousand == pytest.approx(500 * (1000 * 0.06 + 100 * 0.24) / 1e6)


def test_an_instance_costs_the_time_that_notes_take() -> None:
    found = cost(
        tokens((None, None)), option="flan-t5", model="", machine=Machine("ml.g5.xlarge", 2), notes_per_second=4.0
    )
    assert found.per_thousand == pytest.approx(1000 / 4 / 3600 * 2 * 1.408)
    assert not found.is_confirmed
    slow = cost(tokens((None, None)), option="flan-t5", model="", machine=Machine("ml.g5.xlarge"))
    assert (slow.per_thousand, slow.basis) == (None, "unknown")
    other = cost(tokens((1, 1)), option="flan-t5", model="", machine=Machine("ml.z9.huge"), notes_per_second=1.0)
    assert "ml.z9.huge" in other.said


def test_software_that_is_sold_by_the_hour_is_missed_until_its_price_is_given(own: Path) -> None:
    asked = {"option": "jurassic-2", "model": "", "machine": Machine("ml.g5.12xlarge"), "notes_per_second": 1.0}
    without, priced = (cost_of(tokens((1, 1)), p, **asked) for p in (load_prices(), load_prices(own)))  # type: ignore[arg-type]
    assert (without.is_partial, priced.is_partial) == (True, False)
    assert "without the seller's price" in without.said
    assert (priced.per_thousand or 0) - (without.per_thousand or 0) == pytest.approx(5000 / 3600)


def test_what_a_file_says_goes_first(own: Path) -> None:
    answers = Answers((NoteAnswer("x", cost=0.002), NoteAnswer("y", cost=0.004)))
    assert cost(answers) == Cost(pytest.approx(3.0), "recorded", "as the recorded file says")
    assert cost(Answers((NoteAnswer("x", cost=0.002), NoteAnswer("y")))).basis == "unknown"


def test_own_prices_replace_and_add(own: Path) -> None:
    prices = load_prices(own)
    assert (prices.checked, prices.region, len(prices.files)) == (date(2027, 1, 31), "eu-central-1", 2)
    price = prices.model(LITE)
    assert price is not None
    assert (price.input, price.confirmed, price.batch_input) == (1.0, True, None)
    assert prices.instances == load_prices().instances
    batch = cost_of(tokens((1, 1)), prices, option="bedrock-batch", model=LITE, machine=None, notes_per_second=None)
    assert "no batch price" in batch.said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("checked = ", "is not valid TOML"),
        ("checked = 2027-01-31", "region: Field required"),
        (OWN.replace("input = 1.0", "input = -1.0"), "model.0.input"),
        (OWN.replace("input =", "inputs ="), "model.0.inputs: Extra inputs"),
    ],
)
def test_a_file_of_prices_that_cannot_be_read_is_refused(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "own.toml"
    path.write_text(text)
    with pytest.raises(DataError, match=said):
        load_prices(path)


@given(st.lists(st.text(max_size=400), min_size=1, max_size=9), st.integers(1, 500))
def test_the_most_it_may_cost_grows_with_everything(prompts: list[str], output: int) -> None:
    price = load_prices().models[LITE]
    most = most_it_costs(prompts, output, price)
    assert 0 < most < most_it_costs([*prompts, "one more"], output, price)
    assert most < most_it_costs(prompts, output + 1, price)


def test_money_is_written_with_what_counts() -> None:
    assert [money(v) for v in (0, 0.00042, 0.035, 0.5, 1234.5)] == [
        "0.00 USD",
        "0.00042 USD",
        "0.035 USD",
        "0.50 USD",
        "1,234.50 USD",
    ]
