"""SAM's translator, checkov and cdk-nag, each run in the environment it has of its own."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

from tests.scan.exceptions import Finding

from chartbrief.cloud import CHECKOUT

_HERE = Path(__file__).parent
_SECONDS = 300


def translate(template: Path, out: Path) -> Path:
    """Write what CloudFormation makes of a SAM template, and return where: its inline policies, roles and schedules.

    The exceptions are left out: what they excuse is to be found.
    """
    out.parent.mkdir(parents=True, exist_ok=True)
    python = CHECKOUT / ".venv-sam" / "bin" / "python"
    _run([str(python), str(_HERE / "translate_template.py"), str(template), str(out)])
    return out


def checkov(template: Path) -> list[Finding]:
    """Return the checks of checkov that a translated template fails; they need no network."""
    tool = str(CHECKOUT / ".venv-scan" / "bin" / "checkov")
    options = ["--framework", "cloudformation", "--skip-download", "--compact", "--quiet", "--soft-fail"]
    report = _run([tool, "--file", str(template), *options, "--output", "json"])
    assert report["summary"]["parsing_errors"] == 0
    return [
        Finding(one["check_id"], one["resource"].rpartition(".")[2], one["check_name"])
        for one in report["results"]["failed_checks"]
    ]


def cdk_nag(template: Path, modules: Path) -> list[Finding]:
    """Return the rules of cdk-nag's HIPAA pack that a translated template breaks.

    Args:
        modules: folder of Node's packages.
    """
    command = ["node", str(_HERE / "cdk_nag.js"), str(template), str(template.parent / "cdk")]
    report = _run(command, {"NODE_PATH": str(modules)})
    return [Finding(one["rule"], one["resource"], one["title"]) for one in report]


def _run(command: list[str], variables: dict[str, str] | None = None) -> Any:
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=_SECONDS, env={**os.environ, **(variables or {})}
    )
    if done.returncode:
        raise AssertionError(f"{Path(command[0]).name} failed:\n{done.stderr[-3000:]}")
    return json.loads(done.stdout) if done.stdout.strip() else None
