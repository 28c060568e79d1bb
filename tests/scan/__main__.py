"""checkov and cdk-nag's HIPAA rules over the translated template: `python -m tests.scan`, status 1 for the unjustified.

An exception is a reason in a resource's Metadata, in the two tools' own notations. What SAM makes of a function (its
role, its schedule's role) has the function's exceptions. An exception that nothing needs any more is unjustified too.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from tests.scan.exceptions import exceptions_of, judge
from tests.scan.tools import cdk_nag, checkov, translate

from chartbrief.cloud import CHECKOUT, DEFAULT_TEMPLATE
from chartbrief.local_cloud.template import Template

OUT = CHECKOUT / "build" / "scan"


def say(line: str) -> None:
    """Write a line to standard output."""
    sys.stdout.write(f"{line}\n")


def main() -> int:
    """Scan, print what was found and excused, and return the exit status."""
    resources = Template(DEFAULT_TEMPLATE, {}).resources
    translated = translate(DEFAULT_TEMPLATE, OUT / "template.json")
    found = checkov(translated) + cdk_nag(translated, Path(os.environ["NODE_PATH"]))
    verdict = judge(found, exceptions_of(resources))
    for finding, reason in verdict.excused:
        say(f"excused      {finding.check} {finding.resource}: {reason}")
    for finding in verdict.unjustified:
        say(f"UNJUSTIFIED  {finding}")
    for resource, check in verdict.not_needed:
        say(f"NOT NEEDED   {check} {resource}: nothing finds fault there any more")
    say(f"{len(found)} findings: {len(verdict.excused)} excused, {len(verdict.unjustified)} unjustified")
    return 1 if verdict.unjustified or verdict.not_needed else 0


if __name__ == "__main__":
    sys.exit(main())
