"""The word lists that stand beside the code which reads them: text files with comments, an entry a line."""

from __future__ import annotations

from importlib import resources


def read_entries(package: str, name: str) -> list[str]:
    """Return the lines of a package's text file, without empty ones and those that begin with "#".

    Args:
        package: a dotted name, as `__package__` gives it.
    """
    text = resources.files(package).joinpath(name).read_text("utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]
