"""The catalogue of models, and what an option means for the pipeline."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import Literal

from pydantic import Field

from notes_pipeline.errors import SettingsError
from notes_pipeline.models import Frozen

Service = Literal["sagemaker", "bedrock"]
# Prompts of models that take instructions; one that was fine-tuned on summaries reads the note alone. Examples help,
# but in a small context they leave no room for the note.
_USUAL_PROMPT, _SHORT_PROMPT = "clinical-summary-1", "clinical-summary-short-1"
_SMALL_CONTEXT = 2_000
OPTIONS = (
    "pegasus",
    "from-scratch",
    "flan-t5",
    "bloom",
    "gpt2",
    "jurassic-2",
    "cohere-generate",
    "bedrock",
    "bedrock-batch",
)


class OptionError(SettingsError, ValueError):
    """There is no such option or model; the message lists those there are."""


class CatalogueModel(Frozen):
    """A model that an option can run.

    Attributes:
        identifier: JumpStart or Bedrock model id, or a checkpoint's name on the hub.
        dialect: what its container speaks.
        context_tokens: prompt, note and answer together (an encoder-decoder: the input alone).
        max_output_tokens: most tokens of an answer.
        status: `retired` cannot be had any more; its dialect is kept for deployments that still run.
        status_since: ISO date, where its maker gives one.
        successor: identifier of what its maker proposes instead.
        source: where all this was read.
        default: what the option runs unless another model is named.
    """

    option: str
    identifier: str
    service: Service
    dialect: str
    context_tokens: int = Field(ge=1)
    max_output_tokens: int = Field(ge=1)
    licence: str
    status: Literal["available", "legacy", "retired"]
    status_since: str = ""
    successor: str = ""
    source: tuple[str, ...]
    remark: str = ""
    default: bool = False


class Catalogue(Frozen):
    """The whole file.

    Attributes:
        checked: ISO date on which its facts were looked up.
    """

    version: int
    checked: str
    model: tuple[CatalogueModel, ...]

    def of(self, option: str) -> tuple[CatalogueModel, ...]:
        """Return the models of an option."""
        return tuple(model for model in self.model if model.option == option)

    def find(self, option: str, identifier: str) -> CatalogueModel | None:
        """Return an option's model by its identifier; its default for `auto`; None for one that is not listed.

        A Bedrock identifier may be an inference profile's: `us.amazon.nova-lite-v1:0` is the model's in a geography.
        """
        if identifier == "auto":
            return next((model for model in self.of(option) if model.default), None)
        known = {model.identifier: model for model in self.of(option)}
        return known.get(identifier) or known.get(identifier.partition(".")[2])


class OptionFacts(Frozen):
    """What an option means, once its model is settled.

    Attributes:
        identifier: the model's; as given, where the catalogue does not list it.
        prompt: version of the prompt, "" for models that read the note alone.
        batch: jobs take many notes; an option without them answers every note online.
    """

    option: str
    identifier: str
    service: Service
    dialect: str
    prompt: str
    context_tokens: int
    max_output_tokens: int
    batch: bool


@cache
def load_catalogue() -> Catalogue:
    """Return the catalogue."""
    package = __package__ or ""
    return Catalogue.model_validate(
        tomllib.loads(resources.files(package).joinpath("catalogue.toml").read_text("utf-8"))
    )


def option_facts(option: str, identifier: str = "auto", dialect: str = "auto", prompt: str = "auto") -> OptionFacts:
    """Return what an option means with a model, a dialect and a prompt; `auto` takes the catalogue's.

    A model that the catalogue does not list is taken to be like the option's default.

    Raises:
        OptionError: there is no such option.
    """
    if option not in OPTIONS:
        raise OptionError(f"there is no option {option}: choose one of {', '.join(OPTIONS)}")
    # On demand and in batch jobs the models of Bedrock are the same.
    listed = "bedrock" if option == "bedrock-batch" else option
    catalogue = load_catalogue()
    model = catalogue.find(listed, identifier) or catalogue.find(listed, "auto")
    if model is None:
        raise OptionError(f"the catalogue names no default model for {option}")
    spoken = model.dialect if dialect == "auto" else dialect
    usual = _SHORT_PROMPT if model.context_tokens < _SMALL_CONTEXT else _USUAL_PROMPT
    fine_tuned = spoken == "chartbrief"
    return OptionFacts(
        option=option,
        identifier=model.identifier if identifier == "auto" else identifier,
        service=model.service,
        dialect=spoken,
        prompt="" if fine_tuned else usual if prompt == "auto" else prompt,
        context_tokens=model.context_tokens,
        max_output_tokens=model.max_output_tokens,
        batch=option != "bedrock",
    )
