"""The ways to summarize, as the local cloud runs them: which model answers, behind which service.

Models that are ours are served by our own server. The others cannot run here: a local server keeps to their documented
contract, and the demonstration model writes the answers. So a run shows how the pipeline works with them, and nothing
of how well they summarize.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from chartbrief.cloud import CHECKOUT, DEFAULT_MODEL
from chartbrief.errors import UsageError
from notes_pipeline.core.options import OPTIONS, OptionFacts, load_catalogue, option_facts

DEFAULT_OPTION = "pegasus"
# The samples make one batch job of it; on AWS a job has at least 100 records.
LOCAL_MIN_RECORDS = "10"
_OPTION_MODELS = CHECKOUT / "model_build" / "option_models"
_OWN = ("pegasus", "from-scratch", "flan-t5", "bloom", "gpt2")
_TRAINED = _OWN[1:]

Server = Literal["own", "contract", "bedrock"]


@dataclass(frozen=True)
class LocalOption:
    """One way to summarize.

    Attributes:
        facts: what the pipeline knows of it.
        model: artifact folder of the model that answers.
        server: what serves it: our own server, a contract server for its dialect, or the local Bedrock.
        parameters: what template.yaml is given.
        model_ids: identifiers that the local Bedrock knows.
    """

    name: str
    facts: OptionFacts
    model: Path
    server: Server
    parameters: Mapping[str, str] = field(default_factory=dict)
    model_ids: tuple[str, ...] = ()

    @property
    def is_stood_in_for(self) -> bool:
        """Whether another model than the option's answers."""
        return self.server != "own"


def local_option(name: str = DEFAULT_OPTION, model: Path | None = None) -> LocalOption:
    """Return an option as it is run here.

    Args:
        model: artifact folder of the model that is to answer, instead of the option's own.

    Raises:
        UsageError: there is no such option, or its model was not made yet.
    """
    if name not in OPTIONS:
        raise UsageError(f"There is no option {name}. Choose one of {', '.join(OPTIONS)}.")
    folder = model or _folder(name)
    if model is None and name in _TRAINED and not folder.is_dir():
        raise UsageError(
            f"The small model of option {name} is not in {folder} yet: make it with `make train-options`,"
            " or name an artifact folder of yours with --model."
        )
    facts, server, parameters = option_facts(name), _server(name), {"SummarizerOption": name}
    if server != "own":
        # Named as Bedrock names a model in a geography, so that no record claims to be the real model's.
        parameters["ModelId"] = f"local.{facts.identifier}"
    if name == "bedrock-batch":
        parameters["BedrockBatchMinRecords"] = LOCAL_MIN_RECORDS
    known = tuple(found.identifier for found in load_catalogue().of("bedrock"))
    return LocalOption(name, facts, folder, server, parameters, known)


def _folder(name: str) -> Path:
    return _OPTION_MODELS / name / "served" if name in _TRAINED else DEFAULT_MODEL


def _server(name: str) -> Server:
    if name in _OWN:
        return "own"
    return "bedrock" if name.startswith("bedrock") else "contract"
