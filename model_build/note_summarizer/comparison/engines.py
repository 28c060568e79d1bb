"""How a live system is asked: the engine that the pipeline would make for the same option, model and dialect."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from note_summarizer.comparison.systems import System
from note_summarizer.errors import OptionsError
from notes_pipeline.core.dialects import DIALECTS
from notes_pipeline.core.options import OptionError, option_facts
from notes_pipeline.core.plan_routes import RouteChoices, plan_routes
from notes_pipeline.core.prompts import PROMPTS, PromptError
from notes_pipeline.core.write_requests import note_prompts
from notes_pipeline.models import Engine

# An endpoint whose option was not named is taken for the option whose containers speak its dialect.
_OPTION_OF: Mapping[str, str] = {
    "chartbrief": "pegasus",
    "hf-seq2seq": "flan-t5",
    "jumpstart-text": "flan-t5",
    "text-generation": "bloom",
    "ai21-j2": "jurassic-2",
    "cohere-generate": "cohere-generate",
}


def option_of(system: System) -> str:
    """Return the SummarizerOption that a system stands for; empty if it is not known."""
    return system.option or _OPTION_OF.get(system.said.get("dialect", ""), "")


def engine_of(system: System) -> Engine:
    """Return how a live system is asked.

    Raises:
        OptionsError: it is not said what the endpoint speaks, or there is no such dialect or prompt.
    """
    option, dialect = option_of(system), system.said.get("dialect", "auto")
    prompt = system.said.get("prompt", "auto")
    if dialect not in (*DIALECTS, "auto"):
        raise OptionsError(f"{system.name}: there is no dialect {dialect}; choose one of {', '.join(DIALECTS)}.")
    if prompt not in (*PROMPTS, "auto"):
        raise OptionsError(f"{system.name}: there is no prompt {prompt}; choose one of {', '.join(PROMPTS)}.")
    if not option:
        raise OptionsError(
            f"{system.name}: say what the endpoint's container speaks, as endpoint:NAME?option=flan-t5 or"
            f" endpoint:NAME?dialect=..., one of {', '.join(_OPTION_OF)}."
        )
    identifier = system.target if system.kind == "bedrock" else system.said.get("model", "auto")
    choices = RouteChoices(max_output_tokens=system.count("max-output", 0))
    try:
        facts = option_facts(option, identifier, dialect, prompt)
        facts = facts.model_copy(update={"context_tokens": system.count("context", facts.context_tokens)})
        return plan_routes(facts, choices).engine
    except (OptionError, PromptError) as error:
        raise OptionsError(f"{system.name}: {error}.") from error


def prompts_of(engine: Engine, notes: Iterable[str]) -> list[str]:
    """Return everything that is asked about these notes; a long note is several prompts."""
    return [prompt for note in notes for prompt in note_prompts(engine, note)]
