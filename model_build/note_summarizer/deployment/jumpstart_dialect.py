"""Which of the template's options a JumpStart model belongs to, and which dialect its container speaks."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from note_summarizer.deployment.waiting import Tell
from note_summarizer.errors import OptionsError
from notes_pipeline.core.options import CatalogueModel, OptionFacts, load_catalogue, option_facts

# Families by what stands in a JumpStart identifier.
_FAMILIES = {
    "flan-t5": "flan-t5",
    "bloom": "bloom",
    "gpt2": "gpt2",
    "gpt-2": "gpt2",
    "ai21-jurassic-2": "jurassic-2",
    "ai21-j2": "jurassic-2",
    "cohere-gpt": "cohere-generate",
    "cohere-command": "cohere-generate",
}
# What a model of no known family is like, by what it speaks; of two such options the one with the larger context.
OF_DIALECT = {
    "hf-seq2seq": "flan-t5",
    "jumpstart-text": "flan-t5",
    "text-generation": "bloom",
    "ai21-j2": "jurassic-2",
    "cohere-generate": "cohere-generate",
}
# Encoder-decoders: they do not repeat the prompt, and refuse to be told not to.
_SEQ2SEQ = ("text2text", "summarization")


def choose_facts(
    identifier: str, option: str | None, dialect: str | None, examples: Collection[Any], tell: Tell
) -> OptionFacts:
    """Return what the pipeline has to know of a model: what is given, then JumpStart's example, then the catalogue.

    JumpStart's example counts for more than the catalogue, because versions of one model differ in their dialect. A
    model of no known family becomes the option that its dialect is spoken in.

    Raises:
        OptionsError: neither says it.
    """
    listed = next((model for model in load_catalogue().model if model.identifier == identifier), None)
    mine = option or (listed.option if listed else _family(identifier)) or OF_DIALECT.get(dialect or "")
    if mine is None:
        raise OptionsError(
            f"{identifier} is neither in the catalogue nor of a family that the template has an option for: say with"
            " --dialect what its container speaks, or with --option which option it is to be like."
        )
    spoken = dialect or _spoken(identifier, examples) or (listed.dialect if listed else None)
    if spoken is None:
        raise OptionsError(_unspoken(identifier, examples))
    _tell_of(identifier, listed, mine, tell)
    return option_facts(mine, identifier, spoken)


def _unspoken(identifier: str, examples: Collection[Any]) -> str:
    known = ", ".join(sorted(OF_DIALECT))
    if examples:
        return (
            f"JumpStart's examples of requests to {identifier} have a form that no dialect here has: the pipeline"
            f" cannot ask it, unless its container also takes one of {known}; then name that with --dialect."
        )
    return f"JumpStart gives no example of a request to {identifier}: name its dialect with --dialect, one of {known}."


def _tell_of(identifier: str, listed: CatalogueModel | None, option: str, tell: Tell) -> None:
    if listed is None:
        tell(f"{identifier} is not in the catalogue: its context is taken to be that of {option}'s default.")
    elif listed.status != "available":
        after = f"; its maker's successor is {listed.successor}" if listed.successor else ""
        tell(f"{identifier} is {listed.status}{after}: docs/options.md says more.")


def _family(identifier: str) -> str | None:
    return next((option for family, option in _FAMILIES.items() if family in identifier.lower()), None)


def _spoken(identifier: str, examples: Iterable[Any]) -> str | None:
    return next((said for example in examples if (said := _dialect_of(identifier, example))), None)


def _dialect_of(identifier: str, example: Any) -> str | None:
    if not isinstance(example, Mapping):
        return None
    if "text_inputs" in example:
        return "jumpstart-text"
    if isinstance(example.get("inputs"), str):
        return "hf-seq2seq" if any(word in identifier for word in _SEQ2SEQ) else "text-generation"
    if "prompt" in example:
        return next((said for key, said in _PROMPTED.items() if key in example), None)
    return None


_PROMPTED = {"maxTokens": "ai21-j2", "max_tokens": "cohere-generate"}
