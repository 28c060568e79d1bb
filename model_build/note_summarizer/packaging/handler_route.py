"""A program: answer requests as the Hugging Face container does, with nothing but the package's own code.

    python -P handler_route.py FOLDER REQUESTS ANSWERS [--without-ctranslate2]

It imports nothing of this package, since the one it tries is another: the one below the unpacked `code/`.
"""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path
from typing import Any


def main(arguments: list[str]) -> None:
    """Load the model through `model_fn` and take each request through the three other functions."""
    folder, requests, answers, *hidden = arguments
    if hidden:
        sys.modules["ctranslate2"] = None  # type: ignore[assignment] # importing it then fails, as where it is missing
    code = Path(folder) / "code"
    sys.path.insert(0, str(code))
    handler = importlib.import_module("inference")
    model = handler.model_fn(folder)
    _require_own(code)
    found = [_answer(handler, model, request) for request in json.loads(Path(requests).read_text("utf-8"))]
    Path(answers).write_text(json.dumps(found), "utf-8")


def _answer(handler: Any, model: Any, request: dict[str, str]) -> str:
    content_type = request["content_type"]
    records = handler.input_fn(request["body"].encode(), content_type)
    return str(handler.output_fn(handler.predict_fn(records, model), content_type))


def _require_own(code: Path) -> None:
    """End the program if anything was imported from outside of the package that should be in it."""
    ours = {
        name: module for name, module in sys.modules.items() if name.split(".")[0] in ("inference", "note_summarizer")
    }
    foreign = [
        name for name, module in ours.items() if code.resolve() not in Path(module.__file__ or "").resolve().parents
    ]
    if foreign:
        sys.exit(f"not in the package: {', '.join(foreign)}")


if __name__ == "__main__":
    main(sys.argv[1:])
