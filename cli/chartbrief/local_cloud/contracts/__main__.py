"""Serve a model under a dialect that is not ours, on the loopback interface."""

from __future__ import annotations

import argparse
import logging
from collections.abc import Sequence
from pathlib import Path

import uvicorn

from chartbrief.local_cloud.contracts.app import create_app
from chartbrief.local_cloud.contracts.server import FAMILIES, Container
from chartbrief.local_cloud.local_model import EngineModel
from chartbrief.local_cloud.processes import leave_interrupts_to_parent
from note_summarizer.serving.machine import read_machine


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve until the parent ends this process."""
    leave_interrupts_to_parent()
    options = _parser().parse_args(arguments)
    # Libraries tell of requests at levels below; what they would say could hold one.
    logging.basicConfig(level=logging.WARNING)
    model = EngineModel(options.model, read_machine().cores)
    app = create_app(Container(FAMILIES[options.dialect], model, options.context_tokens))
    uvicorn.run(app, host="127.0.0.1", port=options.port, log_level="warning", access_log=False)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m chartbrief.local_cloud.contracts", description=__doc__)
    parser.add_argument("--dialect", choices=FAMILIES, required=True, help="whose request and response are spoken")
    parser.add_argument("--model", type=Path, required=True, help="artifact folder of the model that answers")
    parser.add_argument("--context-tokens", type=int, help="tokens that fit; the family's usual number by default")
    parser.add_argument("port", type=int)
    return parser


if __name__ == "__main__":
    main()
