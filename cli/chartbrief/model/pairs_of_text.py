"""Options of the form KEY=VALUE, given as often as one likes."""

from __future__ import annotations

from collections.abc import Iterable

from note_summarizer.errors import OptionsError


def read_pairs_of_text(option: str, given: Iterable[str] | None) -> dict[str, str]:
    """Return the keys and values of a repeatable option.

    Raises:
        OptionsError: one has no "=", or a key comes twice.
    """
    found: dict[str, str] = {}
    for text in given or ():
        key, equals, value = text.partition("=")
        if not equals or not key.strip():
            raise OptionsError(f'{option} "{text}" is not of the form KEY=VALUE.')
        if key in found:
            raise OptionsError(f"{option} {key} is given twice.")
        found[key] = value
    return found
