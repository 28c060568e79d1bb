"""Run by the SAM CLI's Python, which has the translator: template.yaml → what CloudFormation makes of it, as JSON."""

import json
import os
import sys
from pathlib import Path

from samtranslator.translator.transform import transform
from samtranslator.yaml_helper import yaml_parse


class NoManagedPolicies:
    """Names of managed policies are looked up nowhere."""

    def load(self) -> dict[str, str]:
        return {}


def main(template: Path, out: Path) -> None:
    os.environ.setdefault("AWS_DEFAULT_REGION", "us-east-1")
    document = yaml_parse(template.read_text("utf-8"))
    for body in [*document["Resources"].values(), {"Properties": document["Globals"]["Function"]}]:
        body.pop("Metadata", None)
        for place in ("CodeUri", "ContentUri"):
            if place in body.get("Properties", {}):
                body["Properties"][place] = "s3://code/zip"  # where `sam deploy` puts it
    out.write_text(json.dumps(transform(document, {}, NoManagedPolicies()), indent=1, default=str))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
