"""From a deployment's parameters to the ways that its batches take."""

from __future__ import annotations

from typing import Literal

from notes_pipeline.core.options import OptionFacts
from notes_pipeline.core.plan_batch import Routes
from notes_pipeline.core.prompts import load_prompt
from notes_pipeline.models import BatchMode, Engine, Frozen

InferenceMode = Literal["batch", "online"]
EndpointKind = Literal["sync", "async"]


class RouteChoices(Frozen):
    """What a deployment says about the ways to its model.

    Attributes:
        mode: whether a SageMaker model takes many notes in jobs, or all at its endpoint.
        max_output_tokens: 0 for the prompt's own limit.
        fewest_records, most_records: of a Bedrock batch job.
    """

    mode: InferenceMode = "batch"
    endpoint_kind: EndpointKind = "sync"
    has_endpoint: bool = False
    max_output_tokens: int = 0
    fewest_records: int = 1
    most_records: int = 50_000


def plan_routes(option: OptionFacts, choices: RouteChoices) -> Routes:
    """Return the ways to an option's model.

    Raises:
        PromptError: there is no such prompt, or the model's context has no room for a note beside it.
    """
    engine = _engine(option, choices)
    if option.service == "bedrock":
        jobs = BatchMode.BEDROCK_BATCH if option.batch else None
        limits = {"fewest_records": choices.fewest_records, "most_records": choices.most_records}
        room = load_prompt(engine.prompt).longest_note(engine.context_tokens, engine.max_output_tokens)
        return Routes(jobs=jobs, online=BatchMode.BEDROCK, engine=engine, characters_per_record=room, **limits)
    is_async = choices.has_endpoint and choices.endpoint_kind == "async"
    online = BatchMode.ENDPOINT if choices.has_endpoint and not is_async else None
    if choices.mode == "batch":
        return Routes(jobs=BatchMode.TRANSFORM, online=online, engine=engine)
    jobs = BatchMode.ASYNC_ENDPOINT if is_async else None if online else BatchMode.TRANSFORM
    return Routes(jobs=jobs, online=online, engine=engine)


def _engine(option: OptionFacts, choices: RouteChoices) -> Engine:
    if not option.prompt:
        return Engine(option=option.option, dialect=option.dialect)
    wanted = choices.max_output_tokens or load_prompt(option.prompt).max_output_tokens
    engine = Engine(
        option=option.option,
        dialect=option.dialect,
        model_id=option.identifier,
        prompt=option.prompt,
        context_tokens=option.context_tokens,
        max_output_tokens=min(wanted, option.max_output_tokens),
    )
    # Refused here, at the start of a round, rather than with the first note.
    load_prompt(engine.prompt).longest_note(engine.context_tokens, engine.max_output_tokens)
    return engine
