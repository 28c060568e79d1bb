"""The two ways into a packaged model, each tried in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from note_summarizer.artifact import ArtifactError
from note_summarizer.packaging.handler_code import ROOT

Route = Literal["handler", "server"]
_HERE = Path(__file__).parent
_COMMANDS: dict[Route, tuple[str, ...]] = {
    # -P: the script's own folder is not searched, so that only the package's modules can be found.
    "handler": ("-P", str(_HERE / "handler_route.py")),
    "server": ("-m", "note_summarizer.packaging.server_route"),
}
NAMES: dict[Route, str] = {"handler": "the Hugging Face handler", "server": "our server"}


@dataclass(frozen=True)
class SampleRequest:
    """A request as a container gets it."""

    body: str
    content_type: str


def answers_through(
    route: Route, folder: Path, requests: Sequence[SampleRequest], scratch: Path, *, ctranslate2: bool = True
) -> list[str]:
    """Return the replies' bodies.

    Args:
        folder: where the package is unpacked.
        scratch: a folder for what goes to the process and back.
        ctranslate2: False hides the library, as if the container did not have it.

    Raises:
        ArtifactError: the process failed; the message has the last line that it wrote.
    """
    asked, answered = scratch / "requests.json", scratch / "answers.json"
    asked.write_text(json.dumps([vars(request) for request in requests]), "utf-8")
    hidden = () if ctranslate2 else ("--without-ctranslate2",)
    command = [sys.executable, *_COMMANDS[route], str(folder), str(asked), str(answered), *hidden]
    done = subprocess.run(command, capture_output=True, text=True, env=_environment(route), check=False)  # noqa: S603
    if done.returncode != 0:
        raise ArtifactError(f"The package cannot be served: {NAMES[route]} ended with {_last_line(done.stderr)}.")
    return [str(answer) for answer in json.loads(answered.read_text("utf-8"))]


def _environment(route: Route) -> dict[str, str]:
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    # Everything is in the package: nothing may be looked up on a hub. Threads that wait actively take a busy machine's
    # cores from each other: with another process at work, the answers took four times as long.
    environment |= {"HF_HUB_OFFLINE": "1", "OMP_WAIT_POLICY": "PASSIVE"}
    return environment | ({"PYTHONPATH": str(ROOT)} if route == "server" else {})


def _last_line(text: str) -> str:
    return (text.strip().splitlines() or ["no message"])[-1].rstrip(".")
