"""Finding notes: filters that combine, the keyboard alone, an address to come back to, and 5,000 notes."""

import re
import time
from pathlib import Path
from typing import Any

from playwright.sync_api import expect
from tests.page.conftest import MANY, Opened
from tests.unit.report_examples import STEMI


def listed(page: Any) -> list[str]:
    ids: list[str] = page.locator(".row .id").all_text_contents()
    return ids


def choices(page: Any, name: str) -> list[str]:
    texts: list[str] = page.locator(f"#by-{name} option").all_text_contents()
    return texts


def count(page: Any) -> str:
    text: str = page.inner_text("#count")
    return text


def search(page: Any, words: str, found: int) -> None:
    page.fill("#search", words)
    expect(page.locator("#count")).to_have_text(re.compile(f"^{found} of"))


def focused(page: Any) -> str:
    name: str = page.evaluate("document.activeElement.id || document.activeElement.tagName")
    return name


def test_filters_combine_and_count_what_the_others_leave(opened: Opened, day_page: Path) -> None:
    page = opened(day_page)
    assert count(page) == "5 notes, 3 to review"
    page.select_option("#by-review", "Needs review")
    page.select_option("#by-group", label="Infarction with stroke (2)")
    assert listed(page) == ["ED-1", "NUR-2"]
    assert choices(page, "kind") == ["Summary: all (2)", "Extract of the note (1)", "Model's (1)"]
    page.select_option("#by-kind", "Extract of the note")
    assert (listed(page), count(page)) == (["NUR-2"], "1 of 5 notes, 1 to review")
    page.click("#clear")
    assert (len(listed(page)), count(page)) == (5, "5 notes, 3 to review")
    page.select_option("#by-category", "I21")
    assert listed(page) == ["ED-1"]
    assert "I21 Acute myocardial infarction (1)" in choices(page, "category")
    page.select_option("#by-finding", "negation")
    assert page.locator("#by-type option:disabled").count() == 3
    search(page, "no such word", 0)
    assert page.inner_text("#rows") == "No note passes these filters."


def test_the_search_looks_through_note_summary_code_and_group(opened: Opened, day_page: Path) -> None:
    page = opened(day_page)
    for words, ids in {
        "V2-V4 aspirin": ["ED-1"],
        "no fracture on film": ["ED-3"],
        "j18.1": ["NUR-2"],
        "INFARCTION WITH": ["ED-1", "NUR-2"],
        "nowhere": [],
    }.items():
        page.fill("#search", words)
        expect(page.locator(".row .id")).to_have_text(ids)


def test_a_notes_group_leads_to_the_notes_of_the_group(opened: Opened, day_page: Path) -> None:
    page = opened(day_page)
    page.click(".row >> nth=0")
    assert page.locator(".pager").text_content() == "‹1 of 5›"
    page.click("#note-head .chip:has-text('Infarction with stroke')")
    assert listed(page) == ["ED-1", "NUR-2"]
    page.click("[aria-label='Next note']")
    assert page.inner_text("#note-title") == "NUR-2"
    assert page.locator(".pager").text_content() == "‹2 of 2›"


def test_the_keyboard_alone_finds_opens_reads_and_leaves_a_note(opened: Opened, day_page: Path) -> None:
    page = opened(day_page)
    press = page.keyboard.press
    press("/")
    page.keyboard.type("infarction")
    press("Enter")
    assert (focused(page), listed(page)) == ("list", ["ED-1", "NUR-2"])
    press("j")
    assert page.get_attribute("#list", "aria-activedescendant") == page.get_attribute(".row >> nth=1", "id")
    press("ArrowUp")
    press("Enter")
    assert (focused(page), page.inner_text("#note-title")) == ("note-title", "ED-1")
    assert page.get_attribute(".row >> nth=0", "aria-selected") == "true"
    for _ in range(12):
        press("Tab")
        if page.evaluate("document.activeElement.matches('#summary .clause')"):
            break
    assert page.locator("#note-text .lit").all_text_contents() == ["Acute anterior STEMI"]
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"
    press("Enter")
    press("j")
    assert page.inner_text("#note-title") == "NUR-2"
    press("Escape")
    assert focused(page) == "list"
    press("Escape")
    assert page.is_visible("#run")
    assert page.evaluate("location.hash") == ""


def test_the_address_holds_the_open_note(opened: Opened, day_page: Path) -> None:
    page = opened(day_page)
    page.click(".row >> nth=1")
    address = page.evaluate("location.hash")
    again = opened(day_page, address)
    assert again.inner_text("#note-title") == "NUR-2"
    assert again.title().startswith("NUR-2")
    assert opened(day_page, "#note=%3Cimg%20onerror=1%3E").is_visible("#run")


def test_the_run_is_told_with_its_books_time_and_rejects(opened: Opened, day_page: Path) -> None:
    page = opened(day_page)
    books = " ".join(page.inner_text("#books").split())
    assert books == ("Last run 8 received = 5 summarized + 2 quarantined + 0 duplicate + 1 superseded + 0 pending")
    time_bar = page.get_attribute("svg.bar >> nth=0", "aria-label")
    assert time_bar == (
        "Time by step: Model 4.0 s, 50 %; Check and collect 2.5 s, 31 %; Parse and stage 1.0 s, 13 %; Wait 0.5 s, 6 %"
    )
    widths = (
        page.locator("svg.bar >> nth=0").locator(".part").evaluate_all("all => all.map(e => e.getAttribute('width'))")
    )
    assert widths == ["50%", "31.25%", "12.5%", "6.25%"]
    rejects = page.locator(".rejects tbody tr").all_inner_texts()
    assert len(rejects) == 2
    assert "the whole file" in rejects[0]


def test_a_narrow_window_shows_one_thing_at_a_time(opened: Opened, day_page: Path) -> None:
    page = opened(day_page, width=800)
    assert (page.is_visible("#list"), page.is_visible("#run")) == (True, False)
    page.click(".row >> nth=0")
    assert (page.is_visible("#list"), page.is_visible("#note-text")) == (False, True)
    page.keyboard.press("Escape")
    assert page.is_visible("#list")
    page.click("#show-run")
    assert page.is_visible(".rejects")


def test_five_thousand_notes_are_listed_opened_and_searched_at_once(opened: Opened, many_page: Path) -> None:
    started = time.monotonic()
    page = opened(many_page)
    page.wait_for_selector(".row")
    assert time.monotonic() - started < 5
    assert page.inner_text("#count") == f"{MANY:,} notes, 1,667 to review"
    assert page.locator(".row").count() < 40
    started = time.monotonic()
    page.keyboard.press("End")
    page.keyboard.press("Enter")
    assert page.inner_text("#note-title") == "N-04999"
    assert str(page.locator("#note-text").text_content()).startswith(STEMI)
    search(page, "bed 4321.", 1)
    assert listed(page) == ["N-04321"]
    assert time.monotonic() - started < 5
