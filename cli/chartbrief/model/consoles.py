"""Consoles of the model commands: as wide as the terminal, or wide enough for a table in a pipe."""

from __future__ import annotations

from rich.console import Console

PIPE_WIDTH = 120


def console_for(*, stderr: bool = False) -> Console:
    """Return a console on stdout, or on stderr when stdout is for JSON."""
    console = Console(stderr=stderr)
    return console if console.is_terminal else Console(stderr=stderr, width=PIPE_WIDTH)
