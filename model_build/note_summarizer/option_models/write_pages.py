"""The comparison's page and the models' cards, written from the figures."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from note_summarizer.option_models.card import card
from note_summarizer.option_models.recipes import RECIPES
from note_summarizer.option_models.table import comparison_page

PAGE, CARD = "comparison.md", "README.md"


def write_pages(out: Path, result: Mapping[str, Any]) -> Path:
    """Write `comparison.md`, and a `README.md` for every model that was trained here; return the former.

    Args:
        out: folder of all options' models.
        result: as `judge` gives it.
    """
    page = out / PAGE
    page.write_text(comparison_page(result), "utf-8")
    for system in result["systems"]:
        if system["name"] in RECIPES:
            text = card(RECIPES[system["name"]], system, result["test_notes"])
            (out / system["name"] / CARD).write_text(text, "utf-8")
    return page
