"""`chartbrief model deploy`: which options go together, and what is shown at the end."""

from __future__ import annotations

from collections.abc import Mapping

from rich.table import Table

from chartbrief.model.consoles import console_for
from note_summarizer.deployment.deploy_jumpstart import JumpStartDeployment
from note_summarizer.deployment.deploy_model import Deployment
from note_summarizer.errors import OptionsError


def require_one(artifact: str | None, jumpstart: str | None) -> None:
    """Check that there is one thing to deploy.

    Raises:
        OptionsError: there are two, or none.
    """
    if artifact and jumpstart:
        raise OptionsError(f"Give {artifact} or --jumpstart {jumpstart}, not both.")
    if not artifact and not jumpstart:
        raise OptionsError("Nothing to deploy: give a MODEL.TAR.GZ, or --jumpstart with a model's identifier.")


def refuse_with_the_other(
    jumpstart: str | None, of_packages: Mapping[str, object], of_jumpstart: Mapping[str, object]
) -> None:
    """Check that no option is given that has a meaning for the other kind of model alone.

    Raises:
        OptionsError: one is.
    """
    given = [name for name, value in (of_packages if jumpstart else of_jumpstart).items() if value]
    if given:
        without = "with" if jumpstart else "without"
        raise OptionsError(f"{', '.join(given)} mean{'s' if len(given) == 1 else ''} nothing {without} --jumpstart.")


def show(found: Deployment | JumpStartDeployment, stage: str) -> None:
    """Print what was deployed, and what to do next."""
    table = Table(title="Deployed" if found.created else "Already deployed", show_header=False, title_style="bold")
    table.add_row("model", found.model)
    if isinstance(found, Deployment):
        table.add_row("registered as", found.model_package.rpartition(":model-package/")[2])
    else:
        table.add_row("of JumpStart", f"{found.jumpstart} {found.version}")
    table.add_row("endpoint", found.endpoint or "none")
    if found.smoke_summary is not None:
        table.add_row("summary of the invented note", found.smoke_summary)
    for change in found.parameters:
        table.add_row(change.name, change.after)
    console = console_for()
    console.print(table)
    if isinstance(found, JumpStartDeployment):
        needed = " ".join(f"{name}={value}" for name, value in found.template.items())
        console.print("Set these template parameters (parameter_overrides in samconfig.toml):", highlight=False)
        console.print(needed, highlight=False, soft_wrap=True)
    console.print(f"Now make the stack use it: sam build && sam deploy --config-env {stage}", highlight=False)
