"""The ICD-10-CM table as the `simple-icd-10-cm` package holds it (release of April 2026, from CDC/NCHS)."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Node:
    """A category, subcategory or code: its title, and the other names that the table gives it."""

    code: str
    title: str
    names: tuple[str, ...]


def read_nodes() -> list[Node]:
    """Return everything from the categories down, sorted by code."""
    with warnings.catch_warnings():
        # The package reads its table through an importlib function that Python has deprecated.
        warnings.simplefilter("ignore", DeprecationWarning)
        import simple_icd_10_cm as icd

    codes = (c for c in icd.get_all_codes(with_dots=True) if icd.is_category_or_subcategory(c))
    nodes = (_node(code, icd) for code in dict.fromkeys(codes))
    return sorted(nodes, key=lambda node: node.code)


def _node(code: str, icd: Any) -> Node:
    # A few titles hold tabs, which part the fields of our file.
    title = " ".join(icd.get_description(code).split())
    return Node(code, title, (*icd.get_inclusion_term(code), *icd.get_includes(code)))
