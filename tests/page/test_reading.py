"""Reading a note beside its summary: what lights up with what, findings, versions, and texts that are traps."""

from pathlib import Path
from typing import Any

import pytest
from tests.page.conftest import Opened
from tests.unit.report_examples import STEMI, STEMI_SUMMARY, TRAP

ROW = ".row:has(.id bdi:text-is('{}'))"


def note(opened: Opened, path: Path, note_id: str, **how: Any) -> Any:
    page = opened(path, **how)
    page.click(ROW.format(note_id))
    return page


def lit(page: Any, box: str) -> list[str]:
    texts: list[str] = page.locator(f"{box} .lit").all_text_contents()
    return texts


def test_pointing_at_a_clause_lights_its_places_in_the_note_beyond_the_faces(opened: Opened, day_page: Path) -> None:
    page = note(opened, day_page, "ED-1")
    assert page.locator("#note-text").text_content() == STEMI
    assert page.locator("#summary .text").first.text_content() == STEMI_SUMMARY
    page.hover("#summary .clause >> nth=0")
    assert lit(page, "#note-text") == ["Acute anterior STEMI"]
    page.hover("#summary .clause:text('radiating')")
    assert "".join(lit(page, "#note-text")) == "chest painradiating to the left arm"
    page.hover("#note-head h2")
    assert lit(page, "#note") == []


def test_pointing_at_the_note_lights_the_clause_and_a_click_keeps_it(opened: Opened, day_page: Path) -> None:
    page = note(opened, day_page, "ED-1")
    page.hover("#note-text .evidence:text('Father')")
    assert lit(page, "#summary") == ["stroke"]
    page.click("#note-text .evidence:text('Father')")
    page.hover("#note-head h2")
    assert lit(page, "#summary") == ["stroke"]


def test_findings_are_marked_numbered_and_told_with_the_nearest_place(opened: Opened, day_page: Path) -> None:
    page = note(opened, day_page, "ED-1")
    for kind, said in {"moderate": "right arm", "severe": "fever", "minor": "325 mg"}.items():
        assert page.locator(f"#summary .text .finding.{kind}").all_text_contents() == [said]
    styles = [
        page.locator(f"#summary .text .{kind}").evaluate("e => getComputedStyle(e).textDecorationStyle")
        for kind in ("severe", "moderate", "minor")
    ]
    assert styles == ["wavy", "double", "dotted"]
    told = [" ".join(text.split()) for text in page.locator(".told").all_text_contents()]
    assert told[1] == "Severe, negationfeverThe note denies it.Nearest in the note: No fever"
    assert "The note says nothing like it." in told[2]
    page.hover(".told >> nth=1")
    assert lit(page, "#note-text") == ["No fever"]


def test_a_codes_evidence_lights_on_both_sides(opened: Opened, day_page: Path) -> None:
    page = note(opened, day_page, "ED-1")
    page.hover(".codes tbody tr")
    assert lit(page, "#note-text") == ["Acute anterior STEMI"]
    assert lit(page, "#summary .said") == ["Acute anterior STEMI"]
    page.hover("#note-head h2")
    assert lit(page, "#note") == []
    page.click(".codes button")
    page.hover("#note-head h2")
    assert lit(page, "#note-text") == ["Acute anterior STEMI"]


def test_an_extract_is_marked_and_the_rejected_text_is_behind_it(opened: Opened, day_page: Path) -> None:
    page = note(opened, day_page, "NUR-2")
    assert page.inner_text("#summary h3") == "Extract of the note"
    assert not page.is_visible("del")
    page.click(".rejected > summary")
    assert page.locator("del").text_content() == "Left lower lobe pneumonia, died."
    assert page.locator("del .severe").all_text_contents() == ["Left", "died"]
    page.hover(".rejected .told >> nth=0")
    assert lit(page, "#note-text") == ["Right"]


def test_superseded_versions_and_the_note_they_were_of_are_reached(opened: Opened, day_page: Path) -> None:
    page = note(opened, day_page, "ED-3")
    assert page.inner_text("#note-text") == "Sprained ankle, no fracture."
    page.click("#note-head .chip:has-text('Superseded')")
    assert page.inner_text("#note-text") == "Sprained ankle."
    address = page.evaluate("location.hash")
    assert "&version=" in address
    again = opened(day_page, address)
    assert again.inner_text("#note-text") == "Sprained ankle."


def test_a_note_whose_text_was_not_kept_says_so(opened: Opened, day_page: Path) -> None:
    page = note(opened, day_page, "ED-4")
    assert "text is not in the folder" in page.inner_text("#note-text")
    assert page.locator(".codes").count() == 0


def test_texts_that_are_traps_stay_texts(opened: Opened, day_page: Path) -> None:
    page = opened(day_page)
    page.click(".row:has-text('Odd')")
    assert page.locator("#note-text").text_content() == TRAP
    assert page.locator("#note-title").text_content() == TRAP
    page.hover(".told")
    page.click("#show-run")
    assert page.evaluate("window.caught") is None
    assert page.locator("main img, main script, main svg[onload]").count() == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [800, 1280])
def test_texts_have_the_contrast_of_wcag_aa_and_nothing_is_wider_than_the_window(
    opened: Opened, day_page: Path, scheme: str, width: int
) -> None:
    page = note(opened, day_page, "ED-1", scheme=scheme, width=width)
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number)")
    assert (max(ground) < 60) == (scheme == "dark")
    contrasts: dict[str, float] = page.evaluate(Path(__file__).with_name("contrasts.js").read_text("utf-8"))
    assert len(contrasts) > 20
    assert {text: ratio for text, ratio in contrasts.items() if ratio < 4.5} == {}
    assert page.evaluate("document.documentElement.scrollWidth") <= width
