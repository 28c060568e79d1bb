"""Start the model server, as SageMaker does (`serve`) or by hand (`--model DIR --port N`)."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from note_summarizer.artifact import load_artifact
from note_summarizer.engine import SummaryEngine
from note_summarizer.errors import OptionsError
from note_summarizer.serving.limits import request_limits
from note_summarizer.serving.machine import read_machine
from note_summarizer.serving.run_server import NO_MODEL, Address, run_server


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve the artifact until SIGTERM; return 0 if all requests were finished, 1 if not, 2 without a model."""
    options = _parser().parse_args(arguments)
    machine = read_machine()
    try:
        limits = request_limits(machine, os.environ)
    except OptionsError as error:
        sys.stderr.write(f"{error}\n")
        return NO_MODEL

    def open_engine() -> SummaryEngine:
        return SummaryEngine.open(load_artifact(options.model), machine.cores)

    return run_server(open_engine, Address(options.host, options.port), limits)


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
    status = main()
    sys.stderr.flush()
    # Not sys.exit: it would wait for threads whose requests were cut off, or for a model that is still being loaded.
    os._exit(status)
