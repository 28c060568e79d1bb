"""Start the model server, as SageMaker does (`serve`) or by hand (`--model DIR --port N`)."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import uvicorn

from note_summarizer.artifact import ArtifactError, load_artifact
from note_summarizer.engine import SummaryEngine
from note_summarizer.serving.app import create_app


def main(arguments: Sequence[str] | None = None) -> int:
    """Load the artifact, then serve until SIGTERM; requests under way are finished first."""
    options = _parser().parse_args(arguments)
    try:
        engine = SummaryEngine.open(load_artifact(options.model))
    except ArtifactError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    app = create_app(engine, max_payload_mb=int(os.environ.get("SAGEMAKER_MAX_PAYLOAD_IN_MB") or 6))
    # No access log: it would be one line per mini-batch, and paths say nothing here.
    uvicorn.run(app, host=options.host, port=options.port, log_level="warning", access_log=False)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m note_summarizer.serving", description=__doc__)
    parser.add_argument("serve", nargs="?", choices=("serve",), help="the argument SageMaker starts the image with")
    parser.add_argument("--model", type=Path, default=Path("/opt/ml/model"), help="artifact folder")
    # SageMaker reaches the container from outside, hence every interface there; elsewhere only this machine.
    inside = Path("/opt/ml").is_dir()
    parser.add_argument("--host", default="0.0.0.0" if inside else "127.0.0.1")  # noqa: S104
    parser.add_argument("--port", type=int, default=int(os.environ.get("SAGEMAKER_BIND_TO_PORT") or 8080))
    return parser


if __name__ == "__main__":
    sys.exit(main())
