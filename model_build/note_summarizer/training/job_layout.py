"""What a training job finds in its container, and where it leaves what it made; SageMaker's training contract.

https://docs.aws.amazon.com/sagemaker/latest/dg/your-algorithms-training-algo.html
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from note_summarizer.errors import DataError, OptionsError
from note_summarizer.training.options import parse_hyperparameters

_ROOT = "/opt/ml"
_CHANNELS = ("train", "validation", "test")
_CHECKPOINT_CHANNEL = "model"
_DATA_FILES = (".csv", ".jsonl", ".ndjson", ".json", ".gz")


@dataclass(frozen=True)
class JobLayout:
    """The container's folders, by the variables that SageMaker's toolkit sets or else by their fixed places.

    Attributes:
        model: what is packed as `model.tar.gz` at the end.
        output: what is packed as `output.tar.gz`: the run folder without its checkpoints.
        checkpoints: copied to S3 as it changes, and back when a spot instance was taken away.
        failure: where a failed job says why (the first 1,024 characters are shown).
    """

    root: Path
    model: Path
    output: Path
    checkpoints: Path
    failure: Path

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> JobLayout:
        """Return the layout that the environment describes; `SM_BASE_DIR` moves the whole of it."""
        root = Path(environment.get("SM_BASE_DIR") or _ROOT)
        return cls(
            root=root,
            model=Path(environment.get("SM_MODEL_DIR") or root / "model"),
            output=Path(environment.get("SM_OUTPUT_DATA_DIR") or root / "output" / "data"),
            checkpoints=Path(environment.get("SM_CHECKPOINT_DIR") or root / "checkpoints"),
            failure=root / "output" / "failure",
        )

    def hyperparameters(self, environment: Mapping[str, str]) -> dict[str, Any]:
        """Return the job's hyperparameters, decoded.

        Raises:
            OptionsError: they are not a JSON object.
        """
        path = self.root / "input" / "config" / "hyperparameters.json"
        text = environment.get("SM_HPS") or (path.read_text("utf-8") if path.is_file() else "{}")
        try:
            found = json.loads(text)
        except ValueError as error:
            raise OptionsError("The hyperparameters are not valid JSON.") from error
        if not isinstance(found, dict):
            raise OptionsError("The hyperparameters are not a JSON object.")
        # The toolkit keeps some of its own among them.
        own = {name: value for name, value in found.items() if not name.startswith("sagemaker_")}
        return parse_hyperparameters({k: v if isinstance(v, str) else json.dumps(v) for k, v in own.items()})

    def channels(self, environment: Mapping[str, str]) -> dict[str, str]:
        """Return the options that the data channels stand for: one file in each, or a checkpoint in `model`.

        Raises:
            DataError: a channel holds no data file, or several.
        """
        found = {}
        for name in _CHANNELS:
            if folder := self.channel(name, environment):
                found[name] = str(_only_file(name, folder))
        if folder := self.channel(_CHECKPOINT_CHANNEL, environment):
            found["checkpoint"] = str(folder)
        return found

    def channel(self, name: str, environment: Mapping[str, str]) -> Path | None:
        """Return a channel's folder, if the job has that channel."""
        folder = Path(environment.get(f"SM_CHANNEL_{name.upper()}") or self.root / "input" / "data" / name)
        return folder if folder.is_dir() else None


def data_files(folder: Path) -> list[Path]:
    """Return the data files in a channel's folder, in order of their names."""
    return sorted(path for path in folder.rglob("*") if path.is_file() and path.name.lower().endswith(_DATA_FILES))


def _only_file(channel: str, folder: Path) -> Path:
    files = data_files(folder)
    if len(files) != 1:
        raise DataError(f"The channel {channel} holds {len(files)} data files: give it one CSV or JSON Lines file.")
    return files[0]


def parse_arguments(arguments: Sequence[str]) -> dict[str, Any]:
    """Return the options among `--name value` arguments, as the toolkit passes hyperparameters on.

    Raises:
        OptionsError: they are not pairs of a name and a value.
    """
    names, values = arguments[::2], arguments[1::2]
    if len(names) != len(values) or not all(name.startswith("--") for name in names):
        raise OptionsError("Arguments come in pairs: --name value.")
    return parse_hyperparameters({name[2:]: value for name, value in zip(names, values, strict=True)})
