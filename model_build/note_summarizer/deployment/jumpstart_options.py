"""What `deploy --jumpstart` is asked to do, checked as a whole before anything is started."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from note_summarizer.deployment.names import parameter_names
from note_summarizer.deployment.options import (
    EndpointOptions,
    Network,
    endpoint_problems,
    tag_problems,
    vpc_problems,
)
from note_summarizer.errors import OptionsError
from notes_pipeline.core.dialects import DIALECTS
from notes_pipeline.core.options import OPTIONS, option_facts

# What an endpoint on SageMaker can speak, and an untrained model can be asked in.
SPOKEN = tuple(sorted(name for name in DIALECTS if name != "chartbrief" and not name.startswith("bedrock-")))
SERVED = tuple(option for option in OPTIONS if option_facts(option).service == "sagemaker")


@dataclass(frozen=True)
class JumpStartOptions:
    """Everything `deploy --jumpstart` is told.

    Attributes:
        identifier: of the model at JumpStart.
        accept_eula: you have read the model's licence agreement and accept it.
        option, dialect: as template.yaml's parameters have them; by default what the catalogue and JumpStart's own
            example say.
        instance_type: by default JumpStart's own for the model.
        stage: environment whose SSM parameters are written.
        name: what the model is called; by default its identifier without what comes before the family.
        version: of JumpStart; by default the newest that this SDK can deploy.
        endpoint: its `instance_type` does not count here.
    """

    identifier: str
    accept_eula: bool = False
    option: str | None = None
    dialect: str | None = None
    instance_type: str | None = None
    stage: str = "dev"
    name: str | None = None
    version: str | None = None
    role: str | None = None
    environment: Mapping[str, str] = field(default_factory=dict)
    endpoint: EndpointOptions = field(default_factory=lambda: EndpointOptions("realtime"))
    network: Network = field(default_factory=Network)
    kms_key: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict)

    def check(self) -> None:
        """Refuse what cannot work.

        Raises:
            OptionsError: every problem, in one message.
        """
        parameter_names(self.stage)
        kinds = endpoint_problems(self.endpoint)
        problems = [*_own(self), *kinds, *vpc_problems(self.network), *tag_problems(self.tags)]
        if problems:
            raise OptionsError(f"{'; '.join(problems)}. Nothing was started.")


def _own(options: JumpStartOptions) -> Iterator[str]:
    if options.endpoint.kind == "serverless":
        # https://docs.aws.amazon.com/sagemaker/latest/dg/serverless-endpoints.html, feature exclusions.
        yield (
            "--endpoint serverless has no GPU and runs neither Marketplace packages nor isolated containers, as"
            " JumpStart's are: choose realtime or async"
        )
    for name, given, known in (("--option", options.option, SERVED), ("--dialect", options.dialect, SPOKEN)):
        if given is not None and given not in known:
            yield f"{name} {given} is none of {', '.join(known)}"
