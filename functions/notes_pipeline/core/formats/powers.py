"""Raised numbers of documents: "x10" and a raised 9 is no x109, a raised "st" behind a 1 is 1st."""

from __future__ import annotations

import re

_NUMBER = re.compile(r"\s*[+\-\u2212]?\d")


def is_power(raised: str, before: str) -> bool:
    """Say whether a `^` is to stand in front of raised text, as it would run into what it is raised above.

    Args:
        before: the last character on its line, "" if there is none.
    """
    return bool(_NUMBER.match(raised) and before.strip())
