"""The comparison's page in a browser: hostile notes stay text, nothing is asked for, answers can be found."""

from pathlib import Path

import pytest
from tests.page.conftest import Opened
from tests.unit.comparison_examples import compared
from tests.unit.evaluation_examples import HOSTILE

from note_summarizer.comparison.page import render_page


@pytest.fixture(scope="module")
def hostile_page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("comparison") / "comparison.html"
    path.write_text(render_page(compared(text=HOSTILE, name="<i>tuned</i>")), "utf-8")
    return path


def test_hostile_notes_are_read_and_not_run(opened: Opened, hostile_page: Path) -> None:
    page = opened(hostile_page)
    assert page.locator("#notes article").count() == 12
    assert page.locator("#notes img, #notes script").count() == 0
    assert "<script>alert(1)</script>" in page.locator("#notes article .reference").first.inner_text()
    assert page.get_by_text("no answer: Refused").count() == 2


def test_answers_are_ordered_and_found(opened: Opened, hostile_page: Path) -> None:
    page = opened(hostile_page)
    page.select_option("#order", "file")
    assert [a.get_attribute("data-record") for a in page.locator("#notes article").all()[:3]] == ["1", "2", "3"]
    page.fill("#find", "refused")
    assert page.locator("#count").inner_text() == "2 of 12"


@pytest.mark.parametrize("width", [420, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_is_no_wider_than_the_window(opened: Opened, hostile_page: Path, width: int, scheme: str) -> None:
    page = opened(hostile_page, width=width, scheme=scheme)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.locator(".choice .verdict").inner_text() == "Take <i>tuned</i>."
