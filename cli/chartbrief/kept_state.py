"""The folder in which a local cloud is kept between runs.

It holds `cloud.journal` (see `local_cloud.moto_kept`) and `cloud.json`: the template that the last run used, and the
values of its parameters.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from chartbrief.cloud import DEFAULT_TEMPLATE, FieldNames, local_parameters
from chartbrief.errors import UsageError
from chartbrief.output_folder import replace_file

JOURNAL, DESCRIPTION = "cloud.journal", "cloud.json"
# What versions before 0.6 left: the ledger and the summaries of runs that had ended, and no more.
EXPORT = ("ledger.jsonl", "summaries.jsonl")


def has_state(folder: Path) -> bool:
    """Say whether a run has left a state in a folder."""
    return (folder / JOURNAL).is_file() or all((folder / name).is_file() for name in EXPORT)


def write_description(folder: Path, template: Path, parameters: Mapping[str, str]) -> None:
    """Note which template and parameters a run uses; a checkout that is moved takes its template along."""
    named = None if template.resolve() == DEFAULT_TEMPLATE else str(template.resolve())
    folder.mkdir(parents=True, exist_ok=True)
    replace_file(folder / DESCRIPTION, json.dumps({"template": named, "parameters": dict(parameters)}).encode())


def read_description(folder: Path) -> tuple[Path, dict[str, str]]:
    """Return the template and the parameters of the last run.

    Raises:
        UsageError: the template is not there any more.
    """
    try:
        found: dict[str, Any] = json.loads((folder / DESCRIPTION).read_bytes())
    except FileNotFoundError:
        return DEFAULT_TEMPLATE, local_parameters(FieldNames())
    template = Path(found["template"] or DEFAULT_TEMPLATE)
    if not template.is_file():
        raise UsageError(f"{folder} was made with the template {template}, which is not there.")
    return template, found["parameters"]
