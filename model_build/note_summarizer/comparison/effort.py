"""What it takes to get an option and to run it: a line each; docs/options.md says more."""

from __future__ import annotations

from collections.abc import Mapping

from note_summarizer.comparison.systems import System

_OF_OPTION: Mapping[str, str] = {
    "pegasus": "Pairs to fine-tune on, minutes to hours of training, then a package and a SageMaker model of your own.",
    "from-scratch": "Many pairs, or many notes to pretrain on, hours of training, then all that pegasus needs.",
    "flan-t5": "Fine-tuned: as pegasus. Prompted, from JumpStart: an endpoint on a GPU instance, no training.",
    "bloom": "Fine-tuned: as pegasus, on a larger instance. Prompted, from JumpStart: it continues rather than obeys.",
    "gpt2": "Fine-tuned: as pegasus, small and cheap to host; its context is short, so notes are read in parts.",
    "jurassic-2": "Marketplace subscription and large GPU instances, for a model that its maker has replaced.",
    "cohere-generate": "Marketplace subscription and GPU instances, for an interface that its maker has replaced.",
    "bedrock": "Access to a model, and a quota; nothing to host or train; billed by the token.",
    "bedrock-batch": "Access to a model, and a role; at least 100 notes a job; answers in hours, at half the price.",
}
_FLOOR = "None: there is no model. It is here to be beaten."
_UNKNOWN = "Not known: say which option it stands for, as ?option=..."


def effort_of(system: System, option: str) -> str:
    """Return a system's effort in a sentence or two."""
    return _FLOOR if system.kind == "floor" else _OF_OPTION.get(option, _UNKNOWN)


def change_for(system: System, option: str) -> str:
    """Return what to change in a deployment to use a system: template parameters, and what has to be there before.

    Nothing for a floor, and for a system whose option is not known.
    """
    if system.kind == "floor" or not option:
        return ""
    said = system.said
    given = {
        "SummarizerOption": option,
        "ModelId": system.model,
        "ModelDialect": said.get("dialect", ""),
        "PromptVersion": said.get("prompt", ""),
        "MaxOutputTokens": said.get("max-output", ""),
    }
    return " ".join(f"{name}={value}" for name, value in given.items() if value)


def before_change(system: System, option: str) -> str:
    """Return what has to be done before the change, as a sentence; nothing if nothing has."""
    if system.kind == "model":
        return "First package it and deploy it: chartbrief model package, chartbrief model deploy."
    if system.kind == "endpoint":
        return (
            f"EndpointName names the SSM parameter that holds {system.target}; InferenceMode=online asks it about every"
            " note, without it few and urgent notes."
        )
    if option in ("bedrock", "bedrock-batch"):
        return "The account needs access to the model in the stack's region."
    return "Deploy the option first: docs/options.md says how." if option else ""
