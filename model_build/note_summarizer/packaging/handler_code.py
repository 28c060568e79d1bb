"""The code that travels with a model: the handler's entry point, and of this package exactly what it imports; pure."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
ENTRY_POINT = "inference.py"
_PACKAGE = "note_summarizer"


def handler_code(root: Path = ROOT) -> dict[str, Path]:
    """Return the handler's files by their path below `code/`.

    Imports inside functions count too, so that a back end is there when the model needs it.

    Args:
        root: the folder that holds the entry point and the package.
    """
    found: dict[str, Path] = {ENTRY_POINT: root / ENTRY_POINT}
    waiting = [found[ENTRY_POINT]]
    while waiting:
        for module in _imports(waiting.pop()):
            for name in _files(root, module):
                if name not in found:
                    found[name] = root / name
                    waiting.append(root / name)
    return found


def _imports(path: Path) -> Iterator[str]:
    """Yield what a module imports of the package: modules, and names that may be modules."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if _is_ours(alias.name))
        elif isinstance(node, ast.ImportFrom) and _is_ours(node.module or ""):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _is_ours(module: str) -> bool:
    return module.split(".")[0] == _PACKAGE


def _files(root: Path, module: str) -> Iterator[str]:
    """Yield the module's file and those of the packages it is in; a name within a module has none of its own."""
    parts = module.split(".")
    for end in range(1, len(parts) + 1):
        stem = "/".join(parts[:end])
        yield from (name for name in (f"{stem}/__init__.py", f"{stem}.py") if (root / name).is_file())
