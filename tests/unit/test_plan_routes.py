"""Which ways an option's batches take, and what their engine is; answers online keep within their pace."""

import pytest

from notes_pipeline.core.options import OPTIONS, OptionError, load_catalogue, option_facts
from notes_pipeline.core.plan_routes import RouteChoices, plan_routes
from notes_pipeline.core.prompts import PromptError
from notes_pipeline.models import BatchMode, Engine
from notes_pipeline.steps.pace import Pace


@pytest.mark.parametrize(
    ("option", "choices", "jobs", "online"),
    [
        ("pegasus", {}, BatchMode.TRANSFORM, None),
        ("pegasus", {"has_endpoint": True}, BatchMode.TRANSFORM, BatchMode.ENDPOINT),
        ("gpt2", {"has_endpoint": True, "mode": "online"}, None, BatchMode.ENDPOINT),
        ("jurassic-2", {"mode": "online"}, BatchMode.TRANSFORM, None),
        ("bloom", {"has_endpoint": True, "mode": "online", "endpoint_kind": "async"}, BatchMode.ASYNC_ENDPOINT, None),
        ("bloom", {"has_endpoint": True, "endpoint_kind": "async"}, BatchMode.TRANSFORM, None),
        ("bedrock", {"has_endpoint": True}, None, BatchMode.BEDROCK),
        ("bedrock-batch", {}, BatchMode.BEDROCK_BATCH, BatchMode.BEDROCK),
    ],
)
def test_an_option_goes_its_ways(
    option: str, choices: dict[str, object], jobs: BatchMode | None, online: BatchMode | None
) -> None:
    routes = plan_routes(option_facts(option), RouteChoices.model_validate(choices))
    assert (routes.jobs, routes.online) == (jobs, online)


@pytest.mark.parametrize("option", OPTIONS)
def test_every_option_has_an_engine_and_ours_reads_notes_as_they_are(option: str) -> None:
    engine = plan_routes(option_facts(option), RouteChoices()).engine
    assert engine.option == option
    if engine.is_ours:
        assert engine == Engine(option=option)
    else:
        assert engine.prompt
        assert engine.model_id
        assert 0 < engine.max_output_tokens < engine.context_tokens


def test_a_dialect_and_a_model_may_be_named() -> None:
    facts = option_facts("gpt2", "my-gpt2", "text-generation")
    assert (facts.identifier, facts.dialect) == ("my-gpt2", "text-generation")


def test_a_small_context_takes_the_prompt_without_examples() -> None:
    assert option_facts("gpt2", dialect="text-generation").prompt == "clinical-summary-short-1"
    assert option_facts("bedrock").prompt == "clinical-summary-1"


def test_an_inference_profile_is_its_models() -> None:
    default = load_catalogue().find("bedrock", "auto")
    assert default
    facts = option_facts("bedrock-batch", f"us.{default.identifier}")
    assert (facts.identifier, facts.context_tokens) == (f"us.{default.identifier}", default.context_tokens)


def test_unknown_options_and_prompts_name_the_choices() -> None:
    with pytest.raises(OptionError, match="choose one of pegasus, from-scratch"):
        option_facts("t5")
    with pytest.raises(PromptError, match="choose one of"):
        plan_routes(option_facts("bedrock", prompt="mine"), RouteChoices())


def test_an_answers_limit_is_the_least_of_three() -> None:
    facts = option_facts("bedrock").model_copy(update={"max_output_tokens": 100})
    assert plan_routes(facts, RouteChoices()).engine.max_output_tokens == 100
    assert plan_routes(facts, RouteChoices(max_output_tokens=50)).engine.max_output_tokens == 50


class Clock:
    """Time that passes only by sleeping."""

    def __init__(self) -> None:
        self.now = 0.0

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def test_tokens_are_handed_out_at_their_rate_and_not_after_the_deadline() -> None:
    clock = Clock()
    pace = Pace(600, lambda: clock.now, clock.sleep)
    assert [pace.take(100, 25.0) for _ in range(3)] == [True, True, True]
    assert clock.now == pytest.approx(20.0)
    assert not pace.take(100, 25.0)  # its turn would come after 30 seconds
    assert clock.now == pytest.approx(20.0)


def test_without_a_budget_nobody_waits() -> None:
    clock = Clock()
    pace = Pace(0, lambda: clock.now, clock.sleep)
    assert all(pace.take(10**9, 1.0) for _ in range(5))
    assert clock.now == 0.0
